using Halley.Testing;

namespace Halley.EndToEnd.Tests.Nchan;

/// <summary>
/// A running server with nchan's endpoints beside push-stream's and iComet's, and the backend that it asks.
/// </summary>
public sealed class NchanServer : IAsyncLifetime
{
    private JsonServer? _server;

    public JsonServer Server => _server ?? throw new InvalidOperationException("Not started.");

    public RawBackend Backend { get; } = new();

    /// <summary>Nobody accepts there; the system does.</summary>
    public RawBackend Silent { get; } = new();

    public async ValueTask InitializeAsync() => _server = await JsonServer.StartAsync(
        $$"""
        { "location": "~ ^/pub/(.*)$", "kind": "nchan_publisher", "nchan_channel_id": "$1" },
        { "location": "~ ^/sub/(.*)$", "kind": "nchan_subscriber", "nchan_channel_id": "$1" },
        { "location": "~ ^/short/(.*)$", "kind": "nchan_subscriber", "nchan_channel_id": "$1",
          "nchan_subscriber_timeout": 1 },
        { "location": "~ ^/raw/(.*)$", "kind": "nchan_subscriber", "nchan_channel_id": "$1",
          "nchan_subscriber": "http-raw-stream" },
        { "location": "~ ^/ps/(.*)$", "kind": "nchan_pubsub", "nchan_channel_id": "$1" },
        { "location": "/both", "kind": "nchan_subscriber", "nchan_channel_id": ["$arg_a", "$arg_b"] },
        { "location": "~ ^/guarded/(.*)$", "kind": "nchan_pubsub", "nchan_channel_id": "$1",
          "nchan_authorize_request": "{{Backend.Url}}/auth?who=$arg_who" },
        { "location": "~ ^/rewritten/(.*)$", "kind": "nchan_publisher", "nchan_channel_id": "$1",
          "nchan_publisher_upstream_request": "{{Backend.Url}}/message" },
        { "location": "~ ^/hasty/(.*)$", "kind": "nchan_publisher", "nchan_channel_id": "$1",
          "nchan_publisher_upstream_request": "{{Silent.Url}}/message", "hook_timeout": "100ms" },
        { "location": "~ ^/g/([^/]+)/(.*)$", "kind": "nchan_pubsub", "nchan_channel_id": "$2",
          "nchan_channel_group": "$1" },
        { "location": "~ ^/group/(.*)$", "kind": "nchan_group", "nchan_channel_group": "$1",
          "nchan_group_max_messages": "$arg_m" },
        { "location": "~ ^/stream/(.*)$", "kind": "streaming", "channels_path": "$1" }
        """,
        """
        "engine": { "reactors": 2 },
        """);

    public async ValueTask DisposeAsync()
    {
        Backend.Dispose();
        Silent.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
