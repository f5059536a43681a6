using System.IO.Compression;
using Halley.Channels;
using Halley.Testing;
using Halley.Testing.Doubles;
using static Halley.Testing.RawWebSocket;

namespace Halley.Specifications.Hosts;

/// <summary>
/// What other dialects than iComet's ask of WebSockets: receivers that publish, options, heartbeats of
/// their own, answers that come late.
/// </summary>
/// <inheritdoc/>
public abstract class WebSocketEndpointSpecification(HostStart start) : HostSpecification(start)
{
    [Fact]
    public async Task What_a_client_says_can_be_published_to_all_its_channels()
    {
        await using var host = await HostAsync(new Words());
        using var client = await RawWebSocket.ConnectAsync(host.EndPoint, "/a/b");

        await client.SendTextAsync("hi");

        Assert.Equal(["a:hi", "b:hi"], new[] { await client.ReadTextAsync(), await client.ReadTextAsync() }.Order());
    }

    [Fact]
    public async Task What_is_said_before_it_is_held_is_heard_when_it_is()
    {
        var words = new Words { IsLate = true };
        await using var host = await HostAsync(words);
        using var client = await RawWebSocket.ConnectAsync(
            host.EndPoint, "/a", alongside: [.. Frame(TextFrame, "1"), .. Frame(PingFrame, "2")]);
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
        await using var host = await HostAsync(
            new Words { Options = new() { TakesUnmasked = true, TakesBinary = true, IgnoresReservedBits = true } });
        using var client = await RawWebSocket.ConnectAsync(host.EndPoint, "/a");

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
        await using var host = await HostAsync(new Words { Options = new() { SaysWhy = false } });
        using var wrong = await RawWebSocket.ConnectAsync(host.EndPoint, "/a");
        using var right = await RawWebSocket.ConnectAsync(host.EndPoint, "/a");

        await wrong.SendAsync(Frame(3, ""));
        await right.SendAsync(Close(1000));

        Assert.Empty((await wrong.ReadCloseAsync()).Payload);
        Assert.Empty((await right.ReadCloseAsync()).Payload);
    }

    [Fact]
    public async Task A_receiver_can_end_the_connection_with_a_code_and_a_reason()
    {
        await using var host = await HostAsync(new Words());
        using var client = await RawWebSocket.ConnectAsync(host.EndPoint, "/a");

        await client.SendAsync((byte[])[.. Frame(TextFrame, "leave"), .. Frame(TextFrame, "never heard")]);

        var close = await client.ReadCloseAsync();
        Assert.Equal((1013, "as you like"), (close.CloseCode, close.CloseReason));
        await UntilSubscribedAsync(host, 0);
    }

