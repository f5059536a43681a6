using System.Net.WebSockets;
using System.Text;
using Halley.Testing;
using static Halley.Testing.RawWebSocket;

namespace Halley.Specifications.Hosts;

/// <summary>
/// WebSockets on the wire (RFC 6455), with iComet's <c>/ws</c> behind them: a text <c>ping</c> is answered, so what was
/// heard can be seen.
/// </summary>
/// <inheritdoc/>
public abstract class WebSocketSpecification(HostStart start) : HostSpecification(start)
{
    private const string Pong = "{\"type\":\"pong\"}";

    private static readonly byte[] Ping = Frame(TextFrame, "ping");

    [Fact]
    public async Task The_handshake_is_answered_and_a_message_is_a_text_frame()
    {
        await using var host = await StartAsync();
        using var client = await OpenAsync(host);
        Assert.Equal((101, "Switching Protocols"), (client.Answer.Status, client.Answer.Reason));
        Assert.Equal(("websocket", "Upgrade"), (client.Answer["Upgrade"], client.Answer["Connection"]));
        Assert.Equal(Accept, client.Answer["Sec-WebSocket-Accept"]);

        host.Publish("a", "hi");

        Assert.Equal("{\"type\":\"data\",\"cname\":\"a\",\"seq\":1,\"content\":\"hi\"}", await client.ReadTextAsync());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(60_000)]
    [InlineData(200_000)]
    public async Task Messages_of_every_length_arrive_whole(int length)
    {
        await using var host = await StartAsync();
        using var client = await OpenAsync(host);
        var content = new string('x', length);

        host.Publish("a", content);

        Assert.Equal(
            $"{{\"type\":\"data\",\"cname\":\"a\",\"seq\":1,\"content\":\"{content}\"}}", await client.ReadTextAsync());
    }

    [Fact]
    public async Task Frames_that_come_with_the_handshake_are_heard()
    {
        await using var host = await StartAsync();
        using var client = await RawWebSocket.ConnectAsync(
            host.EndPoint, "/ws?cname=a&seq=1", alongside: [.. Ping, .. Ping, .. Ping[..3]]);
        Assert.Equal(Pong, await client.ReadTextAsync());
        Assert.Equal(Pong, await client.ReadTextAsync());

        await client.SendAsync(Ping.AsMemory(3));

        Assert.Equal(Pong, await client.ReadTextAsync());
    }

    [Fact]
    public async Task Several_frames_in_one_segment_are_all_heard()
    {
        await using var host = await StartAsync();
        using var client = await OpenAsync(host);

        byte[] frames = [.. Ping, .. Frame(PingFrame, "1"), .. Frame(TextFrame, "something else"), .. Ping];
        await client.SendAsync((byte[])[.. frames, .. Frame(PingFrame, "2")]);

        Assert.Equal(Pong, await client.ReadTextAsync());
        Assert.Equal("1", (await client.ReadFrameAsync()).Text);
        Assert.Equal(Pong, await client.ReadTextAsync());
        Assert.Equal("2", (await client.ReadFrameAsync()).Text);
    }

    [Fact]
    public async Task A_frame_that_comes_byte_by_byte_is_heard()
    {
        await using var host = await StartAsync();
        using var client = await OpenAsync(host);
        for (var i = 0; i < Ping.Length; i++)
        {
            await client.SendAsync(Ping.AsMemory(i, 1));
            await host.AnswersAsync();
        }

        Assert.Equal(Pong, await client.ReadTextAsync());
    }

    [Fact]
    public async Task A_fragmented_message_is_one_and_a_ping_between_is_answered_at_once()
    {
        await using var host = await StartAsync();
        using var client = await OpenAsync(host);
        await client.SendAsync((byte[])[.. Frame(TextFrame, "pi", isFinal: false), .. Frame(PingFrame, "now")]);
        var pong = await client.ReadFrameAsync();
        Assert.Equal((PongFrame, "now"), (pong.Opcode, pong.Text));

        host.Publish("a", "meanwhile");
        Assert.Contains("meanwhile", await client.ReadTextAsync(), StringComparison.Ordinal);
        await client.SendAsync((byte[])
        [
            .. Frame(RawWebSocket.Continuation, "n", isFinal: false),
            .. Frame(PingFrame, ""), .. Frame(RawWebSocket.Continuation, "g"),
        ]);

        Assert.Equal(PongFrame, (await client.ReadFrameAsync()).Opcode);
        Assert.Equal(Pong, await client.ReadTextAsync());
    }

