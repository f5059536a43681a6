using System.Text;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// POST and PUT publish; GET and HEAD tell of the channel; DELETE ends it. With several channels in one request, one after the other is published to, and the
/// first that refuses ends that.
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

    public PublisherEndpoint(NchanOptions options, Location location, NchanChannels channels, Origins origins, Hooks hooks)
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

    /// <summary>How long what is published at a location is kept.</summary>
    public static Retention RetentionOf(NchanOptions options) => new(
        options.StoreMessages ? options.MessageBufferLength : 0, options.MessageTimeout > TimeSpan.Zero ? options.MessageTimeout : null);

    /// <summary>The event that everything published at a location is; null where its publisher says.</summary>
    public static byte[]? EventOf(NchanOptions options) => options.EventsourceEvent.Length == 0 ? null : Encoding.UTF8.GetBytes(options.EventsourceEvent);

    /// <inheritdoc/>
    public int MaxBodyBytes => _options.MaxBodyBytes;

    /// <inheritdoc/>
    public void Handle(in RoutedRequest request, IExchange exchange)
    {
        var method = request.Request.Method;
        if (!_origins.Admits(request.Request, exchange, out var origin))
        {
            Heads.Refuse(Refusal.Origin, origin, exchange);
        }
        else if (method == RequestMethod.Options)
        {
            exchange.Reply(Heads.Preflight(Methods, isForSubscribers: false, origin), default);
        }
        else if (method is not (RequestMethod.Get or RequestMethod.Head or RequestMethod.Post or RequestMethod.Put or RequestMethod.Delete))
        {
            Heads.Refuse(Refusal.Method(Methods), origin, exchange);
        }
        else if (method is RequestMethod.Post or RequestMethod.Put && !ContentCoding.IsIdentity(request.Request))
        {
            Heads.Refuse(Refusal.Packed, origin, exchange);
        }
        else if (_ids.Read(request, out var names) is { } refusal)
        {
            Heads.Refuse(refusal, origin, exchange);
        }
        else
        {
            _hooks.Authorize(request, exchange, origin, names, ("X-Publisher-Type", "http"), (in request) => Serve(request, names, origin, exchange));
        }
    }

    private void Serve(in RoutedRequest request, List<byte[]> names, string[] origin, IExchange exchange)
    {
        switch (request.Request.Method)
        {
            case RequestMethod.Delete:
                Delete(request, names, origin, exchange);
                break;
            case RequestMethod.Post or RequestMethod.Put:
                _hooks.SendUpstream(
                    request, exchange, origin, names, (in request, payload, type) => Publish(request, names, payload, type, origin, exchange));
                break;
            default:
                Tell(request, names, origin, exchange);
                break;
        }
    }

    private void Publish(in RoutedRequest request, List<byte[]> names, byte[] payload, string? type, string[] origin, IExchange exchange)
    {
        var publication = new Publication(payload) { Labels = LabelsOf(request.Request, type), Retention = _retention };
        var (messages, subscribers, requested) = (0L, 0L, -1L);
        var last = default(MessageStamp);
        foreach (var name in names)
        {
            // Counted before: a poll is answered, and gone, as soon as there is a message.
            subscribers += _channels.Find(name)?.SubscriberCount ?? 0;
            if (_channels.TryPublish(name, publication, _usual, out last) is { } refusal)
            {
                Heads.Refuse(refusal, origin, exchange);
                return;
            }

            if (_channels.Find(name) is { } channel)
            {
                messages += channel.StoredCount;
                requested = Latest(requested, channel.SecondsSinceRequest ?? -1);
            }
        }

        Reply(
            subscribers > 0 ? "201 Created" : "202 Accepted",
            new ChannelInfo(messages, requested, subscribers, MessageId.ToText(last)),
            request,
            origin,
            exchange);
    }

    private void Tell(in RoutedRequest request, List<byte[]> names, string[] origin, IExchange exchange)
    {
        var found = new List<ChannelInfo>(names.Count);
        var newest = default(MessageStamp);
        foreach (var name in names)
        {
            if (_channels.Find(name) is { } channel)
            {
                found.Add(NchanChannels.InfoOf(channel));
                newest = channel.NewestKept?.Stamp is { } stamp && stamp > newest ? stamp : newest;
            }
        }

        ReplyAbout(found, newest, request, origin, exchange);
    }

    private void Delete(in RoutedRequest request, List<byte[]> names, string[] origin, IExchange exchange)
    {
        var deleted = new List<ChannelInfo>(names.Count);
        var newest = default(MessageStamp);
        foreach (var name in names)
        {
            var stamp = _channels.Find(name)?.NewestKept?.Stamp ?? default;
            if (_channels.TryDelete(name, out var info))
            {
                deleted.Add(info);
                newest = stamp > newest ? stamp : newest;
            }
        }

        ReplyAbout(deleted, newest, request, origin, exchange);
    }

    private static void ReplyAbout(List<ChannelInfo> channels, MessageStamp newest, in RoutedRequest request, string[] origin, IExchange exchange)
    {
        if (channels.Count == 0)
        {
            Heads.Refuse(Refusal.Unknown, origin, exchange);
            return;
        }

        var info = new ChannelInfo(
            channels.Sum(channel => channel.Messages),
            channels.Aggregate(-1L, (latest, channel) => Latest(latest, channel.Requested)),
            channels.Sum(channel => channel.Subscribers),
            MessageId.ToText(newest));
        Reply("200 OK", info, request, origin, exchange);
    }

    private static void Reply(string status, ChannelInfo info, in RoutedRequest request, string[] origin, IExchange exchange)
    {
        var language = Info.LanguageOf(request.Request.Field("Accept"u8));
        var body = new ByteBuffer(128);
        info.Write(language, body);
        exchange.Reply(Heads.Get(status, Info.TypeOf(language), origin), body.Written);
    }

    private MessageLabels? LabelsOf(in HttpRequest request, string? type)
    {
        var contentType = type is null ? request.Field("Content-Type"u8).ToArray() : Encoding.Latin1.GetBytes(type);
        var name = _event ?? request.Field("X-EventSource-Event"u8);
        return contentType.Length == 0 && name.IsEmpty
            ? null
            : new MessageLabels(null, name.IsEmpty ? null : name.ToArray(), contentType.Length == 0 ? null : contentType);
    }

    // Of two numbers of seconds ago, the smaller; -1 is never.
    private static long Latest(long one, long other) => one < 0 ? other : other < 0 ? one : Math.Min(one, other);
}
