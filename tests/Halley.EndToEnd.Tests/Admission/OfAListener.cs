using System.Text;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Admission;

/// <summary>
/// What a listener says of auth holds at its endpoints, of every dialect, unless they say it themselves; and a token is
/// taken from where its endpoint, its listener or the whole server says.
/// </summary>
public sealed class OfAListener : IClassFixture<OfAListener.Fixture>
{
    private const string WebSocket =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private readonly JsonServer _server;

    public OfAListener(Fixture fixture) => _server = fixture.Server;

    public static TheoryData<string, string> Inheriting => new()
    {
        { "GET /stream/news?", "" },
        { "GET /events/news?", "" },
        { "GET /socket/news?", WebSocket },
        { "GET /nchan?id=news", "Accept: text/event-stream\r\n" },
        { "GET /nchan?id=news", WebSocket },
        { "POST /pub?id=news", "Content-Length: 0\r\n" },
        { "POST /nchan?id=news", "Content-Length: 2\r\n" },
        { "GET /mini/sub?id=7", "" },
        { "GET /sse?cname=news", "" },
        { "GET /ws?cname=news", WebSocket },
    };

    [Theory]
    [MemberData(nameof(Inheriting))]
    public async Task Its_auth_and_its_places_of_a_token_hold_where_nothing_else_is_said(string request, string fields)
    {
        Assert.True(await IsLetInAsync(request, fields, "t=TOKEN"));
        Assert.True(await IsLetInAsync(request, fields + "Cookie: session=TOKEN\r\n", ""));
        Assert.True(await IsLetInAsync(request, fields + "Authorization: Bearer TOKEN\r\n", ""));
        Assert.False(await IsLetInAsync(request, fields, ""));
        Assert.False(await IsLetInAsync(request, fields, "access_token=TOKEN"));
        Assert.False(await IsLetInAsync(request, fields + "Cookie: access=TOKEN\r\n", ""));
        Assert.False(await IsLetInAsync(request, fields + "Cookie: session=TOKENx\r\n", ""));
        Assert.False(await IsLetInAsync(
            request, fields + "Cookie: session=TOKEN\r\nSec-Fetch-Site: cross-site\r\n", ""));
    }

    [Fact]
    public async Task An_endpoint_says_otherwise_for_itself()
    {
        Assert.True(await IsLetInAsync("GET /open/news?", "", ""));
        Assert.True(await IsLetInAsync("GET /own/news?", "", "key=TOKEN"));
        Assert.True(await IsLetInAsync("GET /own/news?", "Cookie: session=TOKEN\r\n", ""));
        Assert.False(await IsLetInAsync("GET /own/news?", "", "t=TOKEN"));
        Assert.True(await IsLetInAsync("GET /header/news?", "Authorization: Bearer TOKEN\r\n", ""));
        Assert.False(await IsLetInAsync("GET /header/news?", "Cookie: session=TOKEN\r\n", "t=TOKEN"));
    }

    [Fact]
    public async Task What_front_says_holds_for_front_alone()
    {
        using var client = await RawHttpClient.ConnectAsync(_server.Front);
        await client.GetAsync("/sse?cname=news");
        Assert.DoesNotContain(
            "401", (await client.ReadResponseAsync(hasBody: false)).Head, StringComparison.Ordinal);
    }

    private async Task<bool> IsLetInAsync(string request, string fields, string query)
    {
        using var client = await RawHttpClient.ConnectAsync(_server.Own);
        var separator = request.EndsWith('?') ? "" : "&";
        await client.SendAsync(
            $"{request}{separator}{query} HTTP/1.1\r\nHost: halley\r\n{fields}\r\n"
                .Replace("TOKEN", AdmissionServer.Token, StringComparison.Ordinal)
                + (request.StartsWith("POST /nchan", StringComparison.Ordinal) ? "hi" : ""));
        var answer = await client.ReadResponseAsync(hasBody: false);
        if (answer.Status is 401 or 403)
        {
            return false;
        }

        if (answer.Status == 101)
        {
            // Some dialects say after the handshake that nobody is let in, and close.
            return await HearsAsync(client, "hello");
        }

        // push-stream's publisher refuses an empty message, which it looks at once somebody is let in.
        Assert.Contains(answer.Status, (int[])[200, 201, 202, 400]);

        // iComet's clients look at the type of the first message.
        return !request.Contains("cname", StringComparison.Ordinal) || await HearsAsync(client, "\"}", "\"401\"");
    }

    // Who is let in hears what is published.
    private async Task<bool> HearsAsync(RawHttpClient client, string until, string refusal = "none")
    {
        var hearing = client.ReadThroughAsync(until);
        while (!hearing.IsCompleted)
        {
            await AdmissionServer.AskAsync(
                _server, "publish", """{"channel":"news","data":"hello","history_size":0}""");
            await Task.WhenAny(hearing, Task.Delay(20, TestContext.Current.CancellationToken));
        }

        return !hearing.IsFaulted
            && !Encoding.Latin1.GetString(await hearing).Contains(refusal, StringComparison.Ordinal);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public JsonServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await JsonServer.StartAsync(
            """
            { "location": "/pub", "kind": "publisher", "channels_path": "$arg_id" },
            { "location": "~ ^/stream/(.*)$", "kind": "streaming", "channels_path": "$1" },
            { "location": "~ ^/events/(.*)$", "kind": "eventsource", "channels_path": "$1" },
            { "location": "~ ^/socket/(.*)$", "kind": "websocket", "channels_path": "$1" },
            { "location": "= /nchan", "kind": "nchan_pubsub", "nchan_channel_id": "$arg_id",
              "nchan_subscriber": ["websocket", "eventsource"] },
            { "location": "/mini/", "kind": "mini-comet" },
            { "location": "~ ^/open/(.*)$", "kind": "streaming", "channels_path": "$1", "auth": "none" },
            { "location": "~ ^/own/(.*)$", "kind": "streaming", "channels_path": "$1", "jwt_query": "key" },
            { "location": "~ ^/header/(.*)$", "kind": "streaming", "channels_path": "$1", "jwt_query": "",
              "jwt_cookie": "" },
            { "location": "/", "kind": "icomet-front" }
            """,
            more: SignedToken.Section,
            own: """
            "auth": "jwt", "jwt_query": "t", "jwt_cookie": "session",
            """);

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
