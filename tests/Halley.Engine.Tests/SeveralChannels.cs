using System.Text;
using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Testing;
using Halley.Testing.Doubles;

namespace Halley.Engine.Tests;

/// <summary>
/// Answers that speak for several channels, that owe their head, or that may last only so long: what other dialects
/// than iComet's ask of the engine.
/// </summary>
public sealed class SeveralChannels
{
    private static readonly string[] InOrder = ["a:1\n", "b:2\n", "a:3\n", "b:4\n"];

    private readonly ManualTime _time = new();
    private Handler? _handler;

    [Fact]
    public async Task An_answer_carries_the_messages_of_all_its_channels()
    {
        using var engine = Engine(new Lines());
        var (client, response) = await HoldAsync(engine, "a/b/a");
        using (client)
        {
            Publish(engine, "a", "1");
            Assert.Equal("a:1\n", await response.ReadChunkAsync());
            Assert.Equal("a:1\n", await response.ReadChunkAsync());
            Publish(engine, "b", "2");
            Assert.Equal("b:2\n", await response.ReadChunkAsync());
            Assert.Equal((2, 1), (Count(engine, "a"), Count(engine, "b")));
            Assert.Equal((3, 1), (engine.Hub.SubscriberCount, engine.Hub.ReceiverCount));
            engine.Hub.Close("a"u8, out _);
            await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == 1, "one place is left");
            Assert.Equal(1, engine.Hub.ReceiverCount);
        }

        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == 0, "nobody is subscribed");
        Assert.Equal(0, engine.Hub.ReceiverCount);
    }

    [Fact]
    public async Task What_comes_in_at_once_is_told_in_the_order_it_was_published_in()
    {
        using var engine = Engine(new Lines());
        var (client, response) = await HoldAsync(engine, "a/b");
        using (client)
        {
            // On the reactor itself: it cannot look at any of them before all are there.
            _handler!.Dispatcher!.Post(new Once(() =>
            {
                Publish(engine, "a", "1");
                Publish(engine, "b", "2");
                Publish(engine, "a", "3");
                Publish(engine, "b", "4");
            }));
            foreach (var line in InOrder)
            {
                Assert.Equal(line, await response.ReadChunkAsync());
            }
        }
    }

    [Fact]
    public async Task It_ends_with_the_last_of_its_channels()
    {
        using var engine = Engine(new Lines());
        var (client, response) = await HoldAsync(engine, "a/b");
        using (client)
        {
            engine.Hub.Close("a"u8, out _, Encoding.UTF8.GetBytes("bye"));
            Assert.Equal("end of a: bye\n", await response.ReadChunkAsync());
            Publish(engine, "b", "2");
            Assert.Equal("b:2\n", await response.ReadChunkAsync());
            engine.Hub.Close("b"u8, out _);
            Assert.Equal("end of b, the last\n", await response.ReadChunkAsync());
            Assert.Null(await response.ReadChunkAsync());
            await client.GetAsync("/nothing");
            Assert.Equal(404, (await client.ReadResponseAsync()).Status);
        }
    }

    [Fact]
    public async Task It_lasts_as_long_as_it_may_whatever_is_said_meanwhile()
    {
        using var engine = Engine(new Lines { Life = TimeSpan.FromSeconds(2.5), Beat = TimeSpan.FromSeconds(1) });
        var (client, response) = await HoldAsync(engine, "a");
        using (client)
        {
            _time.AdvanceSeconds(1);
            Assert.Equal("beat\n", await response.ReadChunkAsync());
            Publish(engine, "a", "1");
            Assert.Equal("a:1\n", await response.ReadChunkAsync());
            _time.AdvanceSeconds(2);
            var last = await response.ReadChunkAsync();
            Assert.Equal("end of , the last\n", last == "beat\n" ? await response.ReadChunkAsync() : last);
            Assert.Null(await response.ReadChunkAsync());
        }

        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == 0, "nobody is subscribed");
    }

    [Fact]
    public async Task A_head_that_is_owed_comes_with_the_first_message()
    {
        using var engine = Engine(new Lines { IsOwed = true });
        using var client = await WaitAsync(engine, "a/b");
        Publish(engine, "b", "2");
        var response = await client.ReadResponseAsync();
        Assert.Equal("202 first is 2", $"{response.Status} {response.Reason}");
        Assert.Equal("b:2\n", await response.ReadBodyAsync());
        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == 0, "nobody is subscribed");
    }

    [Fact]
    public async Task A_request_sent_behind_one_that_waits_is_answered_after_it()
    {
        using var engine = Engine(new Lines { IsOwed = true });
        using var client = await WaitAsync(engine, "a");
        await client.GetAsync("/nothing");
        Publish(engine, "a", "1");
        Assert.Equal("a:1\n", await (await client.ReadResponseAsync()).ReadBodyAsync());
        Assert.Equal(404, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task A_head_that_is_owed_comes_with_the_end_where_nothing_was_said()
    {
        using var engine = Engine(new Lines { IsOwed = true, Life = TimeSpan.FromSeconds(2) });
        using var client = await WaitAsync(engine, "a");
        _time.AdvanceSeconds(3);
        var response = await client.ReadResponseAsync();
        Assert.Equal("304 Expired", $"{response.Status} {response.Reason}");
        Assert.Null(response["Content-Length"]);
        await client.GetAsync("/nothing");
        Assert.Equal(404, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task When_the_node_stops_what_is_held_is_ended_and_what_is_owed_is_answered()
    {
        var engine = Engine(new Lines());
        var (client, response) = await HoldAsync(engine, "a");
        using (client)
        {
            engine.Dispose();
            Assert.Equal("end of , the last\n", await response.ReadChunkAsync());
            Assert.Null(await response.ReadChunkAsync());
            Assert.Empty(await client.ReadToEndAsync());
        }
    }

    private static int Count(RunningEngine engine, string channel) =>
        engine.Hub.Find(Encoding.UTF8.GetBytes(channel))!.SubscriberCount;

    private static void Publish(RunningEngine engine, string channel, string text) =>
        engine.Hub.Broker.Publish(Encoding.UTF8.GetBytes(channel), new Publication(Encoding.UTF8.GetBytes(text))).Now();

    private static async Task<(RawHttpClient Client, RawResponse Response)> HoldAsync(
        RunningEngine engine, string channels)
    {
        var client = await engine.ConnectAsync();
        await client.GetAsync($"/{channels}");
        return (client, await client.ReadResponseAsync());
    }

    private static async Task<RawHttpClient> WaitAsync(RunningEngine engine, string channels)
    {
        var client = await engine.ConnectAsync();
        await client.GetAsync($"/{channels}");
        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == channels.Split('/').Length, "it waits");
        return client;
    }

    private RunningEngine Engine(Lines format)
    {
        var handler = new Handler(format);
        var engine = new RunningEngine(new() { Time = _time, Front = handler });
        handler.Hub = engine.Hub;
        _handler = handler;
        return engine;
    }

    /// <summary>A path is a list of channels to hold; "nothing" is not found.</summary>
    private sealed class Handler(Lines format) : IRequestHandler
    {
        private static readonly ResponseHead Ok = new("200 OK", []);
        private static readonly ResponseHead NotFound = new("404 Not Found", []);

        public Hub? Hub { get; set; }

        public IDispatcher? Dispatcher { get; private set; }

        public void Handle(in HttpRequest request, IExchange exchange)
        {
            Dispatcher = exchange.Dispatcher;
            var names = Encoding.UTF8.GetString(request.Path).Trim('/').Split('/');
            if (names is ["nothing"])
            {
                exchange.Reply(NotFound, default);
                return;
            }

            for (var i = 0; i < names.Length; i++)
            {
                var subscription = i == 0 ? exchange.Subscription : exchange.AddSubscription();
                Hub!.Attach(
                    Encoding.UTF8.GetBytes(names[i]), subscription, new AttachOptions { OnlyToWait = true }, exchange);
            }

            if (format.IsOwed)
            {
                exchange.Wait(format);
                return;
            }

            exchange.Start(Ok, out _);
            exchange.Hold(format, heartbeat: 0);
        }
    }

    private sealed class Once(Action action) : IWork
    {
        public bool Run(ref int budget)
        {
            action();
            return true;
        }
    }

    private sealed class Lines : TransportFormat
    {
        public bool IsOwed { get; init; }

        public TimeSpan? Life { get; init; }

        public TimeSpan? Beat { get; init; }

        public override bool EndsWithMessage => IsOwed;

        public override TimeSpan? HeartbeatInterval => Beat;

        public override TimeSpan? TimeToLive => Life;

        public override ResponseHead HeadFor(Message message) =>
            new($"202 first is {Encoding.UTF8.GetString(message.Payload)}", []);

        public override ResponseHead HeadFor(in Ending ending) => new($"304 {ending.Reason}", []);

        public override void WriteMessage(
            ChannelIdentity channel, Message message, Framing framing, ByteBuffer output) =>
            WriteLine(
                $"{Encoding.UTF8.GetString(channel.Name)}:{Encoding.UTF8.GetString(message.Payload)}", framing, output);

        public override void WriteHeartbeat(
            ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output) =>
            WriteLine("beat", framing, output);

        public override void WriteEnd(
            ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
        {
            if (!IsOwed)
            {
                var farewell = ending.Farewell is { } words ? $": {Encoding.UTF8.GetString(words)}" : "";
                WriteLine(
                    $"end of {Encoding.UTF8.GetString(channel)}{farewell}{(isLast ? ", the last" : "")}",
                    framing,
                    output);
            }
        }

        private static void WriteLine(string line, Framing framing, ByteBuffer output)
        {
            var piece = framing.Begin(output);
            output.Write(Encoding.UTF8.GetBytes(line + "\n"));
            framing.End(output, piece);
        }
    }
}
