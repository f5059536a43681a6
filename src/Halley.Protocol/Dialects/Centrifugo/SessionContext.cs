using System.Text;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo.Commands;
using Halley.Protocol.Dialects.Centrifugo.Proxies;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>The state that the sessions of one location and transport share. Any thread.</summary>
internal sealed class SessionContext
{
    private static readonly List<(string, string)> NoFields = [];

    public SessionContext(CentrifugoNode node, CentrifugoOptions options, Carrier carrier)
    {
        Node = node;
        Options = options;
        Carrier = carrier;
        WebSocketOptions = new WebSocketOptions
        {
            TakesBinary = !carrier.Codec.IsText,
            Publishes = true,
            MaxMessageBytes = options.MaxMessageBytes,
        };
        Connect = new ConnectCommand(this);
        Subscribe = new SubscribeCommand(this);
        Channels = new ChannelCommands(this);
        Refresh = new RefreshCommands(this);
        Rpc = new RpcCommand(this);
        Changes = new ApplicationChanges(this);
        Proxies = new ProxySet(node.Backend, options);
    }

    public CentrifugoNode Node { get; }

    public CentrifugoOptions Options { get; }

    public Admission Admission => Options.Admission;

    public Carrier Carrier { get; }

    public WebSocketOptions WebSocketOptions { get; }

    public ConnectCommand Connect { get; }

    public SubscribeCommand Subscribe { get; }

    public ChannelCommands Channels { get; }

    public RefreshCommands Refresh { get; }

    public RpcCommand Rpc { get; }

    public ApplicationChanges Changes { get; }

    /// <summary>The questions to the operator's own server.</summary>
    public ProxySet Proxies { get; }

    /// <summary>Reads the part that is kept of the request that a session comes with.</summary>
    public Arrival ArrivalOf(in HttpRequest request, IExchange exchange)
    {
        var share = Node.Hub.CountsCreators ? exchange.ShareOf(request.Head) : default;
        List<(string, string)>? fields = null;
        foreach (var name in Proxies.Headers)
        {
            var position = 0;
            if (request.TryNextField(Encoding.ASCII.GetBytes(name), ref position, out var value))
            {
                (fields ??= []).Add((name, Encoding.Latin1.GetString(value)));
            }
        }

        return new Arrival(share, fields ?? NoFields);
    }

    /// <summary>Counts the seconds until a time: at least one, where it is not over.</summary>
    public uint SecondsUntil(DateTimeOffset end) =>
        (uint)Math.Clamp(Math.Ceiling((end - Node.Time.GetUtcNow()).TotalSeconds), 0, uint.MaxValue);
}
