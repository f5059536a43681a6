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
        : base(options, location, channels, new HeadMaker(OriginOf(options, location), options.Kind == EndpointKind.AdminPublisher ? AdminAllow : Allow))
    {
        _isAdmin = options.Kind == EndpointKind.AdminPublisher;
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

        if (method is not (RequestMethod.Get or RequestMethod.Post or RequestMethod.Put) && !(_isAdmin && method == RequestMethod.Delete))
        {
            Heads.Refuse(Refusal.Method(_isAdmin ? AdminAllow : Allow), origin, exchange);
            return;
        }

        if (!Heads.Admits(request, exchange))
        {
            Heads.Refuse(Refusal.Origin, origin, exchange);
            return;
        }

        if (method != RequestMethod.Get && !ContentCoding.IsIdentity(request.Request))
        {
            Heads.Refuse(Refusal.Packed, origin, exchange);
            return;
        }

        var choices = ChoicesFor(request);
        var refusal = ReadChannels(request, choices, out var named) ?? Check(named, method);
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
                Publish(named, choices.StoreMessages, request, origin, exchange);
                break;
        }
    }

    // Channels are created here, one after the other: what follows may still refuse the request.
    private Refusal? Check(ChannelPath named, RequestMethod method)
    {
        foreach (var channel in named)
        {
            if (Channels.Check(channel) is { } refusal)
            {
                return refusal;
            }

            if (method is RequestMethod.Post or RequestMethod.Put && Channels.FindOrCreate(channel.Id) is null)
            {
                return Refusal.TooManyChannels;
            }

            if (method != RequestMethod.Get && Channels.IsEvents(channel.Id))
            {
                return Refusal.EventsAreOurs;
            }
        }

        return named.Count == 0 ? Refusal.NoChannel : null;
    }

    private void Publish(ChannelPath named, bool isStored, in RoutedRequest request, string[] origin, IExchange exchange)
    {
        var body = request.Request.Body;
        if (body.IsEmpty)
        {
            Heads.Refuse(Refusal.EmptyPost, origin, exchange);
            return;
        }

        var payload = body.ToArray();
        var labels = LabelsOf(request.Request);
        foreach (var channel in named)
        {
            switch (Channels.Publish(channel.Id, payload, labels, isStored))
            {
                case PublishStatus.OutOfMemory:
                    Heads.Refuse(Refusal.OutOfMemory, origin, exchange);
                    return;
                case PublishStatus.TooManyChannels:
                    Heads.Refuse(Refusal.TooManyChannels, origin, exchange);
                    return;
                default:
                    break;
            }
        }

        if (_tellsInfo)
        {
            ReplyInfo(named, request, origin, exchange);
        }
        else
        {
            exchange.Reply(Heads.Get("200 OK", null, origin), default);
        }
    }

    private void ReplyInfo(ChannelPath named, in RoutedRequest request, string[] origin, IExchange exchange)
    {
        var known = new List<ChannelInfo>(named.Count);
        foreach (var channel in named)
        {
            if (Channels.Find(channel.Id) is { } found)
            {
                known.Add(ChannelDirectory.InfoOf(found));
            }
        }

        if (known.Count == 0)
        {
            Heads.Refuse(Refusal.Unknown, origin, exchange);
            return;
        }

        var format = InfoFormat.For(request.Request.Field("Accept"u8));
        var body = new ByteBuffer(256);
        if (known.Count == 1)
        {
            format.WriteChannel(known[0], body);
        }
        else
        {
            format.WriteGroup(Channels.ServerInfo(), known, body);
        }

        exchange.Reply(Heads.Get("200 OK", format.ContentType, origin), body.Written);
    }

    private void Delete(ChannelPath named, in RoutedRequest request, string[] origin, IExchange exchange)
    {
        var wasAny = false;
        foreach (var channel in named)
        {
            wasAny |= Channels.Delete(channel.Id, request.Request.Body);
        }

        if (wasAny)
        {
            exchange.Reply(Heads.Get("200 OK", null, origin, "X-Nginx-PushStream-Explain: Channel deleted."), default);
        }
        else
        {
            Heads.Refuse(Refusal.Unknown, origin, exchange);
        }
    }

    private static MessageLabels? LabelsOf(in HttpRequest request)
    {
        var hasId = request.TryField("Event-Id"u8, out var id);
        var hasType = request.TryField("Event-Type"u8, out var type);
        return hasId || hasType ? new MessageLabels(hasId ? id.ToArray() : null, hasType ? type.ToArray() : null, null) : null;
    }
}
