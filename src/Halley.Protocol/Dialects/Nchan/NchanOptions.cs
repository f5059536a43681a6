namespace Halley.Protocol.Dialects.Nchan;

/// <summary>What an nchan location is.</summary>
public enum NchanKind
{
    /// <summary>POST publishes, GET tells of the channel, DELETE deletes it.</summary>
    Publisher,

    /// <summary>GET subscribes, by whichever transport the request asks for.</summary>
    Subscriber,

    /// <summary>GET subscribes and POST publishes.</summary>
    Pubsub,

    /// <summary>Tells of a group of channels, changes its limits, deletes it.</summary>
    Group,
}

/// <summary>The transports of a subscriber; nchan's words for them are in <see cref="NchanTransports"/>.</summary>
[Flags]
public enum NchanTransport
{
    None = 0,
    LongPoll = 1,
    IntervalPoll = 2,
    EventSource = 4,
    Multipart = 8,
    Chunked = 16,
    RawStream = 32,
    WebSocket = 64,
}

/// <summary>
/// One nchan location. Names and defaults are those of nchan's directives, without their <c>nchan_</c>, where nothing else is said; ids and group are
/// written as <see cref="Routing.Expression"/> reads them.
/// </summary>
public sealed class NchanOptions
{
    public NchanKind Kind { get; set; }

    /// <summary>The transports that a subscriber may ask for. Default those of nchan.</summary>
    public NchanTransport Transports { get; set; } =
        NchanTransport.WebSocket | NchanTransport.EventSource | NchanTransport.Multipart | NchanTransport.LongPoll | NchanTransport.Chunked;

    /// <summary>Whether a pubsub location takes POST and PUT; where not, its clients publish over WebSockets alone. Default yes.</summary>
    public bool PublishesByHttp { get; set; } = true;

    /// <summary>Expressions for the channels, one or several.</summary>
    public List<string> ChannelId { get; } = [];

    /// <summary>The same for publishers alone; empty for <see cref="ChannelId"/>.</summary>
    public List<string> PublisherChannelId { get; } = [];

    /// <summary>The same for subscribers alone; empty for <see cref="ChannelId"/>.</summary>
    public List<string> SubscriberChannelId { get; } = [];

    /// <summary>What stands between several channels in one value; empty: a value is one channel.</summary>
    public string ChannelIdSplitDelimiter { get; set; } = "";

    /// <summary>How long a channel's id may be, in bytes, its group included; a longer one gets 403. Default 1,024.</summary>
    public int MaxChannelIdLength { get; set; } = 1024;

    /// <summary>An expression for the group of the channels; empty for none.</summary>
    public string ChannelGroup { get; set; } = "";

    /// <summary>How many messages a channel keeps. Default 10.</summary>
    public int MessageBufferLength { get; set; } = 10;

    /// <summary>How long a message is kept; zero for as long as its channel lives. Default an hour.</summary>
    public TimeSpan MessageTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether messages are kept at all. Default yes.</summary>
    public bool StoreMessages { get; set; } = true;

    /// <summary>The longest body a publisher takes, in bytes; 413 beyond. Default 1 MiB, nginx's.</summary>
    public int MaxBodyBytes { get; set; } = 1 << 20;

    /// <summary>
    /// What a subscriber without a message id has first: <c>oldest</c>, <c>newest</c> (only what is still to come), a number for that message from the
    /// oldest on, a negative one from the newest. Default oldest.
    /// </summary>
    public string SubscriberFirstMessage { get; set; } = "oldest";

    /// <summary>How long a subscriber is held; null for as long as it likes.</summary>
    public TimeSpan? SubscriberTimeout { get; set; }

    /// <summary>Whether subscribers come only to channels that there are. Default no.</summary>
    public bool SubscribeExistingChannelsOnly { get; set; }

    /// <summary>How many subscribers a channel may have for one more to come from here; 403 beyond. 0 for any number.</summary>
    public int MaxChannelSubscribers { get; set; }

    /// <summary>Whether a WebSocket's client is pinged, and how often; null for never.</summary>
    public TimeSpan? WebsocketPingInterval { get; set; }

    /// <summary>The sub-protocols that are agreed to where a WebSocket's client offers them, beside nchan's own. Ours; default none.</summary>
    public List<string> WebsocketSubprotocols { get; } = [];

    /// <summary>How long an event stream is silent before it is pinged; null for ever.</summary>
    public TimeSpan? EventsourcePingInterval { get; set; }

    /// <summary>The comment of an event stream's ping; empty for none.</summary>
    public string EventsourcePingComment { get; set; } = "";

    /// <summary>The event of an event stream's ping. Default <c>ping</c>; empty for none.</summary>
    public string EventsourcePingEvent { get; set; } = "ping";

    /// <summary>The data of an event stream's ping; empty for none.</summary>
    public string EventsourcePingData { get; set; } = "";

    /// <summary>
    /// The name of every event: of what is published here, and of what is heard here, whatever its publisher named it. Empty for what the publisher says.
    /// </summary>
    public string EventsourceEvent { get; set; } = "";

    /// <summary>What stands behind each message of a raw stream. Default a line feed.</summary>
    public string RawStreamSeparator { get; set; } = "\n";

    /// <summary>Origins that browsers may come from; <c>*</c> for all, without credentials. Others get 403. Empty: nothing is said or refused.</summary>
    public List<string> AllowOrigin { get; } = [];

    /// <summary>Whether browsers from listed origins may send their cookies. Default yes.</summary>
    public bool AllowCredentials { get; set; } = true;

    /// <summary>An address of the operator's backend that is asked whether a request may be served; empty for none. See <see cref="Backends.BackendAddress"/>.</summary>
    public string AuthorizeRequest { get; set; } = "";

    /// <summary>What happens where that backend does not answer. Ours; default: the request is refused.</summary>
    public bool AllowOnAuthorizeFailure { get; set; }

    /// <summary>An address of the operator's backend that sees every message before it is published; empty for none.</summary>
    public string PublisherUpstreamRequest { get; set; } = "";

    /// <summary>What happens to a message that the backend does not answer about. Ours; default: it is not published.</summary>
    public bool PublishOnUpstreamFailure { get; set; }

    /// <summary>How long either of them may take. Ours; default 5 seconds.</summary>
    public TimeSpan HookTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Expressions for what a group may have: at a group's location those that a POST sets, elsewhere those that hold until one did. Empty: not said;
    /// 0: any number.
    /// </summary>
    public string GroupMaxChannels { get; set; } = "";

    /// <inheritdoc cref="GroupMaxChannels"/>
    public string GroupMaxSubscribers { get; set; } = "";

    /// <inheritdoc cref="GroupMaxChannels"/>
    public string GroupMaxMessages { get; set; } = "";

    /// <summary>The same, in bytes of payload.</summary>
    public string GroupMaxMessagesMemory { get; set; } = "";
}
