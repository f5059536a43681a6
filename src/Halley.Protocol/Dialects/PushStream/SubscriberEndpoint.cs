using System.Text;
using Halley.Channels;
using Halley.Protocol.Answers;
using Halley.Protocol.Clients;
using Halley.Protocol.Http;
using Halley.Protocol.Positions;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// Lets subscribers in: streaming, event source, polling and long polling, the kind that the endpoint has or the
/// request asks for.
/// </summary>
internal sealed class SubscriberEndpoint : EndpointBase
{
    private const string EventStreamType = "text/event-stream; charset=utf-8";

    private readonly EndpointOptions _options;
    private readonly StreamFormat _stream;
    private readonly StreamFormat[] _padded;
    private readonly PaddingRules _padding;
    private readonly Expression _userAgent;
    private readonly string _streamType;
    private readonly PollPlace _pollPlace;
    private readonly PollFormat _poll;
    private readonly PositionTransports _positions;

    /// <param name="largestPadding">The largest number in any endpoint's padding.</param>
    public SubscriberEndpoint(
        EndpointOptions options, Location location, ChannelDirectory channels, int largestPadding, TimeProvider time)
        : base(options, location, channels, new HeadMaker(OriginOf(options, location), HeadMaker.SubscriberMethods))
    {
        _options = options;
        _padding = PaddingRules.TryParse(options.PaddingByUserAgent, out var rules, out _) ? rules : PaddingRules.None;
        _userAgent = Expression.TryParse(options.UserAgent, location, out var agent, out _)
            ? agent
            : Expression.Constant("");
        var deleted = Encoding.UTF8.GetBytes(channels.Options.ChannelDeletedMessageText);
        var writer = WriterOf(options, channels.Options, IsUtf8(options.DefaultType));
        _stream = new StreamFormat(writer, Padding.None, options, deleted);
        _padded =
        [
            .. _padding.Paddings(largestPadding).Select(padding => new StreamFormat(writer, padding, options, deleted)),
        ];
        _streamType = options.Kind == PushStreamKind.EventSource ? EventStreamType : options.DefaultType;
        _pollPlace = new PollPlace(
            writer,
            WriterOf(options, channels.Options, isUtf8: true),
            Heads,
            options.DefaultType,
            _streamType,
            options.LongpollingConnectionTtl ?? options.SubscriberConnectionTtl,
            channels.Options.TimeoutWithBody,
            deleted,
            time);
        _poll = new PollFormat(_pollPlace, Heads.ConstantOrigin, [], null, isShared: true);
        _positions = new PositionTransports(
            options.PingMessageInterval, options.SubscriberConnectionTtl, _pollPlace.TimeToLive);
    }

    /// <inheritdoc/>
    public override void Handle(in RoutedRequest request, IExchange exchange)
    {
        var origin = Heads.OriginFields(request);
        if (request.Request.Method == RequestMethod.Options)
        {
            exchange.Reply(Heads.Preflight(request), default);
            return;
        }

        if (request.Request.Method != RequestMethod.Get)
        {
            Heads.Refuse(Refusals.Method(HeadMaker.SubscriberMethods), origin, exchange);
            return;
        }

        var choices = ChoicesFor(request);
        var refusal = ReadChannels(request, choices, exchange, out var named);
        if (refusal is null
            && TryAdmit(request, exchange, ClientAction.Subscribe, named, origin, out refusal)
            && new ChannelChecks(Channels, _options).TryPass(named, choices.AllowEvents == true, exchange, out refusal))
        {
            refusal = PositionRequest.TryRead(request.Request, new Parameters(request.Request), out var place)
                ? TellPositions(request, named, place, origin, exchange)
                : Serve(
                    request,
                    named,
                    ResumePoint.Of(request, choices, isEventSource: _options.Kind == PushStreamKind.EventSource),
                    origin,
                    exchange);
        }

        if (refusal is not null)
        {
            Heads.Refuse(refusal, origin, exchange);
        }
    }

    private Refusal? Serve(
        in RoutedRequest request, ChannelPath named, ResumePoint resume, string[] origin, IExchange exchange) =>
        KindOf(request) switch
        {
            PushStreamKind.Polling => Poll(request, named, resume, waits: false, origin, exchange),
            PushStreamKind.LongPolling => Poll(request, named, resume, waits: true, origin, exchange),
            _ => Stream(request, named, resume, origin, exchange),
        };

    private static MessageWriter WriterOf(EndpointOptions endpoint, PushStreamOptions options, bool isUtf8)
    {
        var (message, footer) = (
            Encoding.UTF8.GetBytes(endpoint.MessageTemplate), Encoding.UTF8.GetBytes(endpoint.FooterTemplate));
        return endpoint.Kind == PushStreamKind.EventSource
            ? new EventWriter(endpoint.HeaderTemplate.Span, message, footer)
            : new TemplateWriter(
                endpoint.HeaderTemplate.ToArray(),
                message,
                footer,
                Encoding.UTF8.GetBytes(options.PingMessageText),
                isUtf8);
    }

