namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// What an operator chooses about push-stream for the whole server; an endpoint's own choices are in <see cref="EndpointOptions"/>. The names are
/// those of nginx-push-stream-module's directives.
/// </summary>
public sealed class PushStreamOptions
{
    /// <summary>What a limit is where nobody chose one.</summary>
    public const int Unlimited = 10_000_000;

    /// <summary>How long a stored message is kept. Default 30 minutes.</summary>
    public TimeSpan MessageTtl { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How many messages a channel stores; the oldest make room. Default 10 million.</summary>
    public int MaxMessagesStoredPerChannel { get; set; } = Unlimited;

    /// <summary>How many subscriptions a channel may have; the next one gets 403. Default 10 million.</summary>
    public int MaxSubscribersPerChannel { get; set; } = Unlimited;

    /// <summary>How long the id of a channel may be, in bytes; a longer one gets 400. Default 255.</summary>
    public int MaxChannelIdLength { get; set; } = 255;

    /// <summary>How many channels there may be beside the wildcard ones; 403 beyond. Default 10 million.</summary>
    public int MaxNumberOfChannels { get; set; } = Unlimited;

    /// <summary>How many wildcard channels there may be; 403 beyond. Default 10 million.</summary>
    public int MaxNumberOfWildcardChannels { get; set; } = Unlimited;

    /// <summary>What the id of a wildcard channel begins with; empty: there are none.</summary>
    public string WildcardChannelPrefix { get; set; } = "";

    /// <summary>How long a channel without messages and subscribers is kept after it was last used, in whole seconds. Default 30 seconds.</summary>
    public TimeSpan ChannelInactivityTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What the subscribers of a deleted channel are told, unless the DELETE itself says something.</summary>
    public string ChannelDeletedMessageText { get; set; } = "Channel deleted";

    /// <summary>What a ping says to streaming subscribers. Default a blank.</summary>
    public string PingMessageText { get; set; } = " ";

    /// <summary>Whether a long poll whose time is up gets a message with 200, rather than 304. Default no.</summary>
    public bool TimeoutWithBody { get; set; }

    /// <summary>The channel that tells of channels and subscribers that come and go; empty: there is none.</summary>
    public string EventsChannelId { get; set; } = "";

    /// <summary>How many bytes the stored messages of all channels may have; publishing beyond gets 500. Default 1 GiB.</summary>
    public long SharedMemorySize { get; set; } = 1L << 30;

    /// <summary>How many channels one request may name; more get 400. Default 1,000.</summary>
    public int MaxChannelsPerRequest { get; set; } = 1000;
}
