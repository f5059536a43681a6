using Halley.Testing;

namespace Halley.EndToEnd.Tests.Admission;

/// <summary>
/// Permission ends: with its token, or because an operator says so; clients are told, and the API counts.
/// </summary>
public sealed class EndOfPermission(AdmissionServer fixture) : IClassFixture<AdmissionServer>
{
    [Theory]
    [InlineData("/stream?cname=news", true, """{"type":"401","cname":"","seq":0,"content":"Permission ended"}""")]
    [InlineData("/stream/news?", false, "0\r\n\r\n")]
    [InlineData("/nchan?id=news", false, ":401: 401 Unauthorized")]
    public async Task A_stream_ends_with_its_token(string target, bool isFront, string end)
    {
        var token = SignedToken.Of("""
            "sub":"carl","subscribe":["news"]
            """, TimeSpan.FromSeconds(2));
        using var client = await RawHttpClient.ConnectAsync(isFront ? fixture.Server.Front : fixture.Server.Own);
        await client.SendAsync(
            $"GET {target} HTTP/1.1\r\nHost: halley\r\nAccept: text/event-stream\r\n"
                + $"Authorization: Bearer {token}\r\n\r\n");
        await client.ReadThroughAsync("\r\n\r\n");
        await client.ReadThroughAsync(end);
    }

    [Theory]
    [InlineData("/ws?cname=news", true)]
    [InlineData("/socket/news?", false)]
    [InlineData("/nchan?id=news", false)]
    public async Task A_WebSocket_is_closed_with_1008(string target, bool isFront)
    {
        var token = SignedToken.Of("""
            "sub":"carl","subscribe":["news"]
            """, TimeSpan.FromSeconds(2));
        using var socket = await RawWebSocket.ConnectAsync(
            isFront ? fixture.Server.Front : fixture.Server.Own, target, $"Authorization: Bearer {token}\r\n");
        var last = await socket.ReadFrameAsync();
        while (last.Opcode != RawWebSocket.CloseFrame)
        {
            last = await socket.ReadFrameAsync();
        }

        Assert.Equal(1008, last.CloseCode);
    }

    [Fact]
    public async Task Who_listens_is_listed_with_what_its_token_says_and_counted()
    {
        var token = SignedToken.Of("""
            "sub":"dora","info":{"name":"Dora"},"subscribe":["room"]
            """);
        using var first = await ListenAsync("/stream/room?", token);
        using var second = await ListenAsync("/stream/room?", token);
        using var third = await ListenAsync("/stream/room?", SignedToken.Of("""
            "sub":"emil","subscribe":["*"]
            """));

        var listed = (await AdmissionServer.AskAsync(fixture.Server, "presence", """{"channel":"room"}"""))
            .GetProperty("clients");
        Assert.Equal(
            ["dora", "dora", "emil"], listed.EnumerateArray().Select(c => c.GetProperty("user").GetString()).Order());
        Assert.Equal(3, listed.EnumerateArray().Select(c => c.GetProperty("client").GetString()).Distinct().Count());
        Assert.Contains(
            "Dora", listed.EnumerateArray().Where(c => c.TryGetProperty("info", out _)).Select(
                c => c.GetProperty("info").GetProperty("name").GetString()));
        var counts = await AdmissionServer.AskAsync(fixture.Server, "presence_stats", """{"channel":"room"}""");
        Assert.Equal((3, 2), (counts.GetProperty("clients").GetInt32(), counts.GetProperty("users").GetInt32()));

        var gone = await AdmissionServer.AskAsync(fixture.Server, "disconnect", """{"user":"dora"}""");
        Assert.Equal(2, gone.GetProperty("disconnected").GetInt32());
        await first.ReadToEndOfChunksAsync();
        await second.ReadToEndOfChunksAsync();
        counts = await AdmissionServer.AskAsync(fixture.Server, "presence_stats", """{"channel":"room"}""");
        Assert.Equal((1, 1), (counts.GetProperty("clients").GetInt32(), counts.GetProperty("users").GetInt32()));
    }

    [Theory]
    [InlineData("""{"user":"fred"}""", false, true)]
    [InlineData("""{"token":"f1"}""", false, true)]
    [InlineData("""{"channel":"r-fred"}""", false, true)]
    [InlineData("""{"user":"fred","channel":"r-fred"}""", false, true)]
    [InlineData("""{"user":"someone"}""", true, true)]
    [InlineData("""{"user":"fred","until":1}""", true, false)]
    public async Task What_is_revoked_is_ended_and_refused_from_then_on(string revoked, bool isTaken, bool isKept)
    {
        await using var own = new AdmissionServer();
        await own.InitializeAsync();
        var server = own.Server;
        var token = SignedToken.Of("""
            "sub":"fred","jti":"f1","iat":1000,"subscribe":["r-fred"]
            """);
        var later = DateTimeOffset.UtcNow.AddSeconds(20).ToUnixTimeSeconds();
        var newer = SignedToken.Of($"""
            "sub":"fred","jti":"f2","iat":{later},"subscribe":["r-fred"]
            """);
        using var client = await RawHttpClient.ConnectAsync(server.Own);
        await client.GetAsync($"/stream/r-fred?access_token={token}");
        await client.ReadThroughAsync("\r\n\r\n");

        var answer = await AdmissionServer.AskAsync(server, "revoke", revoked);

        Assert.Equal(isTaken && isKept ? 0 : 1, answer.GetProperty("disconnected").GetInt32());
        Assert.Equal(isTaken ? 200 : 401, await StatusOf(server, token));
        Assert.Equal(200, await StatusOf(server, newer));
    }

    [Theory]
    [InlineData("disconnect", "{}")]
    [InlineData("revoke", "{}")]
    [InlineData("revoke", """{"user":"a","token":"b"}""")]
    [InlineData("revoke", """{"user":"a","until":-1}""")]
    [InlineData("presence", "{}")]
    public async Task A_command_that_means_nobody_is_refused(string command, string body) => Assert.Equal(
        "bad_request",
        (await AdmissionServer.AskAsync(fixture.Server, command, body))
            .GetProperty("error").GetProperty("code").GetString());

    private static async Task<int> StatusOf(JsonServer server, string token)
    {
        using var client = await RawHttpClient.ConnectAsync(server.Own);
        await client.GetAsync($"/stream/r-fred?access_token={token}");
        return (await client.ReadResponseAsync()).Status;
    }

    private async Task<Listening> ListenAsync(string target, string token)
    {
        var client = await RawHttpClient.ConnectAsync(fixture.Server.Own);
        await client.GetAsync($"{target}access_token={token}");
        await client.ReadThroughAsync("\r\n\r\n");
        return new Listening(client);
    }

    private sealed record Listening(RawHttpClient Client) : IDisposable
    {
        public Task<byte[]> ReadToEndOfChunksAsync() => Client.ReadThroughAsync("0\r\n\r\n");

        public void Dispose() => Client.Dispose();
    }
}
