using System.Text;
using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Testing;

namespace Halley.Specifications.Hosts;

/// <summary>
/// Answers that speak for several channels, that owe their head, or that may last only so long: what other dialects
/// than iComet's ask of the host.
/// </summary>
/// <inheritdoc/>
public abstract class SeveralChannelsSpecification(HostStart start) : HostSpecification(start)
{
    private static readonly string[] InOrder = ["a:1\n", "b:2\n", "a:3\n", "b:4\n"];

    private Handler? _handler;

    [Fact]
    public async Task An_answer_carries_the_messages_of_all_its_channels()
    {
        await using var host = await HostAsync(new Lines());
        var (client, response) = await HoldAsync(host, "a/b/a");
        using (client)
        {
            host.Publish("a", "1");
            Assert.Equal("a:1\n", await response.ReadChunkAsync());
            Assert.Equal("a:1\n", await response.ReadChunkAsync());
            host.Publish("b", "2");
            Assert.Equal("b:2\n", await response.ReadChunkAsync());
            Assert.Equal((2, 1), (Count(host, "a"), Count(host, "b")));
            Assert.Equal((3, 1), (host.Hub.SubscriberCount, host.Hub.ReceiverCount));
            host.Hub.Close("a"u8, out _);
            await UntilSubscribedAsync(host, 1);
            Assert.Equal(1, host.Hub.ReceiverCount);
        }

        await UntilSubscribedAsync(host, 0);
        Assert.Equal(0, host.Hub.ReceiverCount);
    }

    [Fact]
    public async Task What_comes_in_at_once_is_told_in_the_order_it_was_published_in()
    {
        await using var host = await HostAsync(new Lines());
        var (client, response) = await HoldAsync(host, "a/b");
        using (client)
        {
            // On the reactor itself: it cannot look at any of them before all are there.
            _handler!.Dispatcher!.Post(new Once(() =>
            {
                host.Publish("a", "1");
                host.Publish("b", "2");
                host.Publish("a", "3");
                host.Publish("b", "4");
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
        await using var host = await HostAsync(new Lines());
        var (client, response) = await HoldAsync(host, "a/b");
        using (client)
        {
            host.Hub.Close("a"u8, out _, Encoding.UTF8.GetBytes("bye"));
            Assert.Equal("end of a: bye\n", await response.ReadChunkAsync());
            host.Publish("b", "2");
            Assert.Equal("b:2\n", await response.ReadChunkAsync());
            host.Hub.Close("b"u8, out _);
            Assert.Equal("end of b, the last\n", await response.ReadChunkAsync());
            Assert.Null(await response.ReadChunkAsync());
            await client.GetAsync("/nothing");
            Assert.Equal(404, (await client.ReadResponseAsync()).Status);
        }
    }

    [Fact]
    public async Task It_lasts_as_long_as_it_may_whatever_is_said_meanwhile()
    {
        await using var host = await HostAsync(
            new Lines { Life = TimeSpan.FromSeconds(2.5), Beat = TimeSpan.FromSeconds(1) });
        var (client, response) = await HoldAsync(host, "a");
        using (client)
        {
            Time.AdvanceSeconds(1);
            Assert.Equal("beat\n", await response.ReadChunkAsync());
            host.Publish("a", "1");
            Assert.Equal("a:1\n", await response.ReadChunkAsync());
            Time.AdvanceSeconds(2);
            var last = await response.ReadBodyAsync();
            Assert.Equal("end of , the last\n", last.StartsWith("beat\n", StringComparison.Ordinal) ? last[5..] : last);
        }

        await UntilSubscribedAsync(host, 0);
    }

    [Fact]
    public async Task A_head_that_is_owed_comes_with_the_first_message()
    {
        await using var host = await HostAsync(new Lines { IsOwed = true });
        using var client = await WaitAsync(host, "a/b");
        host.Publish("b", "2");
        var response = await client.ReadResponseAsync();
        Assert.Equal("202 first is 2", $"{response.Status} {response.Reason}");
        Assert.Equal("b:2\n", await response.ReadBodyAsync());
        await UntilSubscribedAsync(host, 0);
    }

    [Fact]
    public async Task A_request_sent_behind_one_that_waits_is_answered_after_it()
    {
        await using var host = await HostAsync(new Lines { IsOwed = true });
        using var client = await WaitAsync(host, "a");
        await client.GetAsync("/nothing");
        host.Publish("a", "1");
        Assert.Equal("a:1\n", await (await client.ReadResponseAsync()).ReadBodyAsync());
        Assert.Equal(404, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task A_head_that_is_owed_comes_with_the_end_where_nothing_was_said()
    {
        await using var host = await HostAsync(new Lines { IsOwed = true, Life = TimeSpan.FromSeconds(2) });
        using var client = await WaitAsync(host, "a");
        Time.AdvanceSeconds(3);
        var response = await client.ReadResponseAsync();
        Assert.Equal("304 Expired", $"{response.Status} {response.Reason}");
        Assert.Null(response["Content-Length"]);
        await client.GetAsync("/nothing");
        Assert.Equal(404, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task When_the_node_stops_what_is_held_is_ended_and_what_is_owed_is_answered()
    {
        await using var host = await HostAsync(new Lines());
        var (client, response) = await HoldAsync(host, "a");
        using (client)
        {
            await host.StopAsync();
            Assert.Equal("end of , the last\n", await response.ReadChunkAsync());
            Assert.Null(await response.ReadChunkAsync());
            Assert.Empty(await client.ReadToEndAsync());
        }
    }

    private static int Count(ServedHost host, string channel) =>
        host.Hub.Find(Encoding.UTF8.GetBytes(channel))!.SubscriberCount;

    private static async Task<(RawHttpClient Client, RawResponse Response)> HoldAsync(
        ServedHost host, string channels)
    {
        var client = await host.ConnectAsync();
        await client.GetAsync($"/{channels}");
        return (client, await client.ReadResponseAsync());
    }

    private static async Task<RawHttpClient> WaitAsync(ServedHost host, string channels)
    {
        var client = await host.ConnectAsync();
        await client.GetAsync($"/{channels}");
        await Eventually.TrueAsync(() => host.Hub.SubscriberCount == channels.Split('/').Length, "it waits");
        return client;
    }

    private async Task<ServedHost> HostAsync(Lines format)
    {
        var handler = new Handler(format);
        var host = await StartAsync(new HostSetup { Time = Time, Handler = handler });
        handler.Hub = host.Hub;
        _handler = handler;
        return host;
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
