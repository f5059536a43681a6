using System.Runtime.InteropServices;
using System.Text;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.PushStream;

/// <summary>What was found wrong with nginx-push-stream-module is not wrong here.</summary>
[Trait("differs", "push-stream")]
public sealed class FaultsOfTheOriginal(PushStreamServer server) : PushStreamCase(server)
{
    [Fact]
    public async Task A_subscriber_that_stopped_reading_never_gets_another_channels_bytes()
    {
        const int Size = 1 << 20;
        var (mine, other) = (NewChannel(), NewChannel());
        var slow = await GetAsync("/sub/" + mine);
        await PublishAsync(mine, new string('a', Size), new string('a', Size), new string('a', Size));
        await DeleteAsync(mine);
        for (var i = 0; i < 5; i++)
        {
            await PublishAsync(other, new string('b', Size), new string('b', Size));
            await DeleteAsync(other);
        }

        Assert.Equal(new string('a', 3 * Size) + "Channel deleted<FOOT>", await slow.ReadBodyAsync());
    }

    [Theory]
    [InlineData("POST /pub?id=ALL", 403)]
    [InlineData("POST /pub", 400)]
    [InlineData("GET /stats", 200)]
    [InlineData("GET /sub/ALL", 403)]
    [InlineData("PATCH /pub?id=a", 405)]
    public async Task A_refused_body_is_never_taken_for_the_next_request(string request, int status)
    {
        var victim = NewChannel();
        await PublishAsync(victim, "x");
        var smuggled = $"DELETE /pub?id={victim} HTTP/1.1\r\nHost: h\r\n\r\n";
        var client = await ConnectAsync();
        await client.SendAsync(
            $"{request} HTTP/1.1\r\nHost: h\r\nContent-Length: {smuggled.Length}\r\n\r\n"
                + $"{smuggled}GET /pub?id={victim} HTTP/1.1\r\nHost: h\r\n\r\n");
        var refused = await client.ReadResponseAsync();
        Assert.Equal(status, refused.Status);
        await refused.ReadBodyAsync();
        Assert.Contains(
            "\"published_messages\": 1",
            await (await client.ReadResponseAsync()).ReadBodyAsync(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_too_large_closes_the_connection_before_what_follows_is_read()
    {
        var victim = NewChannel();
        await PublishAsync(victim, "x");
        var client = await ConnectAsync();
        await client.PostAsync("/pubx?id=a", new string('x', 2000) + $"DELETE /pub?id={victim} HTTP/1.1\r\n\r\n");
        var refused = await client.ReadResponseAsync();
        Assert.Equal((413, "close"), (refused.Status, refused["Connection"]));
        Assert.Equal(200, (await GetAsync("/pub?id=" + victim)).Status);
    }

    [Theory]
    [InlineData("/sub/.b0")]
    [InlineData("/sub/")]
    [InlineData("/sub//")]
    public async Task Nobody_listens_to_the_channel_without_a_name(string target) =>
        Assert.Equal(400, (await GetAsync(target)).Status);

    [Fact]
    public async Task What_a_browser_publishes_with_a_leading_slash_reaches_the_channel_alone()
    {
        var channel = NewChannel();
        var subscriber = await GetAsync("/sub/" + channel);
        Assert.StartsWith(
            $"{{\"channel\": \"{channel}\"", await PublishAsync("/" + channel, "x"), StringComparison.Ordinal);
        Assert.Equal("x", await subscriber.ReadChunkAsync());
    }

    [Fact]
    public async Task Whoever_has_seen_the_head_misses_nothing_that_is_published_then()
    {
        var channel = NewChannel();
        for (var i = 0; i < 100; i++)
        {
            // A connection each: the kernel spreads them over the reactors, so that subscriber and publisher often live
            // on different ones.
            var subscriber = await GetAsync("/sub/" + channel);
            await PublishAsync(channel, "m" + i);
            Assert.Equal("m" + i, await subscriber.ReadChunkAsync());
            subscriber.Client.Dispose();
        }
    }

    [Fact]
    public async Task No_frame_waits_behind_another_and_a_pong_says_what_the_ping_said()
    {
        const string Fields =
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: /mQoZf6pRiv8+6o72GncLQ==\r\n"
                + "Sec-WebSocket-Version: 13\r\n";
        var client = await ConnectAsync();
        await client.SendAsync($"GET /ws/{NewChannel()} HTTP/1.1\r\nHost: h\r\n{Fields}\r\n");
        Assert.Equal(101, (await client.ReadResponseAsync(hasBody: false)).Status);

        // Two messages and a ping in one segment; without masks, as the original takes them.
        await client.SendAsync(Encoding.Latin1.GetBytes("\x81\u0003one\x81\u0003two\x89\u0002hi"));
        var received = "";
        while (!received.Contains("<one>", StringComparison.Ordinal)
            || !received.Contains("<two>", StringComparison.Ordinal)
            || !received.Contains("\x8a\u0002hi", StringComparison.Ordinal))
        {
            received += Encoding.Latin1.GetString(await client.ReadExactlyAsync(1));
        }

        await client.SendAsync(Encoding.Latin1.GetBytes("\x81\u0005three\x88\0"));
        Assert.EndsWith("\x88\0", Encoding.Latin1.GetString(await client.ReadToEndAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frame_without_a_mask_ends_the_connection_unless_that_was_chosen()
    {
        await using var server = await JsonServer.StartAsync(
            """
            { "location": "~ ^/ws/(.*)$", "kind": "websocket", "channels_path": "$1", "websocket_allow_publish": true,
              "websocket_subprotocols": "chat.v1" }
            """);
        using var client = await RawWebSocket.ConnectAsync(
            server.Own, "/ws/a", "Sec-WebSocket-Protocol: other, chat.v1\r\n");
        Assert.Equal("chat.v1", client.Answer["Sec-WebSocket-Protocol"]);
        await client.SendTextAsync("one");
        Assert.Equal("one", await client.ReadTextAsync());
        await client.SendAsync(RawWebSocket.Unmasked(RawWebSocket.TextFrame, "two"u8));
        Assert.Empty((await client.ReadCloseAsync()).Payload);
    }

    [Fact]
    public async Task What_is_stored_has_a_limit_and_beyond_it_publishing_is_refused_and_nothing_else()
    {
        await using var server = await JsonServer.StartAsync(
            """{ "location": "/pub", "kind": "publisher-admin", "channels_path": "$arg_id", "store_messages": true }""",
            """
            "push_stream": { "shared_memory_size": 100000 },
            """);
        var client = await ConnectAsync(server.Own);
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            await client.PostAsync("/pub?id=a", new string('x', 30_000));
            var response = await client.ReadResponseAsync();
            statuses.Add(response.Status);
            await response.ReadBodyAsync();
        }

        Assert.Equal([200, 200, 200, 500, 500], statuses);
        await client.SendAsync("DELETE /pub?id=a HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        await client.PostAsync("/pub?id=a", new string('x', 30_000));
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task A_server_that_stops_says_so_to_every_subscriber()
    {
        await using var server = await JsonServer.StartAsync(
            """
            { "location": "~ ^/sub/(.*)$", "kind": "streaming", "channels_path": "$1", "footer_template": "<FOOT>" },
            { "location": "~ ^/lp/(.*)$", "kind": "long-polling", "channels_path": "$1" }
            """);
        var (stream, poll) = (await ConnectAsync(server.Own), await ConnectAsync(server.Own));
        await stream.GetAsync("/sub/a");
        var response = await stream.ReadResponseAsync();
        await poll.GetAsync("/lp/a");
        await poll.SendAsync("GET /lp/a HTTP/1.1\r\nHost: h\r\n\r\n");
        await UntilTwoAsync(server);
        server.Process.Signal(PosixSignal.SIGTERM);
        Assert.Equal("<FOOT>", await response.ReadBodyAsync());
        Assert.StartsWith(
            "HTTP/1.1 304 Not Modified\r\n",
            Encoding.ASCII.GetString(await poll.ReadToEndAsync()),
            StringComparison.Ordinal);
        Assert.Equal(0, await server.Process.UntilExitAsync());
    }

    private async Task UntilTwoAsync(JsonServer server)
    {
        var admin = await ConnectAsync(server.Admin);
        string answer;
        do
        {
            await admin.GetAsync("/info?cname=a");
            answer = await (await admin.ReadResponseAsync()).ReadBodyAsync();
        }
        while (!answer.Contains("\"subscribers\": 2", StringComparison.Ordinal));
    }

    private async Task DeleteAsync(string channel)
    {
        var client = await ConnectAsync();
        await client.SendAsync($"DELETE /pub?id={channel} HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }
}
