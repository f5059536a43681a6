using Halley.Testing;

namespace Halley.EndToEnd.Tests.Admission;

/// <summary>What one user may take, and what one key does.</summary>
public sealed class LimitsOfUsers : IAsyncLifetime
{
    private const string Key = "0123456789abcdef";

    private static readonly string Token = SignedToken.Of("""
        "sub":"anna","subscribe":["*"],"publish":["*"]
        """);

    private static readonly string Other = SignedToken.Of("""
        "sub":"bert","subscribe":["*"],"publish":["*"]
        """);

    private JsonServer? _server;

    public async ValueTask InitializeAsync() => _server = await JsonServer.StartAsync(
        """
        { "location": "/pub", "kind": "publisher", "channels_path": "$arg_id", "auth": "jwt" },
        { "location": "/nchan", "kind": "nchan_publisher", "nchan_channel_id": "$arg_id", "auth": "jwt" },
        { "location": "~ ^/stream/(.*)$", "kind": "streaming", "channels_path": "$1", "auth": "jwt" },
        { "location": "~ ^/socket/(.*)$", "kind": "websocket", "channels_path": "$1", "websocket_allow_publish": true,
          "auth": "jwt" }
        """,
        more: SignedToken.Section + """
        "limits": { "connections_per_user": 2, "publishes_per_user": 1, "requests_per_key": 1 },
        """,
        front: """
        "auth": "jwt",
        """,
        admin: $"""
        "api_keys": [ "{Key}" ],
        """);

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    [Fact]
    public async Task A_user_has_so_many_connections_and_others_have_theirs()
    {
        using var first = await ListenAsync(Token);
        using var second = await ListenAsync(Token);
        await first.ReadThroughAsync("\r\n\r\n");
        await second.ReadThroughAsync("\r\n\r\n");
        using (var third = await ListenAsync(Token))
        {
            var answer = await third.ReadResponseAsync();
            Assert.Equal(429, answer.Status);
            Assert.Contains("Retry-After: 10\r\n", answer.Head, StringComparison.Ordinal);
        }

        using (var front = await RawHttpClient.ConnectAsync(_server!.Front))
        {
            await front.GetAsync($"/stream?cname=news&access_token={Token}");
            Assert.Contains(
                "\"type\":\"429\"", await (await front.ReadResponseAsync()).ReadBodyAsync(), StringComparison.Ordinal);
        }

        using var others = await ListenAsync(Other);
        Assert.Equal(200, (await others.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task A_user_publishes_so_often_by_requests_and_by_messages()
    {
        using var client = await RawHttpClient.ConnectAsync(_server!.Own);
        var refused = 0;
        for (var i = 0; i < 60; i++)
        {
            await client.SendAsync(
                $"POST /pub?id=a HTTP/1.1\r\nHost: halley\r\nAuthorization: Bearer {Token}\r\n"
                    + "Content-Length: 2\r\n\r\nhi");
            var answer = await client.ReadResponseAsync();
            await answer.ReadBodyAsync();
            refused += answer.Status == 429 ? 1 : 0;
        }

        // Ten at once, and one more for each second that this took.
        Assert.InRange(refused, 1, 50);
        using var socket = await RawWebSocket.ConnectAsync(
            _server.Own, "/socket/b?", $"Authorization: Bearer {Other}\r\n");
        var last = default(ServerFrame);
        for (var i = 0; i < 60 && last?.Opcode != RawWebSocket.CloseFrame; i++)
        {
            await socket.SendTextAsync("hi");
            last = await socket.ReadFrameAsync();
        }

        Assert.Equal((1013, "You publish more often than one user may."), (last!.CloseCode, last.CloseReason));
    }

    [Theory]
    [InlineData("/pub")]
    [InlineData("/nchan")]
    public async Task A_publisher_that_asks_about_a_channel_publishes_nothing(string location)
    {
        using var client = await RawHttpClient.ConnectAsync(_server!.Own);
        var statuses = new HashSet<int>();
        for (var i = 0; i < 40; i++)
        {
            await client.SendAsync(
                $"GET {location}?id=c HTTP/1.1\r\nHost: halley\r\nAuthorization: Bearer {Token}\r\n\r\n");
            var answer = await client.ReadResponseAsync();
            await answer.ReadBodyAsync();
            statuses.Add(answer.Status);
        }

        Assert.DoesNotContain(429, statuses);
    }

    [Fact]
    public async Task A_key_is_good_for_so_many_requests()
    {
        using var client = await RawHttpClient.ConnectAsync(_server!.Admin);
        var statuses = new List<int>();
        for (var i = 0; i < 40; i++)
        {
            await client.SendAsync($"GET /api/info HTTP/1.1\r\nHost: halley\r\nX-API-Key: {Key}\r\n\r\n");
            var answer = await client.ReadResponseAsync();
            await answer.ReadBodyAsync();
            statuses.Add(answer.Status);
        }

        Assert.Equal(200, statuses[0]);
        Assert.Contains(429, statuses);
    }

    private async Task<RawHttpClient> ListenAsync(string token)
    {
        var client = await RawHttpClient.ConnectAsync(_server!.Own);
        await client.GetAsync($"/stream/news?access_token={token}");
        return client;
    }
}
