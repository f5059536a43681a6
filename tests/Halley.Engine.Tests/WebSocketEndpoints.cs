using System.Text;
using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;
using Halley.Testing;
using Halley.Testing.Doubles;
using static Halley.Testing.RawWebSocket;

namespace Halley.Engine.Tests;

/// <summary>What other dialects than iComet's ask of the engine's WebSockets: receivers that publish, options, heartbeats of their own, answers that come late.</summary>
public sealed class WebSocketEndpoints
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task What_a_client_says_can_be_published_to_all_its_channels()
    {
        using var engine = Engine(new Words());
        using var client = await RawWebSocket.ConnectAsync(engine.Front, "/a/b");

        await client.SendTextAsync("hi");

        Assert.Equal(["a:hi", "b:hi"], new[] { await client.ReadTextAsync(), await client.ReadTextAsync() }.Order());
    }

    [Fact]
    public async Task What_is_said_before_it_is_held_is_heard_when_it_is()
    {
        var words = new Words { IsLate = true };
        using var engine = Engine(words);
        using var client = await RawWebSocket.ConnectAsync(engine.Front, "/a", alongside: [.. Frame(TextFrame, "1"), .. Frame(PingFrame, "2")]);
        await client.SendTextAsync("3");
        Assert.Equal("", client.Client.Pending());

        words.HoldNow();

        Assert.Equal("2", (await client.ReadFrameAsync()).Text);
        Assert.Equal("a:1", await client.ReadTextAsync());
        Assert.Equal("a:3", await client.ReadTextAsync());
    }

    [Fact]
    public async Task An_endpoint_can_take_more_than_the_RFC_lets_it()
    {
        using var engine = Engine(new Words { Options = new() { TakesUnmasked = true, TakesBinary = true, IgnoresReservedBits = true } });
        using var client = await RawWebSocket.ConnectAsync(engine.Front, "/a");

        await client.SendAsync(Unmasked(TextFrame, "1"u8));
        Assert.Equal("a:1", await client.ReadTextAsync());
        await client.SendAsync((byte[])[.. Frame(BinaryFrame, "2"), .. Frame(TextFrame, "3"u8, reserved: 7)]);
        var binary = await client.ReadFrameAsync();
        Assert.Equal((BinaryFrame, "2 bytes"), (binary.Opcode, binary.Text));
        Assert.Equal("a:3", await client.ReadTextAsync());
    }

    [Fact]
    public async Task An_endpoint_can_close_without_saying_why()
    {
        using var engine = Engine(new Words { Options = new() { SaysWhy = false } });
        using var wrong = await RawWebSocket.ConnectAsync(engine.Front, "/a");
        using var right = await RawWebSocket.ConnectAsync(engine.Front, "/a");

        await wrong.SendAsync(Frame(3, ""));
        await right.SendAsync(Close(1000));

        Assert.Empty((await wrong.ReadCloseAsync()).Payload);
        Assert.Empty((await right.ReadCloseAsync()).Payload);
    }

    [Fact]
    public async Task A_receiver_can_end_the_connection_with_a_code_and_a_reason()
    {
        using var engine = Engine(new Words());
        using var client = await RawWebSocket.ConnectAsync(engine.Front, "/a");

        await client.SendAsync((byte[])[.. Frame(TextFrame, "leave"), .. Frame(TextFrame, "never heard")]);

        var close = await client.ReadCloseAsync();
        Assert.Equal((1013, "as you like"), (close.CloseCode, close.CloseReason));
        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == 0, "nobody is subscribed");
    }

    [Fact]
    public async Task A_heartbeat_can_be_the_protocols_own_ping_and_life_can_have_an_end()
    {
        using var engine = Engine(new Words { Beat = TimeSpan.FromSeconds(10), Life = TimeSpan.FromSeconds(15) });
        using var client = await RawWebSocket.ConnectAsync(engine.Front, "/a");

        _time.AdvanceSeconds(11);
        Assert.Equal(PingFrame, (await client.ReadFrameAsync()).Opcode);
        await client.SendAsync(Frame(PongFrame, ""));
        _time.AdvanceSeconds(5);

        Assert.Equal(1000, (await client.ReadCloseAsync()).CloseCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(20)]
    [InlineData(1000)]
    public async Task A_message_that_does_not_come_whole_in_time_ends_the_connection_however_many_bytes_come(int? beat)
    {
        using var engine = Engine(new Words { Beat = beat is { } seconds ? TimeSpan.FromSeconds(seconds) : null });
        using var client = await RawWebSocket.ConnectAsync(engine.Front, "/a");
        await client.SendAsync((byte[])[.. Frame(TextFrame, "whole"), .. Frame(TextFrame, "b", isFinal: false)]);
        Assert.Equal("a:whole", await client.ReadTextAsync());
        for (var second = 0; second < 85; second += 5)
        {
            // A pong says that the bytes before it were read.
            await client.SendAsync((byte[])[.. Frame(RawWebSocket.Continuation, "yte", isFinal: false), .. Frame(PingFrame, "read")]);
            var frame = await client.ReadFrameAsync();
            while (frame.Opcode == PingFrame)
            {
                frame = await client.ReadFrameAsync();
            }

            if (frame.Opcode == CloseFrame)
            {
                Assert.Equal((1008, "The message did not come whole in time."), (frame.CloseCode, frame.CloseReason));
                Assert.InRange(second, 60, 85);
                return;
            }

            _time.AdvanceSeconds(5);
        }

        Assert.Fail("A message may come for ever.");
    }

    private RunningEngine Engine(Words words)
    {
        var engine = new RunningEngine(new() { Time = _time, Front = words });
        words.Hub = engine.Hub;
        return engine;
    }

    /// <summary>An endpoint whose path is a list of channels. What a client says is published to them; "leave" is done.</summary>
    private sealed class Words : TransportFormat, IRequestHandler, IWebSocketReceiver
    {
        private IExchange? _late;

        public Hub? Hub { get; set; }

        public bool IsLate { get; init; }

        public TimeSpan? Beat { get; init; }

        public TimeSpan? Life { get; init; }

        public WebSocketOptions Options { get; init; } = WebSocketOptions.Default;

        public override IWebSocketReceiver Receiver => this;

        public override bool EndsWithMessage => false;

        public override TimeSpan? HeartbeatInterval => Beat;

        public override TimeSpan? TimeToLive => Life;

        public void Handle(in HttpRequest request, IExchange exchange)
        {
            var handshake = new Handshake(request);
            Assert.Equal(HandshakeFault.None, handshake.Check());
            foreach (var name in Encoding.UTF8.GetString(request.Path).Trim('/').Split('/'))
            {
                var subscription = exchange.Subscription.Channel is null ? exchange.Subscription : exchange.AddSubscription();
                Hub!.Attach(Encoding.UTF8.GetBytes(name), subscription, new AttachOptions { OnlyToWait = true }, exchange);
            }

            exchange.Upgrade(new ResponseHead("101 Switching Protocols", []), handshake, out _);
            if (IsLate)
            {
                Volatile.Write(ref _late, exchange);
            }
            else
            {
                exchange.Hold(this, heartbeat: 0);
            }
        }

        public void HoldNow() => Volatile.Read(ref _late)!.Dispatcher.Post(new Holding(_late!, this));

        public void OnText(ReadOnlySpan<byte> text, IExchange exchange)
        {
            if (text.SequenceEqual("leave"u8))
            {
                exchange.End(CloseCode.TryAgainLater, "as you like"u8);
                return;
            }

            var publication = new Publication(text.ToArray());
            foreach (var channel in exchange.Channels)
            {
                Hub!.Broker.Publish(channel.Name, publication).Now();
            }
        }

        public void OnBinary(ReadOnlySpan<byte> bytes, IExchange exchange)
        {
            var output = exchange.Add(out var framing);
            framing = framing.Binary;
            var piece = framing.Begin(output);
            output.Write(bytes);
            output.Write(" bytes"u8);
            framing.End(output, piece);
        }

        public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
        {
            var piece = framing.Begin(output);
            output.Write(channel.Name);
            output.WriteByte((byte)':');
            output.Write(message.Payload);
            framing.End(output, piece);
        }

        public override void WriteHeartbeat(ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output) => framing.WritePing(output);

        public override void WriteEnd(ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
        {
        }
    }

    private sealed class Holding(IExchange exchange, Words words) : IWork
    {
        public bool Run(ref int budget)
        {
            exchange.Hold(words, heartbeat: 0);
            return true;
        }
    }
}
