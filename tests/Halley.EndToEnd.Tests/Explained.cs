using System.Net;
using System.Text.Json;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>Why a client did not get a message, over the API and by the command; and who may only look.</summary>
public sealed class Explained
{
    private const string Key = "0123456789abcdef";
    private const string Looking = "fedcba9876543210";

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task What_happens_to_a_watched_client_is_told_to_its_end(int workers)
    {
        await using var server = await StartAsync(workers);
        Assert.Equal(0, (await ExplainAsync(server)).GetArrayLength());
        var client = await RawHttpClient.ConnectAsync(server.Front);
        await client.GetAsync("/stream?cname=a&seq=0");
        var answer = await client.ReadResponseAsync();
        await answer.ReadChunkAsync();
        await AskAsync(server.Admin, "publish", """{"channel":"a","data":"hello"}""");
        await answer.ReadChunkAsync();

        var told = Assert.Single((await ExplainAsync(server)).EnumerateArray());
        Assert.True(told.GetProperty("connected").GetBoolean());
        Assert.Equal(["watched", "asked", "told", "delivered"], Events(told));
        Assert.Equal("It has been sent all of a up to 1.", told.GetProperty("verdicts")[0].GetString());

        client.Dispose();
        JsonElement ended;
        do
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            ended = Assert.Single((await ExplainAsync(server)).EnumerateArray());
        }
        while (ended.GetProperty("connected").GetBoolean());

