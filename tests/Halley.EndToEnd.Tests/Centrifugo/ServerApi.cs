using Halley.Testing;

namespace Halley.EndToEnd.Tests.Centrifugo;

/// <summary>The HTTP API as libraries for Centrifugo's server API call it, beside sessions.</summary>
public sealed class ServerApi : IAsyncLifetime
{
    private const string Endpoints = """
        { "location": "/connection/", "kind": "centrifugo" },
        { "location": "/api", "kind": "centrifugo-api" }
        """;

    private JsonServer? _server;

    private JsonServer Server => _server ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _server = await JsonServer.StartAsync(Endpoints);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_a_library_publishes_reaches_sessions_with_its_tags()
    {
        using var session = await RawWebSocket.ConnectAsync(Server.Own, "/connection/websocket");
        await session.SendTextAsync("{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"news\"}}");
        Assert.Contains("\"subscribe\":", await session.ReadTextAsync(), StringComparison.Ordinal);

        using var library = await RawHttpClient.ConnectAsync(Server.Own);
        await library.PostAsync("/api/publish", """{"channel":"news","data":{"a":1},"tags":{"lang":"en"}}""");
        await library.ReadThroughAsync("{\"result\":{\"epoch\":\"");
        Assert.Equal(
            """{"push":{"channel":"news","pub":{"data":{"a":1},"offset":1,"tags":{"lang":"en"}}}}""",
            await session.ReadTextAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sessions_are_changed_in_whatever_process_they_are(bool isOverRedis)
    {
        using var redis = isOverRedis ? new RedisServer() : null;
        var more = redis is null
            ? """
              "engine": { "workers": 3, "reactors": 2 },
              """
            : $$"""
              "redis": { "url": "redis://{{redis.Address}}" },
              """;
        await using var first = await JsonServer.StartAsync(Endpoints, more);
        await using var second = redis is null ? null : await JsonServer.StartAsync(Endpoints, more);
        JsonServer[] servers = [first, second ?? first];
        var sessions = new List<RawWebSocket>();
        for (var n = 0; n < 8; n++)
        {
            var session = await RawWebSocket.ConnectAsync(servers[n % 2].Own, "/connection/websocket");
            sessions.Add(session);
            await session.SendTextAsync("""{"id":1,"connect":{}}""");
            Assert.Contains("\"connect\":", await session.ReadTextAsync(), StringComparison.Ordinal);
        }

        await AskAsync("subscribe", """{"user":"","channel":"news"}""", """{"result":{"subscribed":8}}""");
        var each = redis is null ? 8 : 4;
        await AskAsync(
            "info", "", $"\"num_clients\":{each},\"num_users\":1,\"num_channels\":1,\"num_subs\":{each},\"uptime\":");
        await AskAsync("publish", """{"channel":"news","data":1}""", "\"offset\":1");
        foreach (var session in sessions)
        {
            Assert.Equal("""{"push":{"channel":"news","subscribe":{}}}""", await session.ReadTextAsync());
            Assert.Contains("\"pub\":{\"data\":1,", await session.ReadTextAsync(), StringComparison.Ordinal);
        }

        await AskAsync("unsubscribe", """{"user":"","channel":"news"}""", """{"result":{"unsubscribed":8}}""");
        const string End = """{"user":"","disconnect":{"code":4100,"reason":"done"}}""";
        await AskAsync("disconnect", End, """{"result":{"disconnected":8}}""");
        foreach (var session in sessions)
        {
            Assert.Contains("\"code\":2000", await session.ReadTextAsync(), StringComparison.Ordinal);
            Assert.Equal(4100, (await session.ReadCloseAsync()).CloseCode);
            session.Dispose();
        }

        async Task AskAsync(string command, string body, string answer)
        {
            using var library = await RawHttpClient.ConnectAsync(first.Own);
            await library.PostAsync("/api/" + command, body);
            await library.ReadThroughAsync(answer);
        }
    }
}
