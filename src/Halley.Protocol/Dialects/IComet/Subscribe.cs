using System.Text;
using Halley.Access;
using Halley.Channels;
using Halley.Protocol.Answers;
using Halley.Protocol.Clients;
using Halley.Protocol.Http;
using Halley.Protocol.Positions;
using Halley.Protocol.Routing;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.IComet;

/// <summary><c>/sub /poll /stream /sse /iframe /ws</c>: a subscriber arrives.</summary>
internal sealed class Subscribe(ICometOptions options, Hub hub, TokenAuthority tokens)
{
    private static readonly byte[] WrongSeq =
        [.. "{\"type\":\"error\",\"message\":\""u8, .. Encoding.ASCII.GetBytes(PositionRequest.WrongSeq), .. "\"}\n"u8];

    // The original's clients that send none mean the channel with the empty name; who sends epoch is none of them.
    private static ReadOnlySpan<byte> NoName =>
        "{\"type\":\"error\",\"message\":\"cname is missing: the name of a channel, such as cname=news\"}\n"u8;

    private readonly ChannelName _name = new(options);
    private readonly TimeSpan _pollingTimeout = options.PollingTimeout;
    private readonly bool _requireToken = options.RequireToken;
    private readonly Admission _admission = options.Admission;

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
            if (!PositionRequest.HasRightSeq(parameters))
            {
                exchange.Reply(Heads.BadRequest, WrongSeq);
                return;
            }
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

        if (transport.Format is PositionFormat && !parameters.Has("cname"u8))
        {
            exchange.Reply(Heads.BadRequest, NoName);
            return;
        }

        if (!_name.TryRead(parameters, exchange, out var name))
        {
            return;
        }

        if (!_admission.IsOpenTo(exchange)
            && !_admission.TryAdmit(
                new RoutedRequest(request, default),
                exchange,
                ClientAction.Subscribe,
                [name.ToArray()],
                [],
                out var refusal))
        {
            if (refusal is not null)
            {
                RefuseEntry(request, exchange, transport, name, refusal);
            }

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
        else if (icomet.EndsWithMessage && result.Missed.Count > 0)
        {
            icomet.WriteMissed(channel.Identity, result.Missed, framing, output);
        }
        else
        {
            FirstSlice.Write(icomet, result, framing, output, exchange);
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

    // A client that may not come, or not now: 401 has iComet's clients get a new token, 429 has them come again later.
    private static void RefuseEntry(
        in HttpRequest request, IExchange exchange, Transport transport, ReadOnlySpan<byte> name, Refusal refusal)
    {
        var type = refusal.Status[..3] is "401" or "403" ? "401"u8 : "429"u8;
        Refuse(request, exchange, transport, name, type, Encoding.UTF8.GetBytes(refusal.Sentence!));
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
        exchange.NoteRefusal(type, text);
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
