using System.Text;
using Halley.Nodes.Relaying;
using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Nodes.Forwarding;

/// <summary>
/// Stands before the handler of subscribers: who comes for a channel that another node has is sent there, or served here for it. A WebSocket cannot be sent on by HTTP; it is
/// told where to go by a message.
/// </summary>
internal sealed class NodeFront(Cluster cluster, IRequestHandler front, Relays? relays) : IRequestHandler
{
    private static readonly ResponseHead Upgraded = new("101 Switching Protocols", []);

    /// <inheritdoc/>
    public bool TakesBodyFrom(in RequestHead head, IExchange exchange) => front.TakesBodyFrom(head, exchange);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        if (!IsSubscription(request) || !front.TakesBodyFrom(request.Head, exchange))
        {
            front.Handle(request, exchange);
            return;
        }

        var view = cluster.View;
        var channel = new Parameters(request).Text("cname"u8);
        var owner = view.OwnerOf(channel);
        if (owner == view.Own && !cluster.IsInDoubt)
        {
            front.Handle(request, exchange);
        }
        else if (owner is null || owner == view.Own || cluster.Stage is NodeStage.Waiting or NodeStage.Joining)
        {
            if (!cluster.TryPostpone(exchange))
            {
                Troubles.TellNotServing(exchange, cluster.WaitsFor());
            }
        }
        else if (Relays.IsRelayed(request))
        {
            // Its client came to the node that relays it, and perhaps can reach no other.
            Troubles.TellNotOwn(exchange);
        }
        else if (request.Path.SequenceEqual("/ws"u8))
        {
            SendWebSocketTo(owner, channel, request, exchange);
        }
        else if (relays is not null)
        {
            relays.Serve(owner, channel, Encoding.Latin1.GetString(Address(owner, request)), request, exchange);
        }
        else
        {
            var location = Encoding.Latin1.GetString(Address(owner, request));
            exchange.Reply(
                new ResponseHead(
                    "307 Temporary Redirect",
                    [$"Location: {location}", "Access-Control-Allow-Origin: *", "Cache-Control: no-store", "Content-Type: text/plain; charset=utf-8"]),
                "this channel is another node's; see Location\n"u8);
        }
    }

    private static bool IsSubscription(in HttpRequest request)
    {
        var path = request.Path;
        return request.Method == RequestMethod.Get
            && (path.SequenceEqual("/sub"u8) || path.SequenceEqual("/poll"u8) || path.SequenceEqual("/stream"u8)
                || path.SequenceEqual("/sse"u8) || path.SequenceEqual("/iframe"u8) || path.SequenceEqual("/ws"u8));
    }

    private void SendWebSocketTo(NodeEntry owner, ReadOnlySpan<byte> channel, in HttpRequest request, IExchange exchange)
    {
        var handshake = new Handshake(request);
        if (handshake.Check() != HandshakeFault.None)
        {
            // Whatever is wrong with it is said here, as it would be there.
            front.Handle(request, exchange);
            return;
        }

        if (relays is not null)
        {
            relays.ServeSocket(owner, channel, Encoding.Latin1.GetString(Address(owner, request)), request, handshake, exchange);
            return;
        }

        var output = exchange.Upgrade(Upgraded, handshake, out var framing);
        var piece = framing.Begin(output);
        output.Write("{\"type\":\"moved\",\"cname\":\""u8);
        JsonText.Write(channel, inScript: false, output);
        output.Write("\",\"seq\":0,\"content\":\""u8);
        JsonText.Write(Address(owner, request), inScript: false, output);
        output.Write("\"}"u8);
        framing.End(output, piece);
        exchange.End(CloseCode.GoingAway, "another node has this channel"u8);
    }

    // The same target there; without the host where it came with one.
    private static byte[] Address(NodeEntry owner, in HttpRequest request)
    {
        var target = request.Target;
        var scheme = target.IndexOf("://"u8);
        if (target[0] != (byte)'/' && scheme >= 0)
        {
            var path = target[(scheme + 3)..].IndexOf((byte)'/');
            target = path < 0 ? "/"u8 : target[(scheme + 3 + path)..];
        }

        return [.. Encoding.UTF8.GetBytes(owner.Front), .. target];
    }
}
