using System.Text.Json;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Admission;

/// <summary>A server of all dialects, where each endpoint asks for a token.</summary>
public sealed class AdmissionServer : IAsyncLifetime
{
    public JsonServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await JsonServer.StartAsync(
        """
        { "location": "/pub", "kind": "publisher", "channels_path": "$arg_id", "auth": "jwt" },
        { "location": "~ ^/stream/(.*)$", "kind": "streaming", "channels_path": "$1", "auth": "jwt" },
        { "location": "~ ^/events/(.*)$", "kind": "eventsource", "channels_path": "$1", "auth": "jwt" },
        { "location": "~ ^/poll/(.*)$", "kind": "long-polling", "channels_path": "$1", "auth": "jwt" },
        { "location": "~ ^/socket/(.*)$", "kind": "websocket", "channels_path": "$1", "websocket_allow_publish": true,
          "auth": "jwt" },
        { "location": "= /nchan", "kind": "nchan_pubsub", "nchan_channel_id": "$arg_id", "auth": "jwt",
          "nchan_subscriber": ["websocket", "eventsource", "longpoll", "http-chunked", "http-raw-stream"] },
        { "location": "= /nchans", "kind": "nchan_subscriber", "nchan_channel_id": "$arg_id", "auth": "jwt",
          "nchan_channel_id_split_delimiter": ",", "nchan_subscriber": "longpoll" },
        { "location": "= /nchan-now", "kind": "nchan_subscriber", "nchan_channel_id": "$arg_id", "auth": "jwt",
          "nchan_channel_id_split_delimiter": ",", "nchan_subscriber": "intervalpoll" },
        { "location": "/mini/", "kind": "mini-comet", "auth": "jwt" },
        { "location": "~ ^/open/(.*)$", "kind": "streaming", "channels_path": "$1" },
        { "location": "~ ^/open-socket/(.*)$", "kind": "websocket", "channels_path": "$1",
          "websocket_allow_publish": true },
        { "location": "= /open-pub", "kind": "publisher", "channels_path": "$arg_id" }
        """,
        more: SignedToken.Section + """
        "namespaces": [
          { "prefix": "nobody-", "subscribe": "nobody", "publish": "nobody" },
          { "prefix": "81", "subscribe": "nobody", "publish": "nobody" },
          { "prefix": "users-", "subscribe": "users", "publish": "users" },
          { "prefix": "82", "subscribe": "users", "publish": "users" },
          { "prefix": "anyone-", "subscribe": "anyone", "publish": "anyone" },
          { "prefix": "83", "subscribe": "anyone", "publish": "anyone" },
          { "prefix": "told-", "presence": "users", "join_leave": true },
          { "prefix": "listen-", "subscribe": "anyone", "publish": "nobody" },
          { "prefix": "kept-", "history": "users", "history_size": 20 },
          { "prefix": "kept-2-", "history": "nobody", "history_size": 2, "history_ttl": "1h" }
        ],
        """,
        front: """
        "auth": "jwt",
        """);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>A token of anna's, who may listen to news and 7 and publish to news.</summary>
    public static string Token { get; } =
        SignedToken.Of("""
            "sub":"anna","jti":"t1","info":{"name":"Anna"},"subscribe":["news","7"],"publish":["news","7"]
            """);

    /// <summary>One that names no channel.</summary>
    public static string Useless { get; } = SignedToken.Of("""
        "sub":"anna"
        """);

    /// <summary>One for all channels that says of nobody whose it is.</summary>
    public static string Nameless { get; } = SignedToken.Of("""
        "subscribe":["*"],"publish":["*"]
        """);

    /// <summary>One of a user's for all channels.</summary>
    public static string ForAll { get; } = SignedToken.Of("""
        "sub":"otto","subscribe":["*"],"publish":["*"]
        """);

    /// <summary>Asks the HTTP API.</summary>
    public static async Task<JsonElement> AskAsync(JsonServer server, string command, string body)
    {
        using var client = await RawHttpClient.ConnectAsync(server.Admin);
        await client.PostAsync("/api/" + command, body);
        return JsonElement.Parse(await (await client.ReadResponseAsync()).ReadBodyAsync());
    }
}
