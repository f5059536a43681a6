using Halley.Testing;

namespace Halley.EndToEnd.Tests.Admission;

/// <summary>The operator's backend is asked who comes, whatever the channel, at endpoints of every dialect.</summary>
public sealed class ConnectHook : IAsyncLifetime
{
    private readonly RawBackend _backend = new();
    private JsonServer? _server;

    public static TheoryData<string, bool> Subscribers => new()
    {
        { "/stream/CHANNEL", false },
        { "/events/CHANNEL", false },
        { "/nchan?id=CHANNEL", false },
        { "/mini/sub?id=CHANNEL", false },
        { "/stream?cname=CHANNEL", true },
        { "/sse?cname=CHANNEL", true },
    };

    public async ValueTask InitializeAsync() => _server = await JsonServer.StartAsync(
        """
        { "location": "/pub", "kind": "publisher", "channels_path": "$arg_id" },
        { "location": "~ ^/stream/(.*)$", "kind": "streaming", "channels_path": "$1" },
        { "location": "~ ^/events/(.*)$", "kind": "eventsource", "channels_path": "$1" },
        { "location": "= /nchan", "kind": "nchan_pubsub", "nchan_channel_id": "$arg_id",
          "nchan_subscriber": "http-raw-stream" },
        { "location": "/mini/", "kind": "mini-comet" }
        """,
        more: """
        "hook": { "timeout": 2000, "cache": 60 },
        "namespaces": [ { "prefix": "1", "subscribe": "users", "publish": "users" },
          { "prefix": "2", "subscribe": "nobody", "publish": "nobody" } ],
        """,
        front: $"""
        "auth": "hook", "auth_connect_hook": "{_backend.Url}/who",
        """,
        own: $"""
        "auth": "hook", "auth_connect_hook": "{_backend.Url}/who",
        """);

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _backend.Dispose();
    }

    [Theory]
    [MemberData(nameof(Subscribers))]
    public async Task Whom_it_names_may_what_users_may_and_is_asked_about_once(string target, bool isFront)
    {
        using var client = await AskAsync(target, "101", isFront);
        using (var questions = await _backend.AcceptAsync())
        {
            var question = await questions.ReadRequestAsync();
            Assert.StartsWith("GET /who HTTP/1.1\r\n", question, StringComparison.Ordinal);
            Assert.Contains("Cookie: user=anna\r\n", question, StringComparison.Ordinal);
            Assert.Contains("X-Halley-Action: connect\r\n", question, StringComparison.Ordinal);
            Assert.Contains("X-Real-IP: 127.0.0.1\r\n", question, StringComparison.Ordinal);
            Assert.DoesNotContain("X-Channel-Id", question, StringComparison.Ordinal);
            Assert.DoesNotContain("X-Original", question, StringComparison.Ordinal);
            await questions.AnswerAsync("HTTP/1.1 204 No Content\r\nX-Halley-User: anna\r\n\r\n");
        }

        Assert.Equal(200, (await client.ReadResponseAsync(hasBody: false)).Status);

        // The same client elsewhere: nothing is asked, or this would wait.
        using var other = await AskAsync(target, "102", isFront);
        Assert.Equal(200, (await other.ReadResponseAsync(hasBody: false)).Status);
        using var forNobody = await AskAsync(target, "201", isFront);
        await forNobody.ReadThroughAsync(isFront ? "\"type\":\"401\"" : "HTTP/1.1 403");
    }

    [Theory]
    [MemberData(nameof(Subscribers))]
    public async Task Whom_it_refuses_hears_why(string target, bool isFront)
    {
        using var client = await AskAsync(target, "101", isFront);
        using var questions = await _backend.AcceptAsync();
        await questions.ReadRequestAsync();
        await questions.AnswerAsync("HTTP/1.1 402 Pay First\r\nContent-Length: 4\r\n\r\npay!");
        var answer = await client.ReadResponseAsync();
        Assert.Equal((402, "pay!"), (answer.Status, await answer.ReadBodyAsync()));
    }

    [Theory]
    [InlineData("/pub?id=101", "anna", true)]
    [InlineData("/pub?id=101", null, false)]
    [InlineData("/nchan?id=101", "anna", true)]
    [InlineData("/nchan?id=101", null, false)]
    public async Task A_publisher_is_asked_about_too(string target, string? user, bool mayPublish)
    {
        using var client = await RawHttpClient.ConnectAsync(_server!.Own);
        await client.PostAsync(target, "hello");
        using (var questions = await _backend.AcceptAsync())
        {
            Assert.Contains(
                "X-Halley-Action: connect\r\n", await questions.ReadRequestAsync(), StringComparison.Ordinal);
            var named = user is null ? "" : $"X-Halley-User: {user}\r\n";
            await questions.AnswerAsync($"HTTP/1.1 200 OK\r\n{named}Content-Length: 0\r\n\r\n");
        }

        var status = (await client.ReadResponseAsync()).Status;
        Assert.True(mayPublish ? status is 200 or 201 or 202 : status is 401 or 403, $"{status}");
    }

    [Fact]
    public async Task A_backend_that_does_not_answer_lets_nobody_in()
    {
        using var client = await AskAsync("/stream/CHANNEL", "101", isFront: false);
        using (await _backend.AcceptAsync())
        {
            // Says nothing, and goes.
        }

        // Asked again over another connection, which nobody accepts, or not.
        Assert.Contains((await client.ReadResponseAsync()).Status, (int[])[502, 504]);
    }

    private async Task<RawHttpClient> AskAsync(string target, string channel, bool isFront)
    {
        var client = await RawHttpClient.ConnectAsync(isFront ? _server!.Front : _server!.Own);
        var path = target.Replace("CHANNEL", channel, StringComparison.Ordinal);
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: halley\r\nCookie: user=anna\r\n\r\n");
        return client;
    }
}
