using Halley.Testing;

namespace Halley.EndToEnd.Tests.Admission;

/// <summary>The operator's server answers at a location, or says which one does.</summary>
public sealed class AccelRedirect : IAsyncLifetime
{
    private readonly RawBackend _backend = new();
    private JsonServer? _server;

    public async ValueTask InitializeAsync() => _server = await JsonServer.StartAsync(
        $$"""
        { "location": "/room", "kind": "backend", "url": "{{_backend.Url}}/enter?room=$arg_id" },
        { "location": "~ ^/internal/(.*)$", "kind": "streaming", "channels_path": "$1", "internal": true },
        { "location": "= /nchan", "kind": "nchan_pubsub", "nchan_channel_id": "$arg_id", "internal": true },
        { "location": "/pub", "kind": "publisher", "channels_path": "$arg_id" }
        """);

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _backend.Dispose();
    }

    [Theory]
    [InlineData("/internal/secret-7")]
    [InlineData("/internal/secret%2D7")]
    [InlineData("//internal/./x/../secret-7")]
    [InlineData("/nchan?id=secret-7")]
    public async Task The_location_that_it_names_serves_the_request(string location)
    {
        using var client = await RawHttpClient.ConnectAsync(_server!.Own);
        await client.SendAsync("GET /room?id=7&x=1 HTTP/1.1\r\nHost: halley\r\nCookie: user=anna\r\n\r\n");
        using (var questions = await _backend.AcceptAsync())
        {
            var question = await questions.ReadRequestAsync();
            Assert.StartsWith("GET /enter?room=7 HTTP/1.1\r\n", question, StringComparison.Ordinal);
            Assert.Contains("Cookie: user=anna\r\n", question, StringComparison.Ordinal);
            await questions.AnswerAsync(
                $"HTTP/1.1 200 OK\r\nX-Accel-Redirect: {location}\r\nContent-Length: 0\r\n\r\n");
        }

        var heard = client.ReadThroughAsync("hello");
        while (!heard.IsCompleted)
        {
            using var publisher = await RawHttpClient.ConnectAsync(_server.Own);
            await publisher.PostAsync("/pub?id=secret-7", "hello");
            await publisher.ReadResponseAsync();
            await Task.WhenAny(heard, Task.Delay(20, TestContext.Current.CancellationToken));
        }

        await heard;
    }

    [Theory]
    [InlineData("/room")]
    [InlineData("/nowhere")]
    [InlineData("internal/x")]
    [InlineData("http://127.0.0.1/internal/x")]
    [InlineData("/internal/%zz")]
    [InlineData("/../etc")]
    public async Task A_location_that_does_not_serve_is_502(string location)
    {
        using var client = await RawHttpClient.ConnectAsync(_server!.Own);
        await client.GetAsync("/room?id=7");
        using var questions = await _backend.AcceptAsync();
        await questions.ReadRequestAsync();
        await questions.AnswerAsync(
            $"HTTP/1.1 200 OK\r\nX-Accel-Redirect: {location}\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Its_own_answer_goes_to_the_client()
    {
        using var client = await RawHttpClient.ConnectAsync(_server!.Own);
        await client.PostAsync("/room?id=7", "a body");
        using var questions = await _backend.AcceptAsync();
        var question = await questions.ReadRequestAsync();
        Assert.StartsWith("POST /enter?room=7 HTTP/1.1\r\n", question, StringComparison.Ordinal);
        await questions.AnswerAsync(
            "HTTP/1.1 403 No\r\nX-Accel-Redirect: /internal/x\r\nX-Own: 1\r\nContent-Length: 2\r\n\r\nno");
        var answer = await client.ReadResponseAsync();
        Assert.Equal((403, "no"), (answer.Status, await answer.ReadBodyAsync()));
        Assert.Contains("X-Own: 1\r\n", answer.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Accel-Redirect", answer.Head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/internal/secret-7")]
    [InlineData("/nchan?id=secret-7")]
    [InlineData("/room/../internal/secret-7")]
    public async Task Nobody_comes_to_an_internal_location_by_himself(string target)
    {
        using var client = await RawHttpClient.ConnectAsync(_server!.Own);
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: halley\r\nX-Accel-Redirect: {target}\r\n\r\n");
        Assert.Equal(404, (await client.ReadResponseAsync()).Status);
    }
}
