using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Halley.Specifications.Hosts;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Tls;

/// <summary>Operators see, explain and end what is held on ports with TLS as everything else.</summary>
public sealed class TlsOperators
{
    private const string Endpoints =
        """{ "location": "~ ^/events/(.*)$", "kind": "eventsource", "channels_path": "$1", "auth": "jwt" }""";

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public static TheoryData<string> Versions => ["1.1", "2.0"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Clients_are_listed_page_by_page_and_disconnected(string version)
    {
        await using var server = await StartAsync();
        var client = server.Client(version);
        using var anna = await OpenAnnaAsync(server, version);
        using var nobody = await server.OpenAsync(client, server.Front, "/stream?cname=a&seq=1");
        using var other = await server.OpenAsync(client, server.Front, "/sse?cname=b&seq=1");
        var all = await UntilListedAsync(server, "{}", 3);

        var ofAnna = Assert.Single(all, one => one.GetProperty("user").GetString() == "anna");
        Assert.StartsWith("127.0.0.1:", ofAnna.GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.Equal($"{server.Own}", ofAnna.GetProperty("listener").GetString());
        Assert.Equal("event-stream", ofAnna.GetProperty("transport").GetString());
        Assert.Equal("a", ofAnna.GetProperty("channels")[0].GetProperty("channel").GetString());

        var (places, cursor) = (new List<string?>(), "");
        do
        {
            var page = await AskAsync(server, "clients", $$"""{"limit":1{{cursor}}}""");
            places.AddRange(page.GetProperty("clients").EnumerateArray().Select(PlaceOf));
            cursor = page.TryGetProperty("cursor", out var next) ? $",\"cursor\":\"{next.GetString()}\"" : "";
        }
        while (cursor.Length > 0);
        Assert.Equal(all.Select(PlaceOf), places);

        var inB = Assert.Single(await UntilListedAsync(server, """{"channel":"b"}""", 1));
        foreach (var (one, reader) in new[] { (ofAnna, anna), (inB, other) })
        {
            var id = one.GetProperty("client").GetString();
            var ended = await AskAsync(server, "disconnect", $$"""{"client":"{{id}}"}""");
            Assert.Equal(1, ended.GetProperty("disconnected").GetInt32());
            await reader.ToEndAsync();
            ended = await AskAsync(server, "disconnect", $$"""{"client":"{{id}}"}""");
            Assert.Equal(0, ended.GetProperty("disconnected").GetInt32());
        }

        await server.PushAsync("a", "still-here");
        await nobody.UntilAsync("still-here");
        await server.UntilMetricAsync("halley_answer_count{halley_transport=\"stream\"}", count => count == 1);
    }

    [Fact]
    public async Task Clients_with_TLS_and_without_it_are_in_one_list()
    {
        await using var server = await StartAsync(isFrontPlain: true);
        using var plain = await RawHttpClient.ConnectAsync(server.Front);
        await plain.GetAsync("/sse?cname=a&seq=1");
        using var anna = await OpenAnnaAsync(server, "2.0");

        var all = await UntilListedAsync(server, """{"channel":"a"}""", 2);
        Assert.Equal(["", "anna"], all.Select(one => one.GetProperty("user").GetString()).Order());
        var second = await AskAsync(server, "clients", $$"""{"cursor":"{{PlaceOf(all[0])}}"}""");
        Assert.Equal(PlaceOf(all[1]), PlaceOf(Assert.Single(second.GetProperty("clients").EnumerateArray())));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_happens_to_a_watched_client_is_told_to_its_end(string version)
    {
        await using var server = await StartAsync();
        using var anna = await OpenAnnaAsync(server, version);
        var id = Assert.Single(await UntilListedAsync(server, "{}", 1)).GetProperty("client").GetString();
        Assert.Equal(["watched"], Events(await ExplainAsync(server, $$"""{"client":"{{id}}"}""")));
        await server.PushAsync("a", "hello");
        await anna.UntilAsync("hello");

        var told = await ExplainAsync(server, $$"""{"client":"{{id}}"}""");
        Assert.Equal(["watched", "delivered"], Events(told));
        Assert.Equal("It has been sent all of a up to 1.", told.GetProperty("verdicts")[0].GetString());

        anna.Dispose();
        var ended = await UntilEndedAsync(server, $$"""{"client":"{{id}}"}""");
        Assert.Equal("ended", Events(ended)[^1]);
        Assert.Contains("the client closed it", ended.GetProperty("ended").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_watched_client_asks_for_is_told_and_a_poll_ends_with_its_answer()
    {
        await using var server = await StartAsync();
        const string Question = """{"channel":"a"}""";
        Assert.Empty((await AskAsync(server, "explain", Question)).GetProperty("clients").EnumerateArray());
        var poll = server.Client("2.0").GetStringAsync(TlsServer.Url(server.Front, "/poll?cname=a&seq=1"), Ended);
        await UntilListedAsync(server, Question, 1);
        await server.PushAsync("a", "hello");
        Assert.Contains("hello", await poll, StringComparison.Ordinal);

        var ended = await UntilEndedAsync(server, Question);
        Assert.Equal(["watched", "asked", "told", "delivered", "ended"], Events(ended));
        Assert.Contains("the answer was complete", ended.GetProperty("ended").GetString(), StringComparison.Ordinal);
        Assert.StartsWith(
            "It has had all of a", ended.GetProperty("verdicts")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_said_to_and_loses_what_waits()
    {
        await using var server = await StartAsync();
        const string Question = """{"channel":"a"}""";
        await AskAsync(server, "explain", Question);
        using var unread = await server.OpenAsync(server.Client("2.0"), server.Front, "/stream?cname=a&seq=1");
        var large = $$"""{"channel":"a","data":"{{new string('x', 500_000)}}"}""";
        JsonElement told;
        do
        {
            await AskAsync(server, "publish", large);
            told = await ExplainAsync(server, Question);
        }
        while (told.GetProperty("connected").GetBoolean());

        Assert.Contains("waits", Events(told));
        Assert.Contains("dropped", Events(told));
        Assert.Contains("too slow", told.GetProperty("ended").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_refusal_has_the_line_that_it_has_without_TLS(string version)
    {
        await using var server = await StartAsync(
            level: "info", own: "\"trusted_proxies\": [\"127.0.0.1\"],");
        var client = server.Client(version);
        using (var refused = await client.GetAsync(TlsServer.Url(server.Own, "/events/a?token=secret"), Ended))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, TlsServer.Url(server.Own, "/no%C3%BFwhere?secret"))
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
            Content = new StringContent("secret"),
        };
        request.Headers.Add("X-Forwarded-For", "192.0.2.7");
        using (var refused = await client.SendAsync(request, Ended))
        {
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        using (var plain = await RawHttpClient.ConnectAsync(server.Front))
        {
            await plain.GetAsync("/");
            await plain.ReadToEndAsync();
        }

        await UntilLoggedAsync(server, $"Refused 127.0.0.1 with 401: GET /events/a at {server.Own}: ");
        await UntilLoggedAsync(server, $"Refused 192.0.2.7 with 404: POST /no%C3%BFwhere at {server.Own}: Nothing is");
        await UntilLoggedAsync(server, $"Refused 127.0.0.1 with 400 at {server.Front}: This port speaks HTTPS");
        Assert.DoesNotContain("secret", server.Server.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_looks_at_the_status_page_sees_refusals()
    {
        await using var server = await StartAsync();
        using var page = await RawHttpClient.ConnectAsync(server.Server.Admin);
        await page.SendAsync("GET /status/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await page.ReadThroughAsync("\"incidents\":[]");
        using var refused = await server.Client("2.0").GetAsync(TlsServer.Url(server.Own, "/nowhere"), Ended);

        var shown = System.Text.Encoding.UTF8.GetString(await page.ReadThroughAsync("\"path\":\"/nowhere\""));
        Assert.Contains(
            $"\"what\":\"refused\",\"status\":404,\"address\":\"127.0.0.1:", shown, StringComparison.Ordinal);
    }

    private static Task<TlsServer> StartAsync(
        bool isFrontPlain = false, string level = "warn", string own = "") => TlsServer.StartAsync(
        Endpoints, SignedToken.Section, own: own, isFrontPlain: isFrontPlain, level: level);

    private static Task<StreamReader> OpenAnnaAsync(TlsServer server, string version)
    {
        var token = SignedToken.Of("\"sub\":\"anna\",\"subscribe\":[\"a\"]");
        var client = server.Client(version);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return server.OpenAsync(client, server.Own, "/events/a");
    }

    private static string? PlaceOf(JsonElement client) => client.GetProperty("place").GetString();

    private static List<string> Events(JsonElement client) =>
        [.. client.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("event").GetString()!)];

    private static async Task<JsonElement> ExplainAsync(TlsServer server, string question) =>
        Assert.Single((await AskAsync(server, "explain", question)).GetProperty("clients").EnumerateArray());

    private static async Task<JsonElement> UntilEndedAsync(TlsServer server, string question)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (true)
        {
            await Task.Delay(20, patience.Token);
            var told = await ExplainAsync(server, question);
            if (!told.GetProperty("connected").GetBoolean())
            {
                return told;
            }
        }
    }

    private static async Task<List<JsonElement>> UntilListedAsync(TlsServer server, string question, int count)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (true)
        {
            await Task.Delay(20, patience.Token);
            var clients = (await AskAsync(server, "clients", question)).GetProperty("clients");
            if (clients.GetArrayLength() == count)
            {
                return [.. clients.EnumerateArray()];
            }
        }
    }

    private static async Task UntilLoggedAsync(TlsServer server, string line)
    {
        await Eventually.TrueAsync(
            () => server.Server.Process.Output.Contains(line, StringComparison.Ordinal), $"it logged {line}");
    }

    private static async Task<JsonElement> AskAsync(TlsServer server, string command, string body)
    {
        using var client = await RawHttpClient.ConnectAsync(server.Server.Admin);
        await client.PostAsync($"/api/{command}", body);
        var answer = await client.ReadResponseAsync();
        Assert.Equal(200, answer.Status);
        return JsonElement.Parse(await answer.ReadBodyAsync());
    }
}
