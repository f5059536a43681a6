using System.Runtime.InteropServices;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>What subscribers and publishers hear of a server that is told to end (drain.within).</summary>
public sealed class Drained
{
    // Longer than any test waits: what ends before has not waited for it.
    private const string Long = "\"drain\": { \"within\": 3600 },";

    private const string Endpoints =
        """
        { "location": "~ ^/lp/(.*)$", "kind": "long-polling", "channels_path": "$1" },
        { "location": "~ ^/ps/(.*)$", "kind": "websocket", "channels_path": "$1" },
        { "location": "~ ^/nchan/(.*)$", "kind": "nchan_subscriber", "nchan_channel_id": "$1" }
        """;

    [Theory]
    [InlineData("")]
    [InlineData("\"engine\": { \"workers\": 2 },")]
    public async Task Every_subscriber_is_told_to_come_back_in_the_words_of_its_transport(string engine)
    {
        await using var server = await JsonServer.StartAsync(Endpoints, Long + engine);
        using var events = await GetAsync(server.Front, "/sse?cname=a&seq=1");
        var opened = await events.ReadResponseAsync();
        using var streaming = await GetAsync(server.Front, "/stream?cname=a&seq=1");
        await streaming.ReadResponseAsync();
        using var polling = await GetAsync(server.Front, "/poll?cname=a&seq=1");
        var poll = await polling.ReadResponseAsync();
        using var socket = await RawWebSocket.ConnectAsync(server.Front, "/ws?cname=a&seq=1");
        using var oldPolling = await GetAsync(server.Own, "/lp/a");
        using var oldSocket = await RawWebSocket.ConnectAsync(server.Own, "/ps/a");
        using var nchanSocket = await RawWebSocket.ConnectAsync(server.Own, "/nchan/a");
        using var nchanPolling = await GetAsync(server.Own, "/nchan/a");
        await UntilSubscribersAsync(server, 8);
        await PushAsync(server, "b", "whatever");

        server.Process.Signal(PosixSignal.SIGTERM);

        Assert.Matches("^retry: [0-9]{1,7}\n\n$", await opened.ReadChunkAsync());
        Assert.Null(await opened.ReadChunkAsync());
        Assert.Empty(await events.ReadToEndAsync());
        Assert.Empty(await streaming.ReadToEndAsync());
        Assert.Equal("""{"type":"noop","cname":"a","seq":0,"content":""}""" + "\n", await poll.ReadBodyAsync());
        Assert.Empty(await polling.ReadToEndAsync());
        var close = await socket.ReadCloseAsync();
        Assert.Equal((1012, "The server ends or restarts; come back."), (close.CloseCode, close.CloseReason));
        Assert.Equal(304, (await oldPolling.ReadResponseAsync(hasBody: false)).Status);
        Assert.Equal(0, (await oldSocket.ReadCloseAsync()).CloseCode);
        Assert.Equal(1001, (await nchanSocket.ReadCloseAsync()).CloseCode);
        Assert.Equal(408, (await nchanPolling.ReadResponseAsync()).Status);
        Assert.Equal(0, await server.Process.UntilExitAsync());
    }

    [Fact]
    public async Task What_was_published_before_comes_before()
    {
        await using var server = await JsonServer.StartAsync(Endpoints, Long);
        using var client = await GetAsync(server.Front, "/sse?cname=a&seq=1");
        var events = await client.ReadResponseAsync();
        await PushAsync(server, "a", "one");

        server.Process.Signal(PosixSignal.SIGTERM);

        Assert.Contains("\"one\"", await events.ReadChunkAsync(), StringComparison.Ordinal);
        Assert.StartsWith("retry: ", await events.ReadChunkAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await server.Process.UntilExitAsync());
    }

    [Fact]
    public async Task A_publisher_is_answered_and_meanwhile_nobody_else_is_let_in()
    {
        await using var server = await JsonServer.StartAsync(Endpoints, Long);
        using var publisher = await BeginPushAsync(server);

        server.Process.Signal(PosixSignal.SIGTERM);
        await UntilNotReadyAsync(server);

        Assert.Contains("The server is to end", await AskAsync(server, "/health/ready"), StringComparison.Ordinal);
        Assert.Contains("live", await AskAsync(server, "/health/live"), StringComparison.Ordinal);
        Assert.False(await ServerProcess.IsListeningAsync(server.Front));
        Assert.False(await ServerProcess.IsListeningAsync(server.Own));
        Assert.False(server.Process.HasExited);

        await publisher.SendAsync("content=abc");
        var answer = await publisher.ReadResponseAsync();
        Assert.Equal(200, answer.Status);
        Assert.Equal("close", answer["Connection"]);
        Assert.Equal(0, await server.Process.UntilExitAsync());
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task Whoever_asks_again_does_not_want_to_wait(PosixSignal again)
    {
        await using var server = await JsonServer.StartAsync(Endpoints, Long);
        using var publisher = await BeginPushAsync(server);
        server.Process.Signal(PosixSignal.SIGTERM);
        await UntilNotReadyAsync(server);

        server.Process.Signal(again);

        Assert.Equal(0, await server.Process.UntilExitAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task When_the_time_is_over_nobody_is_waited_for(int within)
    {
        await using var server = await JsonServer.StartAsync(
            Endpoints, $"\"drain\": {{ \"within\": {within} }},");
        using var publisher = await BeginPushAsync(server);
        using var client = await GetAsync(server.Front, "/sse?cname=a&seq=1");
        await client.ReadResponseAsync();

        server.Process.Signal(PosixSignal.SIGTERM);

        Assert.Equal(0, await server.Process.UntilExitAsync());
        Assert.Empty(await publisher.ReadToEndAsync());
        Assert.Equal(within == 0, (await client.ReadToEndAsync()).Length == 0);
    }

    private static async Task<RawHttpClient> GetAsync(System.Net.IPEndPoint server, string target)
    {
        var client = await RawHttpClient.ConnectAsync(server);
        await client.GetAsync(target);
        return client;
    }

    // All but the last bytes of a request, which the server has begun to read.
    private static async Task<RawHttpClient> BeginPushAsync(JsonServer server)
    {
        var client = await GetAsync(server.Admin, "/check?cname=a");
        await client.SendAsync(
            "POST /push HTTP/1.1\r\nHost: halley\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: 19\r\n\r\ncname=a&");
        await (await client.ReadResponseAsync()).ReadBodyAsync();
        return client;
    }

    private static async Task PushAsync(JsonServer server, string channel, string content)
    {
        using var client = await RawHttpClient.ConnectAsync(server.Admin);
        await client.PostAsync("/push", $"cname={channel}&content={content}");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    private static async Task<string> AskAsync(JsonServer server, string target)
    {
        using var client = await GetAsync(server.Admin, target);
        return await (await client.ReadResponseAsync()).ReadBodyAsync();
    }

    private static async Task UntilNotReadyAsync(JsonServer server)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (!(await AskAsync(server, "/health/ready")).Contains("not ready", StringComparison.Ordinal))
        {
            Assert.False(patience.IsCancellationRequested, "The server stays ready.");
        }
    }

    private static async Task UntilSubscribersAsync(JsonServer server, int count)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        var expected = $"\"subscribers\": {count}}}";
        while (!(await AskAsync(server, "/info?cname=a")).Contains(expected, StringComparison.Ordinal))
        {
            Assert.False(patience.IsCancellationRequested, $"There are not {count} subscribers.");
        }
    }
}
