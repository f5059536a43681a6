using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>What an operator's Prometheus reads on the admin port, behind what guards the HTTP API.</summary>
public sealed class Metrics(HttpApi.KeyedServer keyed) : IClassFixture<HttpApi.KeyedServer>
{
    private readonly JsonServer _server = keyed.Server;

    [Fact]
    public async Task They_are_told_to_whoever_shows_the_key()
    {
        var answer = await AskAsync("GET /metrics", "X-API-Key: 0123456789abcdef\r\n");

        Assert.Equal(200, answer.Status);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer["Content-Type"]);
        var metrics = PrometheusPage.Parse(await answer.ReadBodyAsync());
        Assert.Equal(1, metrics[$"halley_connection_count{{halley_listener=\"{_server.Admin}\"}}"]);
    }

    [Fact]
    public async Task Without_a_key_they_are_not() =>
        Assert.Equal(401, (await AskAsync("GET /metrics", "")).Status);

    [Fact]
    public async Task They_are_only_read() =>
        Assert.Equal(
            405, (await AskAsync("POST /metrics", "X-API-Key: 0123456789abcdef\r\nContent-Length: 0\r\n")).Status);

    [Fact]
    public async Task Pages_of_other_sites_are_not_told_them()
    {
        await using var open = await JsonServer.StartAsync("""{ "location": "/", "kind": "icomet-front" }""");
        using var client = await RawHttpClient.ConnectAsync(open.Admin);
        await client.SendAsync("GET /metrics HTTP/1.1\r\nHost: rebound.example\r\n\r\n");
        Assert.Equal(403, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task An_address_that_may_not_come_is_not_told_them()
    {
        await using var closed = await JsonServer.StartAsync(
            """{ "location": "/", "kind": "icomet-front" }""", admin: """ "allow": [ "10.1.2.3" ], """);
        using var client = await RawHttpClient.ConnectAsync(closed.Admin);
        await client.GetAsync("/metrics");
        Assert.Equal(403, (await client.ReadResponseAsync()).Status);
    }

    private async Task<RawResponse> AskAsync(string request, string fields)
    {
        var client = await RawHttpClient.ConnectAsync(_server.Admin);
        await client.SendAsync($"{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{fields}\r\n");
        return await client.ReadResponseAsync();
    }
}
