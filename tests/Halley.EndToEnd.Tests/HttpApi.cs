using System.Net;
using System.Text.Json;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>
/// The HTTP API beside the other protocols, on the admin port and at an address of the operator's own.
/// </summary>
public sealed class HttpApi(HttpApi.KeyedServer keyed) : IClassFixture<HttpApi.KeyedServer>
{
    private const string Key = "0123456789abcdef";

    private readonly JsonServer _server = keyed.Server;

    public sealed class KeyedServer : IAsyncLifetime
    {
        private JsonServer? _server;

        public JsonServer Server => _server ?? throw new InvalidOperationException("Not started.");

        public async ValueTask InitializeAsync() => _server = await JsonServer.StartAsync(
            """
            { "location": "/halley/", "kind": "api" }
            """,
            admin: $"""
            "api_keys": [ "{Key}" ], "require_key": "all",
            """);

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    [Fact]
    public async Task What_is_published_here_is_heard_there_and_read_here()
    {
        using var subscriber = await RawHttpClient.ConnectAsync(_server.Front);
        await subscriber.GetAsync("/stream?cname=news&seq=1");
        var heard = await subscriber.ReadResponseAsync();

        var (status, published) =
            await AskAsync(_server.Admin, "/api/publish", """{"channel":"news","data":"hello"}""");
        await AskAsync(_server.Own, "/halley/publish", """{"channel":"news","data":{"n":2}}""");

        Assert.Equal((200, 1), (status, published.GetProperty("offset").GetInt32()));
        Assert.Contains("\"content\":\"hello\"", await heard.ReadChunkAsync(), StringComparison.Ordinal);
        Assert.Contains("\"content\":\"{\\\"n\\\":2}\"", await heard.ReadChunkAsync(), StringComparison.Ordinal);
        var (_, channel) = await AskAsync(_server.Admin, "/api/channel", """{"channel":"news"}""");
        Assert.Equal((1, 2), (channel.GetProperty("subscribers").GetInt32(), channel.GetProperty("stored").GetInt32()));
        var (_, history) =
            await AskAsync(_server.Own, "/halley/history", """{"channel":"news","reverse":true,"limit":1}""");
        Assert.Equal("{\"n\":2}", history.GetProperty("publications")[0].GetProperty("data").GetString());
    }

    [Theory]
    [InlineData("/api/info")]
    [InlineData("/info")]
    [InlineData("/push?cname=a&content=b")]
    public async Task Nothing_on_the_admin_port_is_had_without_a_key(string target)
    {
        using var client = await RawHttpClient.ConnectAsync(_server.Admin);
        await client.GetAsync(target);
        Assert.Equal(401, (await client.ReadResponseAsync()).Status);
        Assert.DoesNotContain(Key, _server.Process.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health/live", "{\"status\":\"live\"}")]
    [InlineData("/health/ready", "{\"status\":\"ready\"}")]
    public async Task Health_is_told_without_a_key(string target, string body)
    {
        using var client = await RawHttpClient.ConnectAsync(_server.Admin);
        await client.GetAsync(target);
        var answer = await client.ReadResponseAsync();
        Assert.Equal((200, body), (answer.Status, await answer.ReadBodyAsync()));
    }

    private static async Task<(int Status, JsonElement Answer)> AskAsync(IPEndPoint address, string target, string body)
    {
        using var client = await RawHttpClient.ConnectAsync(address);
        await client.SendAsync(
            $"POST {target} HTTP/1.1\r\nHost: halley.internal\r\nX-API-Key: {Key}\r\n"
                + $"Content-Length: {body.Length}\r\n\r\n"
                + $"{body}");
        var answer = await client.ReadResponseAsync();
        return (answer.Status, JsonElement.Parse(await answer.ReadBodyAsync()));
    }
}
