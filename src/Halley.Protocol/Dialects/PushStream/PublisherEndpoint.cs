using Halley.Protocol.Clients;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>Publishes, tells of channels, and where it is an administrator's, deletes them.</summary>
internal sealed class PublisherEndpoint : EndpointBase
{
    private static readonly string Allow = HeadMaker.PublisherMethods;
    private static readonly string AdminAllow = HeadMaker.AdminMethods;

    private readonly bool _isAdmin;
    private readonly bool _tellsInfo;

    public PublisherEndpoint(EndpointOptions options, Location location, ChannelDirectory channels)
        : base(
            options,
            location,
            channels,
            new HeadMaker(
                OriginOf(options, location), options.Kind == PushStreamKind.AdminPublisher ? AdminAllow : Allow))
    {
        _isAdmin = options.Kind == PushStreamKind.AdminPublisher;
        _tellsInfo = options.ChannelInfoOnPublish;
    }

    /// <inheritdoc/>
    public override void Handle(in RoutedRequest request, IExchange exchange)
    {
        var origin = Heads.OriginFields(request);
        var method = request.Request.Method;
        if (method == RequestMethod.Options)
        {
            exchange.Reply(Heads.Get("200 OK", null, Heads.OptionsFields(request)), default);
            return;
        }

        if (method is not (RequestMethod.Get or RequestMethod.Post or RequestMethod.Put)
            && !(_isAdmin && method == RequestMethod.Delete))
        {
            Heads.Refuse(Refusals.Method(_isAdmin ? AdminAllow : Allow), origin, exchange);
            return;
        }

        if (!Heads.Admits(request, exchange))
        {
            Heads.Refuse(Refusals.Origin, origin, exchange);
            return;
        }

        if (method != RequestMethod.Get && !ContentCoding.IsIdentity(request.Request))
        {
            Heads.Refuse(Refusals.Packed, origin, exchange);
            return;
        }

        var choices = ChoicesFor(request);
        var refusal = ReadChannels(request, choices, out var named);
        if (refusal is null
            && !TryAdmit(
                request,
                exchange,
                ClientAction.Publish,
                named,
                origin,
                out refusal,
                isRead: method is RequestMethod.Get or RequestMethod.Delete)
            && refusal is null)
        {
            // Postponed, or answered.
            return;
        }

        if (refusal is null && !TryCreate(named, method, exchange, out refusal) && refusal is null)
        {
            // Postponed.
            return;
        }

        if (refusal is not null)
        {
            Heads.Refuse(refusal, origin, exchange);
            return;
        }

        switch (method)
        {
            case RequestMethod.Get:
                ReplyInfo(named, request, origin, exchange);
                break;
            case RequestMethod.Delete:
                Delete(named, request, origin, exchange);
                break;
            default:
                Publish(named, choices.StoreMessages == true, request, origin, exchange);
                break;
        }
    }

    // Channels are created here, one after the other: what follows may still refuse the request. False without a
    // refusal: the request is postponed.
    private bool TryCreate(ChannelPath named, RequestMethod method, IResponder responder, out Refusal? refusal)
    {
        refusal = named.Count == 0 ? Refusals.NoChannel : null;
        foreach (var channel in named)
        {
            var isThere = true;
            refusal = Channels.Check(channel);
            if (refusal is null && method is RequestMethod.Post or RequestMethod.Put
                && !responder.TryRecall(channel.Id, out isThere)
                && !responder.TryAwait(channel.Id, Channels.Create(channel.Id), out isThere))
            {
                return false;
            }

            refusal ??= !isThere ? Refusals.TooManyChannels
                : method != RequestMethod.Get && Channels.IsEvents(channel.Id) ? Refusals.EventsAreOurs
                : null;
            if (refusal is not null)
            {
                return false;
            }
        }

        return refusal is null;
    }

    private void Publish(
        ChannelPath named, bool isStored, in RoutedRequest request, string[] origin, IResponder responder)
    {
        var body = request.Request.Body;
        if (body.IsEmpty)
        {
            Heads.Refuse(Refusals.EmptyPost, origin, responder);
            return;
        }

        if (!IdempotencyKey.TryRead(request.Request, out var key))
        {
            Heads.Refuse(Refusals.BadKey, origin, responder);
            return;
        }

        if (!responder.TryRecall("publish"u8, out PublishStatus status) && !responder.TryAwait(
            "publish"u8,
            Channels.Publish(
                named.ToIds(),
                body.ToArray(),
                TraceFields.LabelsWith(LabelsOf(request.Request), request.Request.Head),
                isStored,
                key),
            out status))
        {
            return;
        }

        switch (status)
        {
            case PublishStatus.Published when _tellsInfo:
                ReplyInfo(named, request, origin, responder);
                break;
            case PublishStatus.Published:
                responder.Reply(Heads.Get("200 OK", null, origin), default);
                break;
            case PublishStatus.OutOfMemory:
                Heads.Refuse(Refusals.OutOfMemory, origin, responder);
                break;
            case PublishStatus.TooManyChannels:
                Heads.Refuse(Refusals.TooManyChannels, origin, responder);
                break;
            case PublishStatus.KeyReused:
                Heads.Refuse(Refusals.KeyReused, origin, responder);
                break;
            case PublishStatus.TooManyKeys:
                Heads.Refuse(Refusals.TooManyKeys, origin, responder);
                break;
            default:
                Heads.Refuse(Refusals.ClosedMeanwhile, origin, responder);
                break;
        }
    }

    private void ReplyInfo(ChannelPath named, in RoutedRequest request, string[] origin, IResponder responder)
    {
        if (!responder.TryRecall<IReadOnlyList<ChannelInfo>>("infos"u8, out var known)
            && !responder.TryAwait("infos"u8, Channels.Infos(named.ToIds()), out known))
        {
            return;
        }

        if (known.Count == 0)
        {
            Heads.Refuse(Refusals.Unknown, origin, responder);
            return;
        }

        var format = InfoFormat.For(request.Request.Field("Accept"u8));
        var body = new ByteBuffer(256);
        if (known.Count == 1)
        {
            format.WriteChannel(known[0], body);
        }
        else if (responder.TryRecall<ServerInfo>("server"u8, out var server)
            || responder.TryAwait("server"u8, Channels.ServerInfo(), out server))
        {
            format.WriteGroup(server, known, body);
        }
        else
        {
            return;
        }

        responder.Reply(Heads.Get("200 OK", format.ContentType, origin), body.Written);
    }

    private void Delete(ChannelPath named, in RoutedRequest request, string[] origin, IResponder responder)
    {
        if (!responder.TryRecall("delete"u8, out bool wasAny)
            && !responder.TryAwait(
            "delete"u8, Channels.Delete(named.ToIds(), request.Request.Body.ToArray()), out wasAny))
        {
            return;
        }

        if (wasAny)
        {
            responder.Reply(Heads.Get("200 OK", null, origin, "X-Nginx-PushStream-Explain: Channel deleted."), default);
        }
        else
        {
            Heads.Refuse(Refusals.Unknown, origin, responder);
        }
    }

    private static MessageLabels? LabelsOf(in HttpRequest request)
    {
        var hasId = request.TryField("Event-Id"u8, out var id);
        var hasType = request.TryField("Event-Type"u8, out var type);
        return hasId || hasType
            ? new MessageLabels(hasId ? id.ToArray() : null, hasType ? type.ToArray() : null, null)
            : null;
    }
}