        Assert.Equal("ended", Events(ended)[^1]);
        Assert.Contains("the client closed it", ended.GetProperty("ended").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_means_nothing_is_said_and_concluded_in_words()
    {
        await using var server = await StartAsync(0);
        await ExplainAsync(server);
        using var client = await RawHttpClient.ConnectAsync(server.Front);
        await client.GetAsync("/sse?cname=a&seq=5&epoch=71304413184000012");
        await (await client.ReadResponseAsync()).ReadChunkAsync();

        var told = Assert.Single((await ExplainAsync(server)).EnumerateArray());
        Assert.Equal("event-stream", told.GetProperty("transport").GetString());
        Assert.Equal(["watched", "asked", "told"], Events(told));
        const string Reset = "reset of a (epoch): the channel began anew: it was closed, forgotten after "
            + "front.channel_timeout, or the server started again without a storage. It goes on with 1.";
        Assert.Equal(Reset, told.GetProperty("events")[2].GetProperty("text").GetString());
        Assert.Equal(
            [$"It was told {Reset}", "It has been sent all of a up to 0."],
            told.GetProperty("verdicts").EnumerateArray().Select(verdict => verdict.GetString()));
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_said_to_and_loses_what_waits()
    {
        await using var server = await StartAsync(0);
        await ExplainAsync(server);
        using var client = await RawHttpClient.ConnectAsync(server.Front, receiveBuffer: 4096);
        await client.GetAsync("/stream?cname=a&seq=0");
        await client.ReadResponseAsync();
        var large = $$"""{"channel":"a","data":"{{new string('x', 500_000)}}"}""";
        JsonElement told;
        do
        {
            await AskAsync(server.Admin, "publish", large);
            told = Assert.Single((await ExplainAsync(server)).EnumerateArray());
        }
        while (told.GetProperty("connected").GetBoolean());

        Assert.Contains("waits", Events(told));
        Assert.Contains("dropped", Events(told));
        Assert.Contains("too slow", told.GetProperty("ended").GetString(), StringComparison.Ordinal);
        Assert.Contains(
            "never taken, when its connection ended",
            told.GetProperty("verdicts")[0].GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_prints_it()
    {
        await using var server = await StartAsync(0);
        using var client = await RawHttpClient.ConnectAsync(server.Front);
        await client.GetAsync("/sse?cname=a&seq=0");
        await (await client.ReadResponseAsync()).ReadChunkAsync();

        await using var command = ServerProcess.Start(
            Path.GetTempPath(), ["explain", "--channel", "a", "--once", "--admin", $"{server.Admin}"]);
        Assert.Equal(0, await command.UntilExitAsync());
        Assert.Contains($"{client.LocalEndPoint} watched", command.Output, StringComparison.Ordinal);
        Assert.Contains("It has been sent all of a up to 0.", command.Output, StringComparison.Ordinal);

        await using var wrong = ServerProcess.Start(Path.GetTempPath(), ["explain", "--admin", $"{server.Admin}"]);
        Assert.Equal(1, await wrong.UntilExitAsync());
        Assert.Contains("explain wants one of --channel NAME", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_much_is_watched_at_once_and_no_more()
    {
        await using var server = await StartAsync(0);
        foreach (var number in Enumerable.Range(1, 16))
        {
            Assert.Equal(200, (await AskAsync(server.Admin, "explain", $$"""{"channel":"c{{number}}"}""")).Status);
        }

        var (status, refusal) = await AskAsync(server.Admin, "explain", """{"user":"anna"}""");
        Assert.Equal(503, status);
        Assert.Equal("too_many_watches", refusal.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(200, (await AskAsync(server.Admin, "explain", """{"channel":"c7"}""")).Status);
    }

    [Theory]
    [InlineData("GET /status/", "", 200)]
    [InlineData("GET /status/app.js", "", 200)]
    [InlineData("GET /status/stream", "", 401)]
    [InlineData("GET /status/watch?channel=a", "", 401)]
    [InlineData("GET /status/stream", Looking, 200)]
    [InlineData("GET /metrics", Looking, 200)]
    [InlineData("GET /api/info", Looking, 200)]
    [InlineData("GET /api/configuration", Looking, 200)]
    [InlineData("GET /push?cname=a&content=b", Looking, 403)]
    [InlineData("GET /push?cname=a&content=b", Key, 200)]
    [InlineData("POST /api/batch", Looking, 403)]
    [InlineData("POST /api/disconnect", Looking, 403)]
    [InlineData("POST /api/history_remove", Looking, 403)]
    [InlineData("POST /status/", "", 405)]
    [InlineData("GET /status/../halley.json", Key, 404)]
    public async Task A_key_that_only_looks_does_no_more(string request, string key, int status)
    {
        await using var server = await StartAsync(
            0, $"\"api_keys\": [ \"{Key}\" ], \"read_only_keys\": [ \"{Looking}\" ],");
        using var client = await RawHttpClient.ConnectAsync(server.Admin);
        var shown = key.Length > 0 ? $"X-API-Key: {key}\r\n" : "";
        await client.SendAsync($"{request} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n{shown}\r\n");
        Assert.Equal(status, (await client.ReadResponseAsync()).Status);
    }

    [Theory]
    [InlineData("localhost", "Sec-Fetch-Site: cross-site\r\n", "/status/", 200)]
    [InlineData("localhost", "Sec-Fetch-Site: same-origin\r\n", "/status/stream", 200)]
    [InlineData("localhost", "Sec-Fetch-Site: cross-site\r\n", "/status/stream", 403)]
    [InlineData("rebound.example", "", "/status/", 403)]
    [InlineData("rebound.example", "", "/status/stream", 403)]
    [InlineData("ops.example.com", "Sec-Fetch-Site: same-origin\r\n", "/status/stream", 200)]
    public async Task The_page_is_this_servers_own(string host, string fields, string path, int status)
    {
        await using var server = await StartAsync(0, "\"allowed_origins\": [ \"ops.example.com\" ],");
        using var client = await RawHttpClient.ConnectAsync(server.Admin);
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n");
        Assert.Equal(status, (await client.ReadResponseAsync()).Status);
    }

    private static List<string> Events(JsonElement client) =>
        [.. client.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("event").GetString()!)];

    private static Task<JsonServer> StartAsync(int workers, string admin = "") => JsonServer.StartAsync(
        """{ "location": "/", "kind": "icomet-front" }""",
        more: $$""" "engine": { "workers": {{workers}} }, """,
        admin: admin);

    private static async Task<JsonElement> ExplainAsync(JsonServer server)
    {
        var (status, answer) = await AskAsync(server.Admin, "explain", """{"channel":"a"}""");
        Assert.Equal(200, status);
        return answer.GetProperty("clients");
    }

    private static async Task<(int Status, JsonElement Answer)> AskAsync(IPEndPoint admin, string command, string body)
    {
        using var client = await RawHttpClient.ConnectAsync(admin);
        await client.PostAsync($"/api/{command}", body);
        var answer = await client.ReadResponseAsync();
        return (answer.Status, JsonElement.Parse(await answer.ReadBodyAsync()));
    }
}
