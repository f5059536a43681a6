using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Centrifugo;

/// <summary>Centrifugo's protocol over real sockets: what only the engine and the process show.</summary>
public sealed partial class OnTheWire : IAsyncLifetime
{
    private JsonServer? _server;

    private JsonServer Server => _server ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _server = await JsonServer.StartAsync(
        """
        { "location": "/connection/", "kind": "centrifugo" }
        """);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_session_and_icomets_subscriber_hear_the_same_with_one_place()
    {
        using var session = await ConnectAsync();
        var answer = await AskAsync(session, """{"id":2,"subscribe":{"channel":"news","positioned":true}}""");
        var epoch = Epoch().Match(answer).Groups["epoch"].Value;
        using var stream = await RawHttpClient.ConnectAsync(Server.Front);
        await stream.GetAsync($"/stream?cname=news&seq=1&epoch={epoch}");
        await stream.ReadThroughAsync("exact");

        using var publisher = await RawHttpClient.ConnectAsync(Server.Admin);
        await publisher.GetAsync("/push?cname=news&content=hello");
        Assert.Equal(
            """{"push":{"channel":"news","pub":{"data":"hello","offset":1}}}""", await session.ReadTextAsync());
        await session.SendTextAsync("""{"id":3,"publish":{"channel":"news","data":{"a":1}}}""");
        Assert.Equal("""{"id":3,"publish":{}}""", await session.ReadTextAsync());
        Assert.Contains("\"offset\":2", await session.ReadTextAsync(), StringComparison.Ordinal);
        await stream.ReadThroughAsync("\"seq\":1,\"content\":\"hello\"");
        await stream.ReadThroughAsync("\"seq\":2,\"content\":\"{\\\"a\\\":1}\"");

        using var returned = await ConnectAsync();
        Assert.Contains(
            "\"publications\":[{\"data\":\"hello\",\"offset\":1},{\"data\":{\"a\":1},",
            await AskAsync(
                returned,
                "{\"id\":2,\"subscribe\":{\"channel\":\"news\",\"recover\":true,\"epoch\":\"" + epoch + "\"}}"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_lost_with_the_process_is_told_to_who_comes_back()
    {
        using var session = await ConnectAsync();
        var answer = await AskAsync(session, """{"id":2,"subscribe":{"channel":"news","recoverable":true}}""");
        var epoch = Epoch().Match(answer).Groups["epoch"].Value;
        await Server.RestartAsync();
        using var returned = await ConnectAsync();
        answer = await AskAsync(
            returned,
            "{\"id\":2,\"subscribe\":{\"channel\":\"news\",\"recover\":true,\"epoch\":\"" + epoch + "\"}}");
        Assert.Contains("\"data\":{\"missing\":[{\"reason\":\"epoch\"}]}", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\"recovered\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_says_too_much_at_once_is_let_go_and_others_hear_what_they_should()
    {
        using var other = await ConnectAsync();
        await AskAsync(other, """{"id":2,"subscribe":{"channel":"news"}}""");
        using var flood = await ConnectAsync();
        await flood.SendAsync(RawWebSocket.Frame(RawWebSocket.TextFrame, new string('x', 65 * 1024)));
        Assert.Equal(1009, (await flood.ReadCloseAsync()).CloseCode);
        using var publisher = await RawHttpClient.ConnectAsync(Server.Admin);
        await publisher.GetAsync("/push?cname=news&content=1");
        Assert.Contains("\"data\":1", await other.ReadTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_ends_has_its_clients_come_back()
    {
        using var session = await ConnectAsync();
        Server.Process.Signal(PosixSignal.SIGTERM);
        var close = await session.ReadCloseAsync();
        Assert.Equal((3001, "shutdown"), (close.CloseCode, close.CloseReason));
    }

    private async Task<RawWebSocket> ConnectAsync()
    {
        var session = await RawWebSocket.ConnectAsync(Server.Own, "/connection/websocket");
        Assert.Contains("\"client\":", await AskAsync(session, """{"id":1,"connect":{}}"""), StringComparison.Ordinal);
        return session;
    }

    private static async Task<string> AskAsync(RawWebSocket session, string frame)
    {
        await session.SendTextAsync(frame);
        return await session.ReadTextAsync();
    }

    [GeneratedRegex("\"epoch\":\"(?<epoch>[0-9]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Epoch();
}
