using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Nodes.Relaying;

/// <summary>
/// Serves subscribers here whose channels other nodes have, where the operator wants that rather than to send them there: each with a connection of its own to that
/// node, and so a multiple of what a subscriber costs otherwise. Any thread.
/// </summary>
internal sealed class Relays : IHubObserver, IDisposable
{
    private static readonly ResponseHead Upgraded = new("101 Switching Protocols", []);
    private static readonly ResponseHead Unavailable = new("503 Service Unavailable", ["Content-Type: text/plain; charset=utf-8", "Retry-After: 1"]);
    private static readonly ResponseHead BadGateway = new("502 Bad Gateway", ["Content-Type: text/plain; charset=utf-8"]);
    private static readonly ResponseHead GatewayTimeout = new("504 Gateway Timeout", ["Content-Type: text/plain; charset=utf-8"]);

    private readonly ConcurrentDictionary<Channel, Relay> _relays = new();
    private readonly HttpClient _client;
    private readonly Hub _hub;
    private readonly int _max;
    private long _last;

    public Relays(NodeOptions options, TimeProvider time)
    {
        Timeout = options.ForwardTimeout;
        _max = options.MaxRelayed;
        _hub = new Hub(new HubOptions { HistorySize = 0, MaxChannels = int.MaxValue, IdleTimeout = TimeSpan.FromHours(1) }, time);
        _hub.Observe(this);
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = options.ForwardTimeout,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Its channels: one for each subscriber that is served.</summary>
    public Hub Hub => _hub;

    /// <summary>How long another node may take to begin an answer.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Whether a request comes from another node that relays it.</summary>
    public static bool IsRelayed(in HttpRequest request) => request.HasField("X-Halley-Relayed"u8);

    /// <summary>Serves a subscriber for another node.</summary>
    /// <param name="name">The channel's.</param>
    /// <param name="url">What it asks for, there.</param>
    public void Serve(NodeEntry owner, ReadOnlySpan<byte> name, string url, in HttpRequest request, IExchange exchange)
    {
        if (Begin(owner, name, url, request, exchange) is { } relay)
        {
            _ = relay.ServeAsync(_client);
        }
    }

    /// <summary>The same for a WebSocket, whose handshake is right.</summary>
    public void ServeSocket(NodeEntry owner, ReadOnlySpan<byte> name, string url, in HttpRequest request, in Handshake handshake, IExchange exchange)
    {
        if (Begin(owner, name, url, request, exchange) is { } relay)
        {
            _ = relay.ServeSocketAsync(relay.BeginSocket(Upgraded, handshake));
        }
    }

    /// <summary>One is served no longer.</summary>
    public void End(Channel channel)
    {
        _relays.TryRemove(channel, out _);
        _hub.Close(channel.Name, out _);
    }

    /// <summary>
    /// Lets those go whose channel another node has now than the one that is asked for them, which may be unable to say so. To be called when no request is handled any
    /// more in an earlier view. On the thread pool: there may be many.
    /// </summary>
    public void LetGoWhatMoved(Func<NodeView> view) => ThreadPool.UnsafeQueueUserWorkItem(
        _ =>
        {
            var now = view();
            foreach (var relay in _relays.Values.Where(relay => now.OwnerOf(relay.Name)?.Name != relay.Owner.Name))
            {
                relay.Leave();
            }
        },
        null);

    /// <summary>Tells a client that its node was not reached; nothing where its answer was begun.</summary>
    public bool Refuse(IExchange exchange, bool isTimedOut)
    {
        if (!exchange.Channels.Any())
        {
            exchange.Reply(
                isTimedOut ? GatewayTimeout : BadGateway,
                isTimedOut ? "the node that has this channel has not answered in time: try again in a moment\n"u8
                    : "the node that has this channel could not be reached: try again in a moment\n"u8);
        }

        return false;
    }

    /// <summary>Ends all of them.</summary>
    public void Dispose()
    {
        foreach (var relay in _relays.Values)
        {
            relay.Leave();
        }

        _client.Dispose();
        _hub.Dispose();
    }

    void IHubObserver.ChannelCreated(Channel channel)
    {
    }

    void IHubObserver.ChannelRemoved(Channel channel, bool wasClosed)
    {
    }

    void IHubObserver.SubscribersChanged(Channel channel, int by)
    {
        if (by < 0 && _relays.TryGetValue(channel, out var relay))
        {
            relay.Leave();
        }
    }

    private Relay? Begin(NodeEntry owner, ReadOnlySpan<byte> name, string url, in HttpRequest request, IExchange exchange)
    {
        if (_relays.Count >= _max)
        {
            exchange.Reply(Unavailable, "this node serves as many subscribers for others as it may (nodes.max_relayed); ask the node that has the channel\n"u8);
            return null;
        }

        Span<byte> own = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(own, Interlocked.Increment(ref _last));
        var channel = _hub.FindOrCreate(own)!;
        var relay = new Relay(this, exchange, channel, owner, name.ToArray(), url, RelayRequest.Of(request, exchange));
        _relays[channel] = relay;
        return relay;
    }
}