    [Fact]
    public async Task A_heartbeat_can_be_the_protocols_own_ping_and_life_can_have_an_end()
    {
        await using var host = await HostAsync(
            new Words { Beat = TimeSpan.FromSeconds(10), Life = TimeSpan.FromSeconds(15) });
        using var client = await RawWebSocket.ConnectAsync(host.EndPoint, "/a");

        Time.AdvanceSeconds(11);
        Assert.Equal(PingFrame, (await client.ReadFrameAsync()).Opcode);
        await client.SendAsync(Frame(PongFrame, ""));
        Time.AdvanceSeconds(5);

        Assert.Equal(1000, (await client.ReadCloseAsync()).CloseCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(20)]
    [InlineData(1000)]
    public async Task A_message_that_does_not_come_whole_in_time_ends_the_connection_however_many_bytes_come(int? beat)
    {
        await using var host = await HostAsync(
            new Words { Beat = beat is { } seconds ? TimeSpan.FromSeconds(seconds) : null });
        using var client = await RawWebSocket.ConnectAsync(host.EndPoint, "/a");
        await client.SendAsync((byte[])[.. Frame(TextFrame, "whole"), .. Frame(TextFrame, "b", isFinal: false)]);
        Assert.Equal("a:whole", await client.ReadTextAsync());
        for (var second = 0; second < 85; second += 5)
        {
            // A pong says that the bytes before it were read.
            await client.SendAsync(
                (byte[])[.. Frame(RawWebSocket.Continuation, "yte", isFinal: false), .. Frame(PingFrame, "read")]);
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

            Time.AdvanceSeconds(5);
        }

        Assert.Fail("A message may come for ever.");
    }

    [Fact]
    public async Task A_compressed_message_that_swells_too_far_is_1009()
    {
        await using var host = await HostAsync(new Words());
        using var client = await RawWebSocket.ConnectAsync(
            host.EndPoint, "/a", "Sec-WebSocket-Extensions: permessage-deflate\r\n");
        var stream = new MemoryStream();
        using var deflate = new DeflateStream(stream, CompressionLevel.Optimal);
        deflate.Write(new byte[30 << 20]);
        deflate.Flush();

        await client.SendAsync(Frame(TextFrame, stream.ToArray().AsSpan()[..^4], reserved: 4));

        Assert.Equal(1009, (await client.ReadCloseAsync()).CloseCode);
    }

    [Fact]
    public async Task Messages_that_have_not_come_whole_may_have_no_more_memory_than_that()
    {
        await using var host = await HostAsync(
            new Words(), new HostSetup { MaxUnfinishedBytes = 4 << 20, MaxBodyBytes = 16 << 20 });
        var sockets = new List<RawWebSocket>();
        ServerFrame answer;
        do
        {
            sockets.Add(await RawWebSocket.ConnectAsync(host.EndPoint, "/a"));
            await sockets[^1].SendAsync(
                (byte[])[.. Frame(TextFrame, new string('x', 1_000_000), isFinal: false), .. Frame(PingFrame, "read")]);
            answer = await sockets[^1].ReadFrameAsync();
            if (answer.Opcode == PongFrame)
            {
                // It may have come in one turn with the message's last bytes; this one does not.
                await sockets[^1].SendAsync(Frame(PingFrame, "still there"));
                answer = await sockets[^1].ReadFrameAsync();
            }

            Assert.InRange(sockets.Count, 1, 5);
        }
        while (answer.Opcode == PongFrame);

        Assert.Equal(
            (1013, "There is no room for messages that have not come whole. Send it again later."),
            (answer.CloseCode, answer.CloseReason));
        sockets[0].Dispose();

        // What one had is given back.
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        for (var isTaken = false; !isTaken;)
        {
            patience.Token.ThrowIfCancellationRequested();
            using var again = await RawWebSocket.ConnectAsync(host.EndPoint, "/b");
            await again.SendTextAsync(new string('x', 500_000));
            isTaken = (await again.ReadFrameAsync()).Payload.Length == 500_002;
        }

        sockets.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task A_client_that_publishes_faster_than_others_are_told_is_not_read_meanwhile()
    {
        const int Most = 100_000;
        await using var host = await HostAsync(
            new Words { Options = new() { Publishes = true } },
            new HostSetup { MaxQueuedBytes = Most });
        var slow = new SlowDispatcher();
        var channel = host.Hub.FindOrCreate("a"u8)!;
        var listener = new RecordingSubscriber();
        Assert.Equal(
            AttachStatus.Attached,
            host.Hub.Attach("a"u8, listener, new AttachOptions(), new RequestAtOnce(slow)).Status);
        using var client = await RawWebSocket.ConnectAsync(host.EndPoint, "/a");
        var (one, messages) = (Frame(TextFrame, "m"), 20_000);
        var sending = client.SendAsync(Enumerable.Repeat(one, messages).SelectMany(frame => frame).ToArray());
        var heard = 0;
        while (heard * 129 < Most)
        {
            Assert.Equal("a:m", await client.ReadTextAsync());
            heard++;
        }

        using (var other = await RawWebSocket.ConnectAsync(host.EndPoint, "/b"))
        {
            // A turn of the reactor for each.
            for (var turn = 0; turn < 100; turn++)
            {
                await other.SendTextAsync("x");
                Assert.Equal("b:x", await other.ReadTextAsync());
            }
        }

        Assert.InRange(channel.UntoldBytes, Most - 200, Most + 200);
        for (; heard < messages; heard++)
        {
            slow.RunAll();
            Assert.Equal("a:m", await client.ReadTextAsync());
        }

        await sending;
        slow.RunAll();
        Assert.Equal(messages, listener.Messages.Count);
    }

    [Fact]
    public async Task A_client_that_sends_bombs_and_leaves_is_heard_to_its_last_word()
    {
        await using var host = await HostAsync(new Words { Options = new() { Publishes = true } });
        var client = await RawWebSocket.ConnectAsync(host.EndPoint, "/a");
        var channel = host.Hub.Find("a"u8)!;
        await client.SendAsync(Enumerable.Repeat(Frame(TextFrame, "m"), 5_000).SelectMany(frame => frame).ToArray());
        client.Client.FinishSending();
        await client.Client.ReadToEndAsync();
        await Eventually.TrueAsync(() => channel.Position.Offset == 5_001, "all was heard");
        client.Dispose();
    }

    private async Task<ServedHost> HostAsync(Words words, HostSetup? setup = null)
    {
        var host = await StartAsync((setup ?? new HostSetup()) with { Time = Time, Handler = words });
        words.Hub = host.Hub;
        return host;
    }
}