    // JSON and scripts; of any other type the client knows what its bytes mean.
    private static bool IsUtf8(string type)
    {
        var name = type.Split(';')[0].TrimEnd();
        return name.EndsWith("json", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("javascript", StringComparison.OrdinalIgnoreCase);
    }

    private PushStreamKind KindOf(in RoutedRequest request)
    {
        var mode = request.Request.Field("X-Nginx-PushStream-Mode"u8);
        return Ascii.EqualsIgnoreCase(mode, "polling"u8) ? PushStreamKind.Polling
            : Ascii.EqualsIgnoreCase(mode, "long-polling"u8) ? PushStreamKind.LongPolling
            : _options.Kind;
    }

    private Refusal? Stream(
        in RoutedRequest request, ChannelPath named, ResumePoint resume, string[] origin, IExchange exchange)
    {
        if (!Attachment.TryAttach(
            named, resume, onlyToWait: false, Channels, exchange, out var attached, out var refusal))
        {
            return refusal;
        }

        // Attached before the head is written: who publishes once the head is seen finds this subscriber there.
        var rule = _padding.Count == 0 ? -1 : _padding.Find(_userAgent.Evaluate(request));
        var format = rule < 0 ? _stream : _padded[rule];
        var output = exchange.Start(Heads.Get("200 OK", _streamType, origin), out var framing);
        format.WriteHeader(framing, output);
        attached.WriteMissed(format, framing, output);
        attached.Clear();
        exchange.Hold(format, heartbeat: 0);
        return null;
    }

    private Refusal? TellPositions(
        in RoutedRequest request, ChannelPath named, StreamPosition place, string[] origin, IExchange exchange)
    {
        if (TryReadCallback(request, out var callback) is { } badCallback)
        {
            return badCallback;
        }

        if (!PositionRequest.HasRightSeq(new Parameters(request.Request)))
        {
            return Refusals.WrongSeq;
        }

        var kind = KindOf(request);
        var (format, type) = kind switch
        {
            PushStreamKind.EventSource => (_positions.Events, PositionTransports.EventsType),
            PushStreamKind.Streaming => (_positions.Stream, PositionTransports.JsonType),
            _ when callback.Length > 0 => (_positions.Jsonp(callback), PositionTransports.ScriptType),
            _ => (_positions.Poll, PositionTransports.JsonType),
        };
        if (Attachment.TryAttachAt(
            place, named, format.EndsWithMessage, Channels, exchange, out var result, out var refusal))
        {
            var output = exchange.Start(Heads.Get("200 OK", type, origin), out var framing);
            PositionTransports.Welcome(
                format, place, result, waits: kind != PushStreamKind.Polling, heartbeat: 0, framing, output, exchange);
        }

        return refusal;
    }

    private Refusal? Poll(
        in RoutedRequest request,
        ChannelPath named,
        ResumePoint resume,
        bool waits,
        string[] origin,
        IExchange exchange)
    {
        return TryReadCallback(request, out var callback) is { } refusal ? refusal
            : waits ? Wait(named, resume, callback, origin, exchange)
            : Answer(named, resume, new PollFormat(_pollPlace, origin, callback, null), exchange);
    }

    private static Refusal? TryReadCallback(in RoutedRequest request, out byte[] callback)
    {
        callback = [];
        if (!request.TryArgument("callback"u8, out var argument))
        {
            return null;
        }

        callback = UrlEncoding.Decode(argument, plusIsSpace: false);
        return FunctionName.IsOne(callback) ? null : Refusals.BadCallback;
    }

    // At once: with what there is, or that there is nothing.
    private Refusal? Answer(ChannelPath named, ResumePoint resume, PollFormat format, IExchange exchange)
    {
        var wishes = new List<(Channel, Replay)>(named.Count);
        foreach (var channel in named)
        {
            var found = Channels.Read(channel.Id, named.Creator, exchange);
            if (found.Channel is null)
            {
                return Attachment.RefusalFor(found.Status);
            }

            wishes.Add((found.Channel, exchange.Allow(resume.ReplayFor(channel), channel.Id)));
        }

        AnswerWith(SeveralChannels.Read(wishes), resume, format, exchange);
        return null;
    }

    private static void AnswerWith(
        List<(Channel Channel, Message Message)> messages, ResumePoint resume, PollFormat format, IExchange exchange)
    {
        if (messages.Count == 0)
        {
            exchange.Reply(format.HeadOfNothing(resume.Time, resume.Tag), default);
            return;
        }

        var newest = messages.Max(pair => pair.Message.Stamp);
        var output = exchange.Start(format.HeadAtOnce(newest), out var framing);
        format.WriteMessages(messages, framing, output);
        exchange.End();
    }

    private Refusal? Wait(ChannelPath named, ResumePoint resume, byte[] callback, string[] origin, IExchange exchange)
    {
        if (!Attachment.TryAttach(
            named, resume, onlyToWait: true, Channels, exchange, out var attached, out var refusal))
        {
            return refusal;
        }

        var several = named.Count > 1 ? new SeveralChannels(attached.Results) : null;
        var isShared = callback.Length == 0 && several is null && origin == Heads.ConstantOrigin;
        var format = isShared ? _poll : new PollFormat(_pollPlace, origin, callback, several);
        if (attached.IsWaiting)
        {
            exchange.Wait(format);
        }
        else
        {
            // Whatever was attached is detached with the answer.
            AnswerWith(
                several is null ? MissedIn(attached.Results[0]) : Read(named, resume, attached, exchange),
                resume,
                format,
                exchange);
        }

        attached.Clear();
        return null;
    }

    private static List<(Channel Channel, Message Message)> MissedIn(AttachResult only) =>
        [.. only.Missed.Select(message => (only.Channel!, message))];

    private static List<(Channel Channel, Message Message)> Read(
        ChannelPath named, ResumePoint resume, Attachments attached, IExchange exchange)
    {
        var wishes = new List<(Channel, Replay)>(named.Count);
        foreach (var channel in named)
        {
            var wish = exchange.Allow(resume.ReplayFor(channel), channel.Id);
            wishes.Add((attached.Results[wishes.Count].Channel!, wish));
        }

        return SeveralChannels.Read(wishes);
    }
}
