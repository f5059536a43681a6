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
                "namespaces": [ { "name": "room", "subscribe_proxy_enabled": true, "publish_proxy_enabled": true,
                  "sub_refresh_proxy_enabled": true } ]
              },
              "rpc": { "proxy": { "endpoint": "http://app/rpc" }, "without_namespace": { "proxy_enabled": true } }
            }
            """);
        Assert.Equal("", $"{_error}");
        var endpoint = json.GetProperty("listeners")[0].GetProperty("endpoints")[0];
        Assert.Equal("none", endpoint.GetProperty("auth").GetString());
        Assert.Equal("3s", endpoint.GetProperty("proxy_timeout").GetString());
        Assert.Equal("""["Cookie"]""", Compact(endpoint, "proxy_http_headers"));
        Assert.Equal(
            ["connect", "refresh"],
            endpoint.EnumerateObject()
                .Where(property => $"{property.Value}".StartsWith("http://app/", StringComparison.Ordinal))
                .Select(property => property.Value.GetString()!["http://app/".Length..]));
        Assert.Equal(
            """[{"name":"default.subscribe","url":"http://app/subscribe"},"""
                + """{"name":"default.publish","url":"http://app/publish"},"""
                + """{"name":"default.sub_refresh","url":"http://app/sub_refresh"},"""
                + """{"name":"default.rpc","url":"http://app/rpc","rpc_prefixes":[""]}]""",
            Compact(json, "proxies"));
        Assert.Equal(
            """{"prefix":"room:","history_size":0,"subscribe":"nobody","publish":"nobody","""
                + "\"subscribe_proxy\":\"default.subscribe\",\"publish_proxy\":\"default.publish\","
                + "\"sub_refresh_proxy\":\"default.sub_refresh\",\"history\":\"nobody\"}",
            JsonSerializer.Serialize(json.GetProperty("namespaces")[1]));
    }

    [Fact]
    public void Servers_that_namespaces_name_are_asked_by_that_name()
    {
        var json = Import(
            """
            {
              "client": { "insecure": true, "allowed_origins": ["https://example.com"] },
              "proxies": [
                { "name": "chat", "endpoint": "http://chat/ask", "timeout": "2s", "http_headers": ["Cookie"],
                  "http": { "static_headers": { "X-App": "a" } } },
                { "name": "calls", "endpoint": "https://calls/ask" }, { "name": "idle", "endpoint": "http://idle" } ],
              "channel": { "namespaces": [
                { "name": "chat", "subscribe_proxy_enabled": true, "subscribe_proxy_name": "chat",
                  "publish_proxy_enabled": true, "publish_proxy_name": "chat" },
                { "name": "free", "subscribe_proxy_name": "chat" } ] },
              "rpc": { "namespaces": [
                { "name": "a", "proxy_enabled": true, "proxy_name": "calls" },
                { "name": "b", "proxy_enabled": true, "proxy_name": "calls" },
                { "name": "c", "proxy_name": "calls" } ] }
            }
            """);
        Assert.Equal(
            """[{"name":"chat","url":"http://chat/ask","timeout":"2s","http_headers":["Cookie"],"""
                + "\"static_headers\":{\"X-App\":\"a\"}},"
                + """{"name":"calls","url":"https://calls/ask","rpc_prefixes":["a:","b:"]}]""",
            Compact(json, "proxies"));
        Assert.Equal(
            """{"prefix":"chat:","history_size":0,"subscribe_proxy":"chat","publish_proxy":"chat"}""",
            JsonSerializer.Serialize(json.GetProperty("namespaces")[1]));
        Assert.Equal(
            """{"prefix":"free:","history_size":0}""", JsonSerializer.Serialize(json.GetProperty("namespaces")[2]));
        Assert.Contains("proxies[2].name: nothing names this proxy", $"{_error}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"subscribe_proxy_enabled\": true", "channel.proxy.subscribe.endpoint is not taken over")]
    [InlineData(
        "\"subscribe_proxy_enabled\": true, \"subscribe_proxy_name\": \"grpc\"",
        "proxies[0].endpoint is not taken over")]
    [InlineData(
        "\"publish_proxy_enabled\": true, \"publish_proxy_name\": \"moon\"",
        "channel.namespaces[0].publish_proxy_name is not taken over: there is no proxy of the name moon")]
    [InlineData(
        "\"subscribe_stream_proxy_enabled\": true, \"subscribe_stream_proxy_name\": \"grpc\"",
        "channel.namespaces[0].subscribe_stream_proxy_enabled is not taken over")]
    public void A_server_that_cannot_be_asked_here_lets_nobody_in_whatever_else_would(string said, string named)
    {
        var status = Run(
            $$"""
            {
              "client": { "insecure": true },
              "proxies": [ { "name": "grpc", "endpoint": "grpc://app:1" } ],
              "channel": { "namespaces": [
                { "name": "a", "allow_subscribe_for_client": true, "allow_publish_for_client": true, {{said}} } ] }
            }
            """);
        Assert.Equal(ImportCommand.Incomplete, status);
        Assert.Contains(named, $"{_error}", StringComparison.Ordinal);
        var space = JsonElement.Parse($"{_output}").GetProperty("namespaces")[1];
        var action = said.Contains("publish_", StringComparison.Ordinal) ? "publish" : "subscribe";
        Assert.Equal("nobody", space.GetProperty(action).GetString());
    }

    [Theory]
    [InlineData("\"surprise\": {\"a\": 1}", "surprise is not taken over")]
    [InlineData("\"client\": {\"user_connection_limit\": 3}", "client.user_connection_limit is not taken over")]
    [InlineData("\"client\": {\"token\": {\"hmac_secret_key\": \"short\"}}", "client.token.hmac_secret_key is not")]
    [InlineData("\"engine\": {\"type\": \"redis\"}", "engine is not taken over")]
    [InlineData("\"client\": {\"allowed_origins\": [\"https://*.a.b\"]}", "client.allowed_origins is not taken")]
    [InlineData("\"http_api\": {\"key\": \"short\"}", "http_api.key is not taken over")]
    [InlineData(
        "\"rpc\": {\"without_namespace\": {\"proxy_enabled\": true, \"proxy_name\": \"a1\"}}",
        "rpc.without_namespace.proxy_name is not taken over")]
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
