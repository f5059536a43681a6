using Halley.Protocol.Clients;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>One nchan location: what it serves and how. <see cref="NchanTable"/> says what each option means.</summary>
public sealed class NchanOptions : IGuarded
{
    private bool _namesTransports;

    /// <summary>
    /// The decision on who may subscribe and publish, beside what a backend says. Default: everybody.
    /// </summary>
    public Admission Admission { get; set; } = Admission.Open;

    public NchanKind Kind { get; set; }

    public NchanTransport Transports { get; set; } =
        NchanTransport.WebSocket | NchanTransport.EventSource | NchanTransport.Multipart | NchanTransport.LongPoll
        | NchanTransport.Chunked;

    public bool PublishesByHttp { get; set; } = true;

    public List<string> ChannelId { get; } = [];

    /// <summary>Empty for <see cref="ChannelId"/>.</summary>
    public List<string> PublisherChannelId { get; } = [];

    /// <summary>Empty for <see cref="ChannelId"/>.</summary>
    public List<string> SubscriberChannelId { get; } = [];

    /// <summary>Empty: a value is one channel.</summary>
    public string ChannelIdSplitDelimiter { get; set; } = "";

    public int MaxChannelIdLength { get; set; } = 1024;

    /// <summary>Empty for none.</summary>
    public string ChannelGroup { get; set; } = "";

    public int MessageBufferLength { get; set; } = 10;

    /// <summary>Zero for as long as the channel lives.</summary>
    public TimeSpan MessageTimeout { get; set; } = TimeSpan.FromHours(1);

    public bool StoreMessages { get; set; } = true;

    public int MaxBodyBytes { get; set; } = 1 << 20;

    public string SubscriberFirstMessage { get; set; } = "oldest";

    public TimeSpan? SubscriberTimeout { get; set; }

    public bool SubscribeExistingChannelsOnly { get; set; }

    /// <summary>Zero for any number.</summary>
    public int MaxChannelSubscribers { get; set; }

    public TimeSpan? WebsocketPingInterval { get; set; }

    public List<string> WebsocketSubprotocols { get; } = [];

    public TimeSpan? EventsourcePingInterval { get; set; }

    /// <summary>Empty for none, as the event and the data.</summary>
    public string EventsourcePingComment { get; set; } = "";

    public string EventsourcePingEvent { get; set; } = "ping";

    public string EventsourcePingData { get; set; } = "";

    /// <summary>Empty for what the publisher says.</summary>
    public string EventsourceEvent { get; set; } = "";

    public string RawStreamSeparator { get; set; } = "\n";

    public List<string> AllowOrigin { get; } = [];

    public bool AllowCredentials { get; set; } = true;

    /// <summary>Empty: nobody is asked. See <see cref="Backends.BackendAddress"/>.</summary>
    public string AuthorizeRequest { get; set; } = "";

    public bool AllowOnAuthorizeFailure { get; set; }

    /// <summary>Empty: nobody is asked.</summary>
    public string PublisherUpstreamRequest { get; set; } = "";

    public bool PublishOnUpstreamFailure { get; set; }

    public TimeSpan HookTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Empty where nothing is said, as the other limits; 0 for any number.</summary>
    public string GroupMaxChannels { get; set; } = "";

    public string GroupMaxSubscribers { get; set; } = "";

    public string GroupMaxMessages { get; set; } = "";

    /// <summary>Bytes of payload.</summary>
    public string GroupMaxMessagesMemory { get; set; } = "";

    /// <summary>Allows a transport. The first one takes the place of the default.</summary>
    internal void Allow(NchanTransport transport)
    {
        Transports = (_namesTransports ? Transports : NchanTransport.None) | transport;
        _namesTransports = true;
    }
}
