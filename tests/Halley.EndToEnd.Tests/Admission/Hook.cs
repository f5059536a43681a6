using Halley.Testing;

namespace Halley.EndToEnd.Tests.Admission;

/// <summary>The operator's backend is asked who may, at iComet's and push-stream's endpoints.</summary>
public sealed class Hook : IAsyncLifetime
{
    private readonly RawBackend _backend = new();
    private JsonServer? _server;

    public async ValueTask InitializeAsync() => _server = await JsonServer.StartAsync(
        $$"""
        { "location": "/pub", "kind": "publisher", "channels_path": "$arg_id", "auth": "hook",
          "auth_hook": "{{_backend.Url}}/may?who=$cookie_user" },
        { "location": "~ ^/stream/(.*)$", "kind": "streaming", "channels_path": "$1", "auth": "hook",
          "auth_hook": "{{_backend.Url}}/may?channel=$1" }
        """,
        more: """
        "hook": { "timeout": 2000, "cache": 60 },
        """,
        front: $"""
        "auth": "hook", "auth_hook": "{_backend.Url}/front",
        """);

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _backend.Dispose();
    }

    [Fact]
    public async Task It_hears_what_the_client_sent_and_names_the_user()
    {
        using var client = await RawHttpClient.ConnectAsync(_server!.Own);
        await client.SendAsync(
            "GET /stream/news HTTP/1.1\r\nHost: halley\r\nCookie: user=anna\r\nX-Halley-User: forged\r\n\r\n");
        using var questions = await _backend.AcceptAsync();
        var question = await questions.ReadRequestAsync();
        Assert.StartsWith("GET /may?channel=news HTTP/1.1\r\n", question, StringComparison.Ordinal);
        Assert.Contains("Cookie: user=anna\r\n", question, StringComparison.Ordinal);
        Assert.Contains("X-Halley-Action: subscribe\r\n", question, StringComparison.Ordinal);
        Assert.Contains("X-Channel-Id: news\r\n", question, StringComparison.Ordinal);
        Assert.DoesNotContain("forged", question, StringComparison.Ordinal);

        await questions.AnswerAsync("HTTP/1.1 204 No Content\r\nX-Halley-User: anna\r\n\r\n");
        await client.ReadThroughAsync("\r\n\r\n");
        var present = await AdmissionServer.AskAsync(_server, "presence", """{"channel":"news"}""");
        Assert.Equal("anna", present.GetProperty("clients")[0].GetProperty("user").GetString());

        // The same again is not asked about.
        using var again = await RawHttpClient.ConnectAsync(_server.Own);
        await again.SendAsync("GET /stream/news HTTP/1.1\r\nHost: halley\r\nCookie: user=anna\r\n\r\n");
        Assert.Equal(200, (await again.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Its_refusal_is_passed_on()
    {
        using var client = await RawHttpClient.ConnectAsync(_server!.Own);
        await client.PostAsync("/pub?id=news", "hello");
        using var questions = await _backend.AcceptAsync();
        Assert.Contains("X-Halley-Action: publish\r\n", await questions.ReadRequestAsync(), StringComparison.Ordinal);
        await questions.AnswerAsync(
            "HTTP/1.1 402 Pay First\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\npay!");
        var answer = await client.ReadResponseAsync();
        Assert.Equal((402, "pay!"), (answer.Status, await answer.ReadBodyAsync()));
    }

    [Fact]
    public async Task A_backend_that_does_not_answer_lets_nobody_in()
    {
        using var client = await RawHttpClient.ConnectAsync(_server!.Front);
        await client.GetAsync("/stream?cname=news");
        using (await _backend.AcceptAsync())
        {
            // Says nothing, and goes.
        }

        Assert.Contains(
            "\"type\":\"429\"", await (await client.ReadResponseAsync()).ReadBodyAsync(), StringComparison.Ordinal);
    }
}
