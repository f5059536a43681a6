using System.Text;
using Halley.Channels;
using Halley.Protocol.Clients;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// POST and PUT publish; GET and HEAD tell of the channel; DELETE ends it. With several channels in one request, one
/// after the other is published to, and the first that refuses ends that.
/// </summary>
internal sealed class PublisherEndpoint : IEndpoint
{
    public const string Methods = "GET, HEAD, POST, PUT, DELETE";

    private readonly NchanOptions _options;
    private readonly NchanChannels _channels;
    private readonly Origins _origins;
    private readonly ChannelIds _ids;
    private readonly Hooks _hooks;
    private readonly GroupLimits _usual;
    private readonly Retention _retention;
    private readonly byte[]? _event;

    public PublisherEndpoint(
        NchanOptions options, Location location, NchanChannels channels, Origins origins, Hooks hooks)
    {
        _options = options;
        _channels = channels;
        _origins = origins;
        _hooks = hooks;
        _ids = ChannelIds.ForPublisher(options, location);
        _usual = GroupLimits.Usual(options);
        _retention = RetentionOf(options);
        _event = EventOf(options);
    }

    /// <summary>Makes the retention of what is published at a location.</summary>
    public static Retention RetentionOf(NchanOptions options) => new(
        options.StoreMessages ? options.MessageBufferLength : 0,
        options.MessageTimeout > TimeSpan.Zero ? options.MessageTimeout : null);

    /// <summary>The event that everything published at a location is; null where its publisher says.</summary>
    public static byte[]? EventOf(NchanOptions options) =>
        options.EventsourceEvent.Length == 0 ? null : Encoding.UTF8.GetBytes(options.EventsourceEvent);

    /// <inheritdoc/>
    public int MaxBodyBytes => _options.MaxBodyBytes;

    /// <inheritdoc/>
    public void Handle(in RoutedRequest request, IExchange exchange)
    {
        var method = request.Request.Method;
        if (!_origins.Admits(request.Request, exchange, out var origin))
        {
            Heads.Refuse(Refusals.Origin, origin, exchange);
        }
        else if (method == RequestMethod.Options)
        {
            exchange.Reply(Heads.Preflight(Methods, isForSubscribers: false, origin), default);
        }
        else if (method is not (
            RequestMethod.Get or RequestMethod.Head or RequestMethod.Post or RequestMethod.Put or RequestMethod.Delete))
        {
            Heads.Refuse(Refusals.Method(Methods), origin, exchange);
        }
        else if (method is RequestMethod.Post or RequestMethod.Put && !ContentCoding.IsIdentity(request.Request))
        {
            Heads.Refuse(Refusals.Packed, origin, exchange);
        }
        else if (_ids.Read(request, out var names) is { } refusal)
        {
            Heads.Refuse(refusal, origin, exchange);
        }
        else if (!_options.Admission.TryAdmit(
            request,
            exchange,
            ClientAction.Publish,
            names,
            origin,
            out var notAdmitted,
            isRead: method is not (RequestMethod.Post or RequestMethod.Put)))
        {
            if (notAdmitted is not null)
            {
                Heads.Refuse(notAdmitted, origin, exchange);
            }
        }
        else if (_hooks.TryAuthorize(request, exchange, origin, names, ("X-Publisher-Type", "http")))
        {
            Serve(request, names, origin, exchange);
        }
    }

    private void Serve(in RoutedRequest request, List<byte[]> names, string[] origin, IResponder responder)
    {
        switch (request.Request.Method)
        {
            case RequestMethod.Delete:
                Delete(request, names, origin, responder);
                break;
            case RequestMethod.Post or RequestMethod.Put:
                if (_hooks.TrySendUpstream(request, responder, origin, names, out var payload, out var type))
                {
                    Publish(request, names, payload, type, origin, responder);
                }

                break;
            default:
                Tell(request, names, origin, responder);
                break;
        }
    }

    private void Publish(
        in RoutedRequest request,
        List<byte[]> names,
        byte[] payload,
        string? type,
        string[] origin,
        IResponder responder)
    {
        if (!IdempotencyKey.TryRead(request.Request, out var key))
        {
            Heads.Refuse(Refusals.BadKey, origin, responder);
            return;
        }

        var publication = new Publication(payload)
        {
            Labels = TraceFields.LabelsWith(LabelsOf(request.Request, type), request.Request.Head),
            Retention = _retention,
            IdempotencyKey = key,
        };
        if (!responder.TryRecall("publish"u8, out Publishing published)
            && !responder.TryAwait("publish"u8, _channels.Publish(names, publication, _usual), out published))
        {
            return;
        }

        if (published.Refusal is { } refusal)
        {
            Heads.Refuse(refusal, origin, responder);
        }
        else
        {
            Reply(
                published.Info.Subscribers > 0 ? "201 Created" : "202 Accepted",
                published.Info,
                request,
                origin,
                responder);
        }
    }

    private void Tell(in RoutedRequest request, List<byte[]> names, string[] origin, IResponder responder)
    {
        if (responder.TryRecall<IReadOnlyList<ChannelState>>("info"u8, out var known)
            || responder.TryAwait("info"u8, _channels.Info(names), out known))
        {
            ReplyAbout(known, request, origin, responder);
        }
    }

    private void Delete(in RoutedRequest request, List<byte[]> names, string[] origin, IResponder responder)
    {
        if (responder.TryRecall<IReadOnlyList<ChannelState>>("delete"u8, out var deleted)
            || responder.TryAwait("delete"u8, _channels.Delete(names), out deleted))
        {
            ReplyAbout(deleted, request, origin, responder);
        }
    }

    private static void ReplyAbout(
        IReadOnlyList<ChannelState> channels, in RoutedRequest request, string[] origin, IResponder responder)
    {
        if (channels.Count == 0)
        {
            Heads.Refuse(Refusals.Unknown, origin, responder);
        }
        else
        {
            Reply("200 OK", ChannelInfo.Of(channels), request, origin, responder);
        }
    }

    private static void Reply(
        string status, ChannelInfo info, in RoutedRequest request, string[] origin, IResponder responder)
    {
        var language = Info.LanguageOf(request.Request.Field("Accept"u8));
        var body = new ByteBuffer(128);
        info.Write(language, body);
        responder.Reply(Heads.Get(status, Info.TypeOf(language), origin), body.Written);
    }

    private MessageLabels? LabelsOf(in HttpRequest request, string? type)
    {
        var contentType = type is null ? request.Field("Content-Type"u8).ToArray() : Encoding.Latin1.GetBytes(type);
        var name = _event ?? request.Field("X-EventSource-Event"u8);
        return contentType.Length == 0 && name.IsEmpty
            ? null
            : new MessageLabels(
                null, name.IsEmpty ? null : name.ToArray(), contentType.Length == 0 ? null : contentType);
    }
}
