using System.Net;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>
/// Address rules are about the client, where a trusted proxy says who that is; and about nobody's pretence.
/// </summary>
public sealed class ClientsBehindProxies(ClientsBehindProxies.FilteredServer filtered)
    : IClassFixture<ClientsBehindProxies.FilteredServer>
{
    private const string Proxy = "127.0.0.2";

    public sealed class FilteredServer : IAsyncLifetime
    {
        private JsonServer? _server;

        public JsonServer Server => _server ?? throw new InvalidOperationException("Not started.");

        public async ValueTask InitializeAsync() => _server = await StartAsync();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    [Theory]
    [InlineData("front", "/ping")]
    [InlineData("admin", "/info")]
    [InlineData("own", "/p/ping")]
    public async Task A_trusted_proxy_says_who_comes_request_by_request(string port, string target)
    {
        var server = filtered.Server;
        using var proxy = await RawHttpClient.ConnectAsync(PortOf(server, port), IPAddress.Parse(Proxy));

        Assert.Equal(200, await StatusAsync(proxy, target, "10.1.1.1"));
        Assert.Equal(200, await StatusAsync(proxy, target, "10.9.9.9, 10.1.1.1, 127.0.0.2"));
        Assert.Equal(403, await StatusAsync(proxy, target, "10.1.1.1, 10.9.9.9"));
    }

    [Theory]
    [InlineData("front", "/ping")]
    [InlineData("admin", "/info")]
    [InlineData("own", "/p/ping")]
    public async Task Nobody_else_can_pretend_to_be_somebody(string port, string target)
    {
        var server = filtered.Server;
        using var stranger = await RawHttpClient.ConnectAsync(PortOf(server, port), IPAddress.Parse("127.0.0.3"));

        Assert.Equal(403, await StatusAsync(stranger, target, "10.1.1.1"));
    }

    [Fact]
    public async Task Workers_know_the_client_too()
    {
        await using var server = await StartAsync("\"engine\": { \"workers\": 2 },");
        using var proxy = await RawHttpClient.ConnectAsync(server.Front, IPAddress.Parse(Proxy));

        Assert.Equal(200, await StatusAsync(proxy, "/ping", "10.1.1.1"));
        Assert.Equal(403, await StatusAsync(proxy, "/ping", "10.9.9.9"));
    }

    [Fact]
    public async Task A_refused_client_is_told_why_and_its_proxys_connection_stays()
    {
        var server = filtered.Server;
        using var proxy = await RawHttpClient.ConnectAsync(server.Front, IPAddress.Parse(Proxy));
        await proxy.SendAsync("GET /poll?cname=a&seq=1 HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.9.9.9\r\n\r\n");
        var refused = await proxy.ReadResponseAsync();

        Assert.Equal(403, refused.Status);
        Assert.Equal("Your address may not come here.\n", await refused.ReadBodyAsync());
        Assert.Equal(200, await StatusAsync(proxy, "/ping", "10.1.1.1"));
    }

    private static Task<JsonServer> StartAsync(string more = "") => JsonServer.StartAsync(
        """{ "location": "/p/ping", "kind": "statistics", "channels_path": "$arg_id", "allow": ["10.1.1"] }""",
        more,
        front: Rules,
        admin: Rules,
        own: """ "trusted_proxies": ["127.0.0.2"], """);

    private const string Rules = """ "allow": ["10.1.1"], "trusted_proxies": ["127.0.0.2"], """;

    private static IPEndPoint PortOf(JsonServer server, string port) => port switch
    {
        "front" => server.Front,
        "admin" => server.Admin,
        _ => server.Own,
    };

    private static async Task<int> StatusAsync(RawHttpClient client, string target, string forwardedFor)
    {
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {forwardedFor}\r\n\r\n");
        var response = await client.ReadResponseAsync();
        await response.ReadBodyAsync();
        return response.Status;
    }
}
