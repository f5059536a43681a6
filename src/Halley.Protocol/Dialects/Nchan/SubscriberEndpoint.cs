using System.Globalization;
using Halley.Channels;
using Halley.Protocol.Clients;
using Halley.Protocol.Http;
using Halley.Protocol.Positions;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// GET subscribes, by the transport that the request asks for. HEAD is told how a GET would be answered, at once.
/// </summary>
internal sealed class SubscriberEndpoint : IEndpoint
{
    public const string Methods = "GET, HEAD";

    private readonly NchanOptions _options;
    private readonly Origins _origins;
    private readonly ChannelIds _ids;
    private readonly Hooks _hooks;
    private readonly NchanChannels _channels;
    private readonly Subscribing _subscribing;
    private readonly Replay _first;

    public SubscriberEndpoint(
        NchanOptions options, Location location, NchanChannels channels, Origins origins, Hooks hooks)
    {
        _options = options;
        _origins = origins;
        _hooks = hooks;
        _ids = ChannelIds.ForSubscriber(options, location);
        _channels = channels;
        _subscribing = new Subscribing(options, channels);
        _first = FirstOf(options.SubscriberFirstMessage) ?? Replay.ButOldest(0);
    }

    /// <inheritdoc/>
    public int MaxBodyBytes => _options.MaxBodyBytes;

    /// <summary>Finds the first message of a subscriber without an id; null where the option means nothing.</summary>
    public static Replay? FirstOf(string option) => option switch
    {
        "oldest" => Replay.ButOldest(0),
        "newest" => Replay.Nothing,
        _ when int.TryParse(option, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number is not (0 or int.MinValue) =>
            number > 0 ? Replay.ButOldest(number - 1) : Replay.Newest(-number),
        _ => null,
    };

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
            exchange.Reply(Heads.Preflight(Methods, isForSubscribers: true, origin), default);
        }
        else if (method is not (RequestMethod.Get or RequestMethod.Head))
        {
            Heads.Refuse(Refusals.SubscribeOnly, origin, exchange);
        }
        else
        {
            Subscribe(request, origin, exchange);
        }
    }

    /// <summary>Answers a GET or a HEAD, once its origin is known to be admitted.</summary>
    public void Subscribe(in RoutedRequest request, string[] origin, IExchange exchange)
    {
        var transport = NchanTransports.Choose(request.Request, _options.Transports);
        if (transport == NchanTransport.None)
        {
            Heads.Refuse(Refusals.NoSuchTransport, origin, exchange);
        }
        else if (_ids.Read(request, out var names) is { } refusal)
        {
            Heads.Refuse(refusal, origin, exchange);
        }
        else
        {
            var role = (Hooks.SubscriberRole, NchanTransports.NameOf(transport));
            if (!_options.Admission.TryAdmit(
                request, exchange, ClientAction.Subscribe, names, origin, out var notAdmitted))
            {
                if (notAdmitted is not null)
                {
                    Heads.Refuse(notAdmitted, origin, exchange);
                }
            }
            else if (_hooks.TryAuthorize(request, exchange, origin, names, role)
                && (transport != NchanTransport.WebSocket
                    || _options.Kind != NchanKind.Pubsub
                    || _options.Admission.TryAskToPublish(request, exchange, names)))
            {
                Serve(request, transport, names, origin, exchange);
            }
        }
    }

    private void Serve(
        in RoutedRequest request, NchanTransport transport, List<byte[]> names, string[] origin, IExchange exchange)
    {
        var isHead = request.Request.Method == RequestMethod.Head;
        var parameters = new Parameters(request.Request);
        var tellsPositions = PositionRequest.TryRead(request.Request, parameters, out var place) && !isHead;
        var replay = tellsPositions ? Replay.Resume(place) : MessageId.ReplayFor(request, _first);
        var maxSubscribers = _options.MaxChannelSubscribers == 0 ? int.MaxValue : _options.MaxChannelSubscribers;
        var wish = new AttachOptions
        {
            Replay = replay,
            OnlyToWait = transport == NchanTransport.LongPoll,
            MayCreate = !_options.SubscribeExistingChannelsOnly,
            MaxSubscribers = maxSubscribers,
            Creator = _channels.CountsCreators ? exchange.ShareOf(request.Request.Head) : default,
        };
        var refusal = transport switch
        {
            _ when tellsPositions && !PositionRequest.HasRightSeq(parameters) => Refusals.WrongSeq,
            _ when tellsPositions =>
                _subscribing.TellPositions(request.Request, transport, names, wish, place, origin, exchange),
            NchanTransport.LongPoll when !isHead => _subscribing.Poll(names, wish, origin, exchange),
            NchanTransport.LongPoll or NchanTransport.IntervalPoll =>
                _subscribing.AnswerAtOnce(names, wish, origin, exchange),
            NchanTransport.WebSocket => _subscribing.Upgrade(request.Request, names, wish, origin, exchange),
            _ when isHead => _subscribing.TellOf(transport, origin, exchange),
            _ => _subscribing.Stream(transport, names, wish, origin, exchange),
        };
        if (refusal is not null)
        {
            Heads.Refuse(refusal, origin, exchange);
        }
    }
}
