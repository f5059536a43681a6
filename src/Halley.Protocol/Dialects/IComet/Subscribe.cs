using Halley.Access;
using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.Positions;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.IComet;

/// <summary><c>/sub /poll /stream /sse /iframe /ws</c>: a subscriber arrives.</summary>
internal sealed class Subscribe(ICometOptions options, Hub hub, TokenAuthority tokens)
{
    private readonly ChannelName _name = new(options);
    private readonly TimeSpan _pollingTimeout = options.PollingTimeout;
    private readonly bool _requireToken = options.RequireToken;

    public void Handle(in HttpRequest request, IExchange exchange, Transport transport)
    {
        if (request.Method != RequestMethod.Get)
        {
            exchange.Reply(Heads.SubscribeMethod, default);
            return;
        }

        if (transport.IsWebSocket && new Handshake(request).Check() is var fault and not HandshakeFault.None)
        {
            HandshakeRefusals.Reply(fault, exchange);
            return;
        }

        var parameters = new Parameters(request);
        if (PositionRequest.TryRead(request, parameters, out var place))
        {
            transport = transport.ForPositions!;
        }
        else
        {
            place = new StreamPosition(0, parameters.Number("seq"u8));
        }

        if (transport.Format.EndsWithMessage)
        {
            if (!Callback.TryRead(parameters, exchange, out var callback))
            {
                return;
            }

            if (!callback.Name.IsEmpty)
            {
                var pieces = ObjectPieces.Jsonp(callback.Name);
                ObjectFormat format = transport.Format is PositionFormat
                    ? new PositionFormat(pieces, _pollingTimeout)
                    : new ICometFormat(pieces, _pollingTimeout);
                transport = transport.ForScripts! with { Format = format };
            }
        }

        if (!_name.TryRead(parameters, exchange, out var name))
        {
            return;
        }

        var options = new AttachOptions
        {
            Replay = transport.Format is PositionFormat ? Replay.Resume(place) : Replay.From(place.Offset),
            OnlyToWait = transport.Format.EndsWithMessage,
            MayCreate = !_requireToken,
            Creator = hub.CountsCreators ? exchange.ShareOf(request.Head) : default,
            Tokens = _requireToken ? tokens : null,
            Token = _requireToken ? parameters.Text("token"u8) : default,
        };
        var result = hub.Attach(name, exchange.Subscription, options, exchange);
        switch (result.Status)
        {
            case AttachStatus.Pending:
                break;
            case AttachStatus.Forbidden or AttachStatus.NoSuchChannel:
                Refuse(request, exchange, transport, name, "401"u8, "Token error"u8);
                break;
            case AttachStatus.TooManyChannels:
                Refuse(request, exchange, transport, name, "429"u8, "Too many channels"u8);
                break;
            case AttachStatus.TooManySubscribers:
                Refuse(request, exchange, transport, name, "429"u8, "Too many subscribers"u8);
                break;
            default:
                Welcome(request, exchange, transport, place, result, (int)parameters.Number("noop"u8));
                break;
        }
    }

    private static void Welcome(
        in HttpRequest request,
        IExchange exchange,
        Transport transport,
        StreamPosition place,
        in AttachResult result,
        int noop)
    {
        var channel = result.Channel!;
        var output = Start(request, exchange, transport, transport.Head, out var framing);
        if (transport.Format is PositionFormat format)
        {
            PositionTransports.Welcome(format, place, result, waits: true, noop, framing, output, exchange);
            return;
        }

        var icomet = (ICometFormat)transport.Format;
        if (place.Offset == 0 || place.Offset > result.Position.Offset)
        {
            icomet.WriteNotice("next_seq"u8, channel.Name, result.Position.Offset, default, framing, output);
        }
        else if (result.Missed.Count > 0)
        {
            icomet.WriteMissed(channel.Identity, result.Missed, framing, output);
        }

        if (result.Status == AttachStatus.Attached)
        {
            exchange.Hold(transport.Format, noop);
        }
        else
        {
            exchange.End();
        }
    }

    // With status 200: the clients look at the message's type alone.
    private static void Refuse(
        in HttpRequest request,
        IExchange exchange,
        Transport transport,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> type,
        ReadOnlySpan<byte> text)
    {
        var output = Start(request, exchange, transport, transport.RefusalHead, out var framing);
        transport.Format.WriteNotice(type, name, 0, text, framing, output);
        exchange.End(CloseCode.PolicyViolation, text);
    }

    private static ByteBuffer Start(
        in HttpRequest request, IExchange exchange, Transport transport, ResponseHead head, out Framing framing)
    {
        if (transport.IsWebSocket)
        {
            var handshake = new Handshake(request);
            return exchange.Upgrade(
                head, handshake with { Protocol = handshake.ChooseOf(transport.Subprotocols) }, out framing);
        }

        var output = exchange.Start(head, out framing);
        if (!transport.Opening.IsEmpty)
        {
            var piece = framing.Begin(output);
            output.Write(transport.Opening.Span);
            framing.End(output, piece);
        }

        return output;
    }
}