    [Fact]
    public async Task A_ping_is_answered_with_its_payload_and_a_pong_not_at_all()
    {
        await using var host = await StartAsync();
        using var client = await OpenAsync(host);
        var payload = new string('p', 125);

        await client.SendAsync(
            (byte[])[.. Frame(PongFrame, "unasked"), .. Frame(PingFrame, payload), .. Frame(PingFrame, "")]);

        Assert.Equal(payload, (await client.ReadFrameAsync()).Text);
        var second = await client.ReadFrameAsync();
        Assert.Equal((PongFrame, 0), (second.Opcode, second.Payload.Length));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1011)]
    [InlineData(3000)]
    [InlineData(4999)]
    public async Task A_close_is_answered_with_its_code_and_the_connection_ends(int code)
    {
        await using var host = await StartAsync();
        using var client = await OpenAsync(host);

        await client.SendAsync(Close(code, "bye"));

        Assert.Equal(code, (await client.ReadCloseAsync()).CloseCode);
        await UntilSubscribedAsync(host, 0);
    }

    [Fact]
    public async Task A_close_without_a_code_is_answered_without_one()
    {
        await using var host = await StartAsync();
        using var client = await OpenAsync(host);

        await client.SendAsync(Frame(CloseFrame, ""));

        Assert.Empty((await client.ReadCloseAsync()).Payload);
    }

    [Fact]
    public async Task A_channel_that_is_closed_ends_with_1000_after_its_last_word()
    {
        await using var host = await StartAsync();
        using var client = await OpenAsync(host);

        host.Hub.Close("a"u8, out _);

        Assert.Equal("{\"type\":\"close\",\"cname\":\"a\",\"seq\":1,\"content\":\"\"}", await client.ReadTextAsync());
        Assert.Equal(1000, (await client.ReadCloseAsync()).CloseCode);
    }

    [Fact]
    public async Task A_server_that_stops_says_1001()
    {
        await using var host = await StartAsync();
        using var client = await OpenAsync(host);

        await host.StopAsync();

        Assert.Equal(1001, (await client.ReadCloseAsync()).CloseCode);
    }

    [Fact]
    public async Task A_client_that_ends_its_side_or_vanishes_is_forgotten()
    {
        await using var host = await StartAsync();
        using var half = await OpenAsync(host);
        using var gone = await OpenAsync(host);
        await gone.SendAsync(Frame(TextFrame, "the beginning", isFinal: false));
        Assert.Equal(2, host.Hub.SubscriberCount);

        half.Client.FinishSending();
        gone.Client.Reset();

        Assert.Empty(await half.Client.ReadToEndAsync());
        await UntilSubscribedAsync(host, 0);
    }

    [Fact]
    public async Task A_client_that_pings_without_reading_is_not_read_from()
    {
        await using var host = await StartAsync();
        using var client = await OpenAsync(host);
        var one = Frame(PingFrame, new string('p', 125));
        const int Pings = 100_000;
        var sending = client.SendAsync(Enumerable.Repeat(one, Pings).SelectMany(frame => frame).ToArray());
        using (var other = await OpenAsync(host))
        {
            // A turn of the reactor for each: whoever is read from at all is read from in each, a megabyte at a time.
            for (var turn = 0; turn < 200; turn++)
            {
                await other.SendAsync(Ping);
                Assert.Equal(Pong, await other.ReadTextAsync());
            }
        }

        Assert.False(sending.IsCompleted, "13 MB of pings were read although no pong was taken");

        // And as soon as it reads, all are answered.
        var pongs = 0;
        while (pongs < Pings)
        {
            pongs += (await client.ReadFrameAsync()).Opcode == PongFrame ? 1 : 0;
        }

        await sending;
    }

    [Fact]
    public async Task A_subscriber_that_does_not_read_is_ended_at_the_limit()
    {
        await using var host = await StartAsync(new HostSetup { MaxQueuedBytes = 64 * 1024 });
        using var slow = await OpenAsync(host);
        using var quick = await OpenAsync(host);
        var content = new string('x', 32 * 1024);
        for (var i = 1; i <= 300; i++)
        {
            host.Publish("a", content);
            Assert.Contains($"\"seq\":{i},", await quick.ReadTextAsync(), StringComparison.Ordinal);
        }

        await UntilSubscribedAsync(host, 1);
    }

    [Fact]
    public async Task A_message_that_is_no_UTF8_is_told_as_text_that_is()
    {
        await using var host = await StartAsync();
        using var client = await OpenAsync(host);

        byte[] payload = [0xD6, 0xD0, .. "half"u8, 0xED, 0xA0, 0xBD];
        await host.Hub.Broker.Publish("a"u8, new Publication(payload));

        Assert.Contains(
            "\"\uFFFD\uFFFDhalf\uFFFD\uFFFD\uFFFD\"",
            Encoding.UTF8.GetString((await client.ReadFrameAsync()).Payload),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("one; many")]
    public async Task A_sub_protocol_is_answered_only_where_it_was_configured(string configured)
    {
        string[] spoken = configured.Split("; ", StringSplitOptions.RemoveEmptyEntries);
        await using var host = await StartAsync(
            new HostSetup { IComet = options => options.WebSocketSubprotocols.AddRange(spoken) });
        using var client = await OpenAsync(host, "Sec-WebSocket-Protocol: other, many, one\r\n");
        Assert.Equal(spoken.Length > 0 ? "many" : null, client.Answer["Sec-WebSocket-Protocol"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_platforms_own_client_gets_along_with_it(bool isDeflating)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await StartAsync();
        using var client = new ClientWebSocket();
        client.Options.DangerousDeflateOptions = isDeflating ? new WebSocketDeflateOptions() : null;
        await client.ConnectAsync(new Uri($"ws://{host.EndPoint}/ws?cname=a&seq=1"), cancel);
        var content = string.Concat(Enumerable.Range(0, 9000).Select(i => $"{i} "));
        host.Publish("a", content);
        Assert.Equal(
            $"{{\"type\":\"data\",\"cname\":\"a\",\"seq\":1,\"content\":\"{content}\"}}",
            await ReceiveAsync(client, cancel));

        await client.SendAsync("ping"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, cancel);
        Assert.Equal(Pong, await ReceiveAsync(client, cancel));
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", cancel);

        Assert.Equal(WebSocketState.Closed, client.State);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
        await UntilSubscribedAsync(host, 0);
    }

    private static async Task<string> ReceiveAsync(ClientWebSocket client, CancellationToken cancel)
    {
        var bytes = new byte[1 << 17];
        for (var length = 0; ;)
        {
            var result = await client.ReceiveAsync(bytes.AsMemory(length), cancel);
            length += result.Count;
            if (result.EndOfMessage)
            {
                return Encoding.UTF8.GetString(bytes, 0, length);
            }
        }
    }
}
