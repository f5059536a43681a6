using System.Text.Json;
using Halley.Server.Commands;
using Halley.Server.Configuration;

namespace Halley.Server.Tests.Import;

/// <summary>
/// A configuration of Centrifugo 6 becomes a halley.json that a server starts with, and that lets in nobody more.
/// </summary>
public sealed class CentrifugoImportTests : IDisposable
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose()
    {
        _directory.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Tokens_origins_keys_and_namespaces_are_taken_over()
    {
        var json = Import(
            $$"""
            {
              "http_server": { "address": "127.0.0.1", "port": 8001 },
              "client": {
                "token": { "hmac_secret_key": "{{Secret}}", "issuer": "app" },
                "allowed_origins": ["https://example.com"], "ping_interval": "1m30s", "channel_limit": 20
              },
              "http_api": { "key": "{{Secret}}" },
              "sse": { "enabled": true },
              "channel": {
                "max_length": 100,
                "namespaces": [
                  { "name": "chat", "history_size": 50, "history_ttl": "1h", "presence": true, "join_leave": true,
                    "force_recovery": true, "allow_subscribe_for_client": true, "allow_publish_for_client": true,
                    "allow_presence_for_client": true, "allow_subscribe_for_anonymous": true,
                    "allowed_delta_types": ["fossil"], "allow_tags_filter": true }
                ]
              }
            }
            """);
        Assert.Equal("", $"{_error}");
        Assert.Equal(
            $$"""{"secrets":["{{Secret}}"],"issuer":"app","require_expiry":false}""", Compact(json, "jwt"));
        Assert.Equal($$"""{"listen":"off","api_keys":["{{Secret}}"]}""", Compact(json, "admin"));
        Assert.Equal(
            """[{"prefix":"","history_size":0,"subscribe":"nobody","publish":"nobody","history":"nobody"},"""
                + """{"prefix":"chat:","history_size":50,"history_ttl":"3600s","presence":"users","join_leave":true,"""
                + "\"subscribe\":\"anyone\",\"publish\":\"users\"}]",
            Compact(json, "namespaces"));
        var listener = json.GetProperty("listeners")[0];
        Assert.Equal("127.0.0.1:8001", listener.GetProperty("listen").GetString());
        Assert.Equal("""["https://example.com"]""", Compact(listener, "allowed_origins"));
        Assert.Equal(
            ["= /connection/websocket", "= /connection/sse", "= /emulation", "/api"],
            listener.GetProperty("endpoints").EnumerateArray().Select(
                endpoint => endpoint.GetProperty("location").GetString()));
        var webSocket = listener.GetProperty("endpoints")[0];
        Assert.Equal("jwt", webSocket.GetProperty("auth").GetString());
        Assert.Equal("90s", webSocket.GetProperty("ping_interval").GetString());
        Assert.Equal(20, webSocket.GetProperty("client_channel_limit").GetInt32());
        Assert.True(webSocket.GetProperty("allow_delta").GetBoolean());
    }

    [Fact]
    public void The_operators_server_is_asked_as_before()
    {
        var json = Import(
            """
            {
              "client": { "allowed_origins": ["https://example.com"], "proxy": {
                "connect": { "enabled": true, "endpoint": "http://app/connect", "http_headers": ["Cookie"] },
                "refresh": { "enabled": true, "endpoint": "http://app/refresh", "timeout": "3s" } } },
              "channel": {
                "proxy": { "subscribe": { "endpoint": "http://app/subscribe" },
                  "publish": { "endpoint": "http://app/publish" },
                  "sub_refresh": { "endpoint": "http://app/sub_refresh" } },
                "namespaces": [ { "name": "room", "subscribe_proxy_enabled": true, "publish_proxy_enabled": true } ]
              },
              "rpc": { "proxy": { "endpoint": "http://app/rpc" }, "without_namespace": { "proxy_enabled": true } }
            }
            """);
        Assert.Equal("", $"{_error}");
        var endpoint = json.GetProperty("listeners")[0].GetProperty("endpoints")[0];
        Assert.Equal("none", endpoint.GetProperty("auth").GetString());
        Assert.Equal("""["room:*"]""", Compact(endpoint, "proxy_subscribe_channels"));
        Assert.Equal("3s", endpoint.GetProperty("proxy_timeout").GetString());
        Assert.Equal("""["Cookie"]""", Compact(endpoint, "proxy_http_headers"));
        Assert.Equal(
            ["connect", "refresh", "subscribe", "publish", "sub_refresh", "rpc"],
            endpoint.EnumerateObject()
                .Where(property => $"{property.Value}".StartsWith("http://app/", StringComparison.Ordinal))
                .Select(property => property.Value.GetString()!["http://app/".Length..]));
        Assert.Equal("nobody", json.GetProperty("namespaces")[1].GetProperty("subscribe").GetString());
    }

    [Theory]
    [InlineData("\"surprise\": {\"a\": 1}", "surprise is not taken over")]
    [InlineData("\"client\": {\"user_connection_limit\": 3}", "client.user_connection_limit is not taken over")]
    [InlineData("\"client\": {\"token\": {\"hmac_secret_key\": \"short\"}}", "client.token.hmac_secret_key is not")]
    [InlineData("\"engine\": {\"type\": \"redis\"}", "engine is not taken over")]
    [InlineData("\"client\": {\"allowed_origins\": [\"https://*.a.b\"]}", "client.allowed_origins is not taken")]
    [InlineData("\"http_api\": {\"key\": \"short\"}", "http_api.key is not taken over")]
    [InlineData("\"proxies\": [{\"name\": \"a1\", \"endpoint\": \"http://a\"}]", "proxies[0].name is not taken over")]
    [InlineData(
        "\"channel\": {\"namespaces\": [{\"name\": \"m\", \"subscription_type\": \"map\"}]}",
        "channel.namespaces[0].subscription_type is not taken over")]
    [InlineData(
        "\"channel\": {\"without_namespace\": {\"allow_publish_for_subscriber\": true}}",
        "channel.without_namespace.allow_publish_for_subscriber is not taken over")]
    [InlineData(
        "\"client\": {\"proxy\": {\"connect\": {\"enabled\": true, \"endpoint\": \"grpc://app:1\"}}}",
        "client.proxy.connect.endpoint is not taken over")]
    public void What_cannot_be_taken_over_is_named_and_opens_nothing(string configuration, string named)
    {
        var status = Run($"{{ {configuration} }}");
        Assert.Equal(ImportCommand.Incomplete, status);
        Assert.Contains(named, $"{_error}", StringComparison.Ordinal);
        var json = JsonElement.Parse($"{_output}");
        Assert.All(
            json.GetProperty("namespaces").EnumerateArray(),
            space => Assert.Equal("nobody", space.GetProperty("subscribe").GetString()));
        Assert.All(
            json.GetProperty("listeners")[0].GetProperty("endpoints").EnumerateArray(),
            endpoint => Assert.True(
                endpoint.TryGetProperty("auth", out var auth) ? auth.GetString() == "jwt"
                    : endpoint.GetProperty("allow")[0].GetString() == "127.0.0.1"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    public void What_is_no_configuration_is_told(string text) =>
        Assert.Throws<CommandException>(() => Run(text));

    [Theory]
    [InlineData("300s", 300_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("200ms", 200)]
    [InlineData("1x", -1)]
    [InlineData("h", -1)]
    [InlineData("", -1)]
    public void Times(string text, int milliseconds) => Assert.Equal(
        milliseconds,
        Server.Import.Centrifugo.GoDuration.TryParse(text, out var time) ? (int)time.TotalMilliseconds : -1);

    private int Run(string configuration) =>
        ImportCommand.Run(_directory.Write("config.json", configuration), _output, _error);

    // A server starts with it.
    private JsonElement Import(string configuration)
    {
        Assert.Equal(0, Run(configuration));
        HalleyConfiguration.Load(_directory.Write("halley.json", $"{_output}"), new Dictionary<string, string>(), []);
        return JsonElement.Parse($"{_output}");
    }

    private static string Compact(JsonElement json, string name) => JsonSerializer.Serialize(json.GetProperty(name));
}
