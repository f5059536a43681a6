using System.Net;
using System.Runtime.CompilerServices;
using Halley.EndToEnd.Tests.PushStream;
using Halley.Testing;

// One for the whole run: the cases keep to channels of their own.
[assembly: AssemblyFixture(typeof(PushStreamServer))]

namespace Halley.EndToEnd.Tests.PushStream;

/// <summary>A running server with push-stream's endpoints beside iComet's ports.</summary>
public sealed class PushStreamServer : IAsyncLifetime
{
    private JsonServer? _server;

    public JsonServer Server => _server ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _server = await JsonServer.StartAsync(
        """
        { "location": "/pub", "kind": "publisher-admin", "channels_path": "$arg_id", "store_messages": true,
          "max_body": "8m" },
        { "location": "/pubx", "kind": "publisher", "channels_path": "$arg_id", "max_body": "1k" },
        { "location": "/stats", "kind": "statistics", "channels_path": "$arg_id" },
        { "location": "~ ^/sub/(.*)$", "kind": "streaming", "channels_path": "$1", "footer_template": "<FOOT>" },
        { "location": "~ ^/lp/(.*)$", "kind": "long-polling", "channels_path": "$1", "message_template": "[~text~]" },
        { "location": "~ ^/ev/(.*)$", "kind": "eventsource", "channels_path": "$1", "ping_message_interval": "1s",
          "subscriber_connection_ttl": "2500ms" },
        {
          "location": "~ ^/ws/(.*)$", "kind": "websocket", "channels_path": "$1", "message_template": "<~text~>",
          "websocket_allow_publish": true, "websocket_allow_unmasked": true
        },
        { "location": "^~ /mini", "kind": "mini-comet" },
        { "location": "/denied", "kind": "statistics", "channels_path": "$arg_id", "deny": ["all"] }
        """,
        """
        "engine": { "reactors": 2, "max_queued_bytes": 8388608 },
        """);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}

/// <summary>
/// What every case of push-stream does: open connections, publish, subscribe. Closes its connections at the end.
/// </summary>
public abstract class PushStreamCase(PushStreamServer shared) : IDisposable
{
    private readonly List<RawHttpClient> _clients = [];
    private int _channels;

    protected JsonServer Server => shared.Server;

    /// <summary>The name of a channel that no other case uses.</summary>
    protected string NewChannel([CallerMemberName] string of = "") =>
        $"{of}-{RuntimeHelpers.GetHashCode(this):x}-{++_channels}";

    protected async Task<RawHttpClient> ConnectAsync(IPEndPoint? address = null)
    {
        var client = await RawHttpClient.ConnectAsync(address ?? Server.Own);
        _clients.Add(client);
        return client;
    }

    /// <summary>GETs, on a connection of its own; the head of the answer is there.</summary>
    protected async Task<RawResponse> GetAsync(string target)
    {
        var client = await ConnectAsync();
        await client.GetAsync(target);
        return await client.ReadResponseAsync();
    }

    /// <summary>Publishes, one message after another, and gives the last answer's body.</summary>
    protected async Task<string> PublishAsync(string channel, params string[] texts)
    {
        var client = await ConnectAsync();
        var answer = "";
        foreach (var text in texts)
        {
            await client.PostAsync("/pub?id=" + channel, text);
            var response = await client.ReadResponseAsync();
            Assert.Equal(200, response.Status);
            answer = await response.ReadBodyAsync();
        }

        return answer;
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        GC.SuppressFinalize(this);
    }
}
