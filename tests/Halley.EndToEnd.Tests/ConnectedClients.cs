using System.Net;
using System.Text.Json;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>Operators see for whom answers are held, also over workers, and end what they like.</summary>
public sealed class ConnectedClients
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Clients_are_listed_page_by_page_and_disconnected(int workers)
    {
        await using var server = await StartAsync(workers);
        var streams = new List<RawResponse>();
        foreach (var channel in (string[])["a", "a", "b"])
        {
            streams.Add(await FollowAsync(server, $"/sse?cname={channel}&seq=0"));
        }

        var all = (await ListAsync(server, "{}")).GetProperty("clients").EnumerateArray().ToList();
        Assert.Equal(3, all.Count);
        Assert.Equal(
            streams.Select(stream => $"{stream.Client.LocalEndPoint}").Order(),
            all.Select(client => client.GetProperty("address").GetString()!).Order());
        Assert.All(all, client =>
        {
            Assert.Equal("event-stream", client.GetProperty("transport").GetString());
            Assert.Equal("", client.GetProperty("user").GetString());
            Assert.True(client.GetProperty("sent").GetInt64() > 0);
        });

        var (ids, cursor) = (new List<string>(), "");
        do
        {
            var page = await ListAsync(server, $$"""{"limit":1{{cursor}}}""");
            ids.AddRange(
                page.GetProperty("clients").EnumerateArray().Select(one => one.GetProperty("client").GetString()!));
            cursor = page.TryGetProperty("cursor", out var next) ? $",\"cursor\":\"{next.GetString()}\"" : "";
        }
        while (cursor.Length > 0);
        Assert.Equal(all.Select(client => client.GetProperty("client").GetString()!), ids);

        var listed = await ListAsync(server, """{"channel":"b"}""");
        var ofB = Assert.Single(listed.GetProperty("clients").EnumerateArray());
        Assert.Equal("b", ofB.GetProperty("channels")[0].GetProperty("channel").GetString());
        Assert.Equal(0, (await ListAsync(server, """{"address":"10."}""")).GetProperty("clients").GetArrayLength());

        var id = ofB.GetProperty("client").GetString();
        Assert.Equal(200, (await AskAsync(server.Admin, "client", $$"""{"client":"{{id}}"}""")).Status);
        var ended = (await AskAsync(server.Admin, "disconnect", $$"""{"client":"{{id}}"}""")).Answer;
        Assert.Equal(1, ended.GetProperty("disconnected").GetInt32());
        Assert.Contains("Permission ended", await streams[2].ReadChunkAsync(), StringComparison.Ordinal);
        Assert.Equal(404, (await AskAsync(server.Admin, "client", $$"""{"client":"{{id}}"}""")).Status);
    }

    [Fact]
    public async Task A_client_is_shown_how_far_it_has_got()
    {
        await using var server = await StartAsync(0);
        var stream = await FollowAsync(server, "/stream?cname=a&seq=0");
        await AskAsync(server.Admin, "publish", """{"channel":"a","data":"hello"}""");
        await stream.ReadChunkAsync();

        var client = (await ListAsync(server, """{"channel":"a"}""")).GetProperty("clients")[0];
        var place = client.GetProperty("channels")[0];
        Assert.Equal((1, 1), (place.GetProperty("told").GetInt32(), place.GetProperty("offset").GetInt32()));
        Assert.Equal(0, client.GetProperty("queued").GetInt32());
    }

    [Theory]
    [InlineData("""{"client":"00000000-00-7fffffff-00000001"}""")]
    [InlineData("""{"client":"ffffffff-ff-ffffffff-ffffffff"}""")]
    [InlineData("""{"client":"<script>"}""")]
    public async Task A_client_that_there_is_not_is_unknown(string body)
    {
        await using var server = await StartAsync(0);
        Assert.Equal(404, (await AskAsync(server.Admin, "client", body)).Status);
        var (_, answer) = await AskAsync(server.Admin, "disconnect", body);
        Assert.Equal(0, answer.GetProperty("disconnected").GetInt32());
    }

    [Fact]
    public async Task The_configuration_is_told_with_its_origins_and_without_secrets()
    {
        await using var server = await JsonServer.StartAsync(
            """{ "location": "/", "kind": "icomet-front" }""",
            more: """
            "jwt": { "secrets": [ "a-secret-of-more-than-thirty-two-letters" ] },
            "limits": { "requests_per_key": 100 },
            """);
        var answer = (await AskAsync(server.Admin, "configuration", "{}")).Answer;
        Assert.DoesNotContain("a-secret", answer.GetRawText(), StringComparison.Ordinal);
        var settings = answer.GetProperty("servers")[0].GetProperty("settings").EnumerateArray().ToDictionary(
            setting => setting.GetProperty("key").GetString()!,
            setting => (setting.GetProperty("value").GetString(), setting.GetProperty("origin").GetString()!));
        Assert.Equal("(hidden)", settings["jwt.secrets"].Item1);
        Assert.Equal("100", settings["limits.requests_per_key"].Item1);
        Assert.Contains("halley.json:", settings["limits.requests_per_key"].Item2, StringComparison.Ordinal);
        Assert.Equal(("auto", "default"), settings["engine.io_uring"]);
        Assert.Equal("icomet-front at /", settings[$"listeners[0] {server.Own}"].Item1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Rates_count_over_all_processes(int workers)
    {
        await using var server = await StartAsync(workers);
        var stream = await FollowAsync(server, "/sse?cname=a&seq=0");
        var rates = (await AskAsync(server.Admin, "rates", "{}")).Answer;
        Assert.Equal(1, rates.GetProperty("transports").GetProperty("event-stream").GetInt32());
        Assert.Equal(0, rates.GetProperty("transports").GetProperty("websocket").GetInt32());
        Assert.True(rates.GetProperty("connections").GetInt32() >= 2);
        Assert.Equal(0, rates.GetProperty("too_slow").GetDouble());
        GC.KeepAlive(stream);
    }

    private static Task<JsonServer> StartAsync(int workers) => JsonServer.StartAsync(
        """{ "location": "/", "kind": "icomet-front" }""", more: $$"""  "engine": { "workers": {{workers}} }, """);

    private static async Task<RawResponse> FollowAsync(JsonServer server, string target)
    {
        var client = await RawHttpClient.ConnectAsync(server.Front);
        await client.GetAsync(target);
        var answer = await client.ReadResponseAsync();
        await answer.ReadChunkAsync();
        return answer;
    }

    private static async Task<JsonElement> ListAsync(JsonServer server, string body)
    {
        var (status, answer) = await AskAsync(server.Admin, "clients", body);
        Assert.Equal(200, status);
        return answer;
    }

    private static async Task<(int Status, JsonElement Answer)> AskAsync(IPEndPoint admin, string command, string body)
    {
        using var client = await RawHttpClient.ConnectAsync(admin);
        await client.PostAsync($"/api/{command}", body);
        var answer = await client.ReadResponseAsync();
        return (answer.Status, JsonElement.Parse(await answer.ReadBodyAsync()));
    }
}
