using System.Text;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.PushStream;

/// <summary>Heads and bodies byte for byte, and what becomes of the connection.</summary>
public sealed class OnTheWire(PushStreamServer server) : PushStreamCase(server)
{
    private const string NoCache =
        "Expires: Thu, 01 Jan 1970 00:00:01 GMT\r\nCache-Control: no-cache, no-store, must-revalidate\r\n\r\n";

    [Fact]
    public async Task A_publishers_answer_has_nginxs_order()
    {
        var channel = NewChannel();
        var client = await ConnectAsync();
        await client.PostAsync("/pub?id=" + channel, "hello");
        var response = await client.ReadResponseAsync();
        var body =
            $"{{\"channel\": \"{channel}\", \"published_messages\": 1, \"stored_messages\": 1, \"subscribers\": "
                + $"0}}\r\n";
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nServer: halley\r\nDate: *\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {body.Length}\r\nConnection: keep-alive\r\n"
                + NoCache,
            response.HeadWithoutDate);
        Assert.Equal(body, await response.ReadBodyAsync());
    }

    [Fact]
    public async Task A_stream_ends_with_its_channel_and_the_connection_serves_the_next_request()
    {
        var channel = NewChannel();
        var subscriber = await GetAsync("/sub/" + channel);
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nServer: halley\r\nDate: *\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n"
                + "X-Accel-Buffering: no\r\nConnection: keep-alive\r\n"
                + NoCache,
            subscriber.HeadWithoutDate);
        await PublishAsync(channel, "one");
        Assert.Equal("one", await subscriber.ReadChunkAsync());
        var admin = await ConnectAsync();
        await admin.SendAsync($"DELETE /pub?id={channel} HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Equal("Channel deleted.", (await admin.ReadResponseAsync())["X-Nginx-PushStream-Explain"]);
        Assert.Equal("Channel deleted", await subscriber.ReadChunkAsync());
        Assert.Equal("<FOOT>", await subscriber.ReadChunkAsync());
        Assert.Null(await subscriber.ReadChunkAsync());
        await subscriber.Client.GetAsync("/stats");
        Assert.Equal(200, (await subscriber.Client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task An_old_client_gets_no_chunks_and_the_end_of_the_connection()
    {
        var channel = NewChannel();
        var client = await ConnectAsync();
        await client.SendAsync($"GET /sub/{channel} HTTP/1.0\r\n\r\n");
        var response = await client.ReadResponseAsync();
        Assert.Equal("close", response["Connection"]);
        Assert.Null(response["Transfer-Encoding"]);
        await PublishAsync(channel, "x");
        var admin = await ConnectAsync();
        await admin.SendAsync($"DELETE /pub?id={channel} HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Equal("xChannel deleted<FOOT>", Encoding.ASCII.GetString(await client.ReadToEndAsync()));
    }

    [Fact]
    public async Task Long_polls_sent_ahead_are_answered_one_after_the_other()
    {
        var channel = NewChannel();
        var client = await ConnectAsync();
        await PublishAsync(channel, "old");
        await client.SendAsync(
            $"GET /lp/{channel}.b1 HTTP/1.1\r\nHost: h\r\n\r\nGET /lp/{channel} HTTP/1.1\r\nHost: h\r\n\r\n"
                + $"GET /stats?id={channel} HTTP/1.1\r\nHost: h\r\n\r\n");
        var first = await client.ReadResponseAsync();
        Assert.Equal("[old]", await first.ReadBodyAsync());
        await UntilSubscribersAsync(channel, 1);
        await PublishAsync(channel, "new");
        var second = await client.ReadResponseAsync();
        Assert.Equal("5\r\n[new]\r\n0\r\n\r\n", await client.ReadAsManyAsAsync("5\r\n[new]\r\n0\r\n\r\n"));
        Assert.StartsWith("W/", second["Etag"], StringComparison.Ordinal);
        Assert.NotNull(second["Last-Modified"]);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Events_are_pinged_and_end_when_their_time_is_over()
    {
        var subscriber = await GetAsync("/ev/" + NewChannel());
        Assert.Equal("text/event-stream; charset=utf-8", subscriber["Content-Type"]);
        Assert.Equal(": \n: -1\n: -1\n", await subscriber.ReadBodyAsync());
    }

    [Fact]
    public async Task A_large_message_of_all_bytes_arrives_whole_live_and_later()
    {
        var channel = NewChannel();
        var payload = new byte[4 << 20];
        new Random(1).NextBytes(payload);
        var live = await GetAsync("/sub/" + channel);
        var client = await ConnectAsync();
        await client.SendAsync(
            $"PUT /pub?id={channel} HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await client.ReadAsManyAsAsync("HTTP/1.1 100 Continue\r\n\r\n"));
        await client.SendAsync($"{payload.Length:x}\r\n");
        await client.SendAsync(payload);
        await client.SendAsync("\r\n0\r\n\r\n");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        Assert.Equal(payload, await live.ReadChunkBytesAsync());
        Assert.Equal(payload, await (await GetAsync($"/sub/{channel}.b1")).ReadChunkBytesAsync());
    }

    [Fact]
    public async Task Who_may_not_come_and_where_nothing_is_are_told()
    {
        Assert.Equal(403, (await GetAsync("/denied")).Status);
        Assert.Equal(404, (await GetAsync("/nothing")).Status);
    }

    [Fact]
    public async Task The_smallest_server_is_there()
    {
        var subscriber = await GetAsync("/mini/sub?id=7");
        Assert.Equal("{type: \"welcome\", id: \"7\", content: \"hello world!\"}\n", await subscriber.ReadChunkAsync());
        Assert.Equal("ok\n", await (await GetAsync("/mini/pub?id=7&content=hi")).ReadBodyAsync());
        Assert.Equal("{type: \"data\", id: \"7\", content: \"hi\"}\n", await subscriber.ReadChunkAsync());
        Assert.Equal("id: 8 not connected\n", await (await GetAsync("/mini/pub?id=8&content=hi")).ReadBodyAsync());
    }

    private async Task UntilSubscribersAsync(string channel, int count)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        var client = await ConnectAsync();
        string answer;
        do
        {
            Assert.False(patience.IsCancellationRequested, $"{channel} does not come to {count} subscribers.");
            await client.GetAsync("/stats?id=" + channel);
            answer = await (await client.ReadResponseAsync()).ReadBodyAsync();
        }
        while (!answer.Contains($"\"subscribers\": {count}}}", StringComparison.Ordinal));
    }
}
