using System.Net;
using System.Net.WebSockets;
using System.Text;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Tls;

/// <summary>What is served with TLS is what is served without it, over HTTP/1.1 and HTTP/2.</summary>
public sealed class ServedWithTls
{
    private const string Endpoints =
        """
        { "location": "/pub", "kind": "publisher", "channels_path": "$arg_id" },
        { "location": "~ ^/sub/(.*)$", "kind": "streaming", "channels_path": "$1", "allowed_origins": "*" },
        { "location": "~ ^/ev/(.*)$", "kind": "eventsource", "channels_path": "$1" },
        { "location": "~ ^/lp/(.*)$", "kind": "long-polling", "channels_path": "$1" },
        { "location": "~ ^/ws/(.*)$", "kind": "websocket", "channels_path": "$1", "websocket_allow_publish": true },
        { "location": "~ ^/nchan/(.*)$", "kind": "nchan_pubsub", "nchan_channel_id": "$1", "allow": ["all"] },
        { "location": "/mini/", "kind": "mini-comet" },
        { "location": "/api/", "kind": "api", "allow": ["127.0.0.1"] },
        { "location": "/push", "kind": "icomet-admin", "allow": ["127.0.0.1"] }
        """;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public static TheoryData<string> Versions => ["1.1", "2.0"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_transport_of_iComet_hears(string version)
    {
        await using var server = await TlsServer.StartAsync();
        var client = server.Client(version);
        foreach (var (path, sign) in new[]
        {
            ("/stream?cname=a", "\"content\":\"hello\""),
            ("/sse?cname=a", "\"content\":\"hello\"}\n\n"),
            ("/iframe?cname=a", "parent.icomet_cb"),
        })
        {
            using var heard = await server.OpenAsync(client, server.Front, path);
            await server.PushAsync("a", "hello");
            await heard.UntilAsync(sign);
        }

        Assert.Contains(
            "f([",
            await client.GetStringAsync(TlsServer.Url(server.Front, "/poll?cname=a&seq=1&cb=f"), Ended),
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Publishers_and_subscribers_of_every_kind_meet(string version)
    {
        await using var server = await TlsServer.StartAsync(Endpoints);
        var client = server.Client(version);

        // First: it takes the place of whoever has its channel.
        using var mini = await server.OpenAsync(client, server.Own, "/mini/sub?id=7");
        using var streaming = await server.OpenAsync(client, server.Own, "/sub/7");
        using var events = await server.OpenAsync(client, server.Own, "/ev/7");
        var polling = client.GetStringAsync(TlsServer.Url(server.Own, "/lp/7"), Ended);
        using var front = await server.OpenAsync(client, server.Front, "/sse?cname=7");
        await server.UntilMetricAsync("halley_tls_request_count", count => count == 5);

        await PostAsync(client, server, "/pub?id=7", "first", HttpStatusCode.OK);
        await streaming.UntilAsync("first");
        await events.UntilAsync("data: first");
        await mini.UntilAsync("first");
        await front.UntilAsync("\"content\":\"first\"");
        await PostAsync(client, server, "/api/publish", """{"channel":"7","data":"second"}""", HttpStatusCode.OK);
        await streaming.UntilAsync("second");
        await PostAsync(client, server, "/nchan/7", "third", HttpStatusCode.Created);
        await streaming.UntilAsync("third");
        var pushed = await client.GetStringAsync(
            TlsServer.Url(server.Own, "/push?cname=7&content=fourth"), Ended);
        Assert.Contains("ok", pushed, StringComparison.Ordinal);
        await front.UntilAsync("fourth");
        Assert.Matches("first|second|third|fourth", await polling);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_WebSocket_hears_and_is_heard(string version)
    {
        await using var server = await TlsServer.StartAsync(Endpoints);
        using var invoker = new HttpMessageInvoker(server.Handler());
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        var url = new UriBuilder(TlsServer.Url(server.Own, "/ws/a")) { Scheme = "wss" }.Uri;
        await socket.ConnectAsync(url, invoker, patience.Token);
        using var streaming = await server.OpenAsync(server.Client(version), server.Own, "/sub/a");

        await socket.SendAsync(
            Encoding.UTF8.GetBytes("said"), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        await streaming.UntilAsync("said");
        Assert.Contains("said", await ReadAsync(socket, patience.Token), StringComparison.Ordinal);
        await server.PushAsync("a", "pushed");
        Assert.Contains("pushed", await ReadAsync(socket, patience.Token), StringComparison.Ordinal);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        await server.UntilMetricAsync("halley_subscription_count", count => count == 1);
    }

    [Fact]
    public async Task Streams_share_a_connection_as_far_as_the_limit_lets_them()
    {
        await using var server = await TlsServer.StartAsync(more: "\"tls\": { \"max_streams_per_connection\": 2 },");
        var client = server.Client("2.0");
        var held = new List<StreamReader>();
        for (var i = 0; i < 3; i++)
        {
            held.Add(await server.OpenAsync(client, server.Front, $"/sse?cname=c{i}"));
        }

        await server.UntilMetricAsync(Connections(server.Front), count => count == 2);
        await server.UntilMetricAsync("halley_tls_request_count", count => count == 3);
        held.ForEach(reader => reader.Dispose());
        await server.UntilMetricAsync("halley_tls_request_count", count => count == 0);
        await server.UntilMetricAsync("halley_subscription_count", count => count == 0);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Who_may_come_is_looked_at_as_without_TLS(string version)
    {
        await using var server = await TlsServer.StartAsync(
            """
            { "location": "~ ^/sub/(.*)$", "kind": "streaming", "channels_path": "$1", "allow": ["192.0.2.1"] }
            """,
            front: "\"allowed_origins\": [\"https://good.example\"],",
            own: "\"trusted_proxies\": [\"127.0.0.1\"],");
        var client = server.Client(version);

        foreach (var (place, path, field, value, status) in new[]
        {
            (server.Own, "/sub/a", "X-Forwarded-For", "192.0.2.2", HttpStatusCode.Forbidden),
            (server.Own, "/sub/a", "X-Forwarded-For", "192.0.2.1", HttpStatusCode.OK),
            (server.Front, "/sse?cname=a", "Origin", "https://bad.example", HttpStatusCode.Forbidden),
            (server.Front, "/sse?cname=a", "Origin", "https://good.example", HttpStatusCode.OK),
        })
        {
            Assert.Equal(status, await AskAsync(client, place, path, field, value));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Pages_of_other_origins_are_told_that_they_may_read(string version)
    {
        await using var server = await TlsServer.StartAsync(Endpoints);
        using var request = new HttpRequestMessage(HttpMethod.Options, TlsServer.Url(server.Own, "/sub/a"))
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add("Origin", "https://any.example");
        var answer = await server.Client(version).SendAsync(request, Ended);
        Assert.Equal("*", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Requests_and_messages_of_any_size_come_through(string version)
    {
        await using var server = await TlsServer.StartAsync(
            """
            { "location": "/pub", "kind": "publisher", "channels_path": "$arg_id", "max_body": "2m" },
            { "location": "~ ^/sub/(.*)$", "kind": "streaming", "channels_path": "$1" }
            """);
        var client = server.Client(version);
        using var streaming = await server.OpenAsync(client, server.Own, "/sub/a");
        foreach (var size in new[] { 4000, 5000, 17_000, 70_000, 1_000_000 })
        {
            await PostAsync(client, server, "/pub?id=a", new string('x', size) + $"end of {size}", HttpStatusCode.OK);
            await streaming.UntilAsync($"end of {size}");
        }

        var address = TlsServer.Url(server.Own, "/pub?id=a&more=" + new string('y', 30_000));
        using var answer = await client.PostAsync(address, new StringContent("to a long address"), Ended);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_body_that_is_too_long_is_refused(string version)
    {
        await using var server = await TlsServer.StartAsync(
            """{ "location": "/pub", "kind": "publisher", "channels_path": "$arg_id", "max_body": 1000 }""");
        var client = server.Client(version);

        await PostAsync(client, server, "/pub?id=a", new string('x', 1000), HttpStatusCode.OK);
        await PostAsync(client, server, "/pub?id=a", new string('x', 1001), HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Names_of_channels_are_bytes_also_here()
    {
        await using var server = await TlsServer.StartAsync(Endpoints);
        using var heard = await server.OpenAsync(server.Client("2.0"), server.Own, "/sub/%FF%2e%C3%A9");
        await PostAsync(server.Client("1.1"), server, "/pub?id=%FF.%C3%A9", "to bytes", HttpStatusCode.OK);
        await heard.UntilAsync("to bytes");
    }

    [Fact]
    public async Task Workers_have_what_is_without_TLS_and_the_main_process_what_is_with_it()
    {
        await using var server = await TlsServer.StartAsync(
            Endpoints, "\"engine\": { \"workers\": 2 },", isFrontPlain: true);
        using var worker = await RawHttpClient.ConnectAsync(server.Front);
        await worker.GetAsync("/sse?cname=a&seq=1");
        await worker.ReadResponseAsync();
        var client = server.Client("2.0");
        using var main = await server.OpenAsync(client, server.Own, "/sub/a");

        await PostAsync(client, server, "/pub?id=a", "to both", HttpStatusCode.OK);
        await worker.ReadThroughAsync("to both");
        await main.UntilAsync("to both");
    }

    internal static string Connections(IPEndPoint place) => $"halley_connection_count{{halley_listener=\"{place}\"}}";

    private static async Task<HttpStatusCode> AskAsync(
        HttpClient client, IPEndPoint place, string path, string field, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, TlsServer.Url(place, path))
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
        };
        request.Headers.Add(field, value);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }

    private static async Task PostAsync(
        HttpClient client, TlsServer server, string path, string body, HttpStatusCode status)
    {
        using var content = new StringContent(body);
        using var answer = await client.PostAsync(TlsServer.Url(server.Own, path), content);
        Assert.Equal(status, answer.StatusCode);
    }

    private static async Task<string> ReadAsync(ClientWebSocket socket, CancellationToken patience)
    {
        var bytes = new byte[4096];
        var read = await socket.ReceiveAsync(bytes, patience);
        return Encoding.UTF8.GetString(bytes, 0, read.Count);
    }
}
