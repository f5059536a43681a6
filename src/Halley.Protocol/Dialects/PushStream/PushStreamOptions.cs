namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The operator's choices for push-stream on the whole server. <see cref="PushStreamTable"/> says what each option
/// means.
/// </summary>
public sealed class PushStreamOptions
{
    /// <summary>The value of a limit that nobody chose.</summary>
    public const int Unlimited = 10_000_000;

    public TimeSpan MessageTtl { get; set; } = TimeSpan.FromMinutes(30);

    public int MaxMessagesStoredPerChannel { get; set; } = Unlimited;

    public int MaxSubscribersPerChannel { get; set; } = Unlimited;

    public int MaxChannelIdLength { get; set; } = 255;

    public int MaxNumberOfChannels { get; set; } = Unlimited;

    public int MaxNumberOfWildcardChannels { get; set; } = Unlimited;

    /// <summary>Empty: there are no wildcard channels.</summary>
    public string WildcardChannelPrefix { get; set; } = "";

    public TimeSpan ChannelInactivityTime { get; set; } = TimeSpan.FromSeconds(30);

    public string ChannelDeletedMessageText { get; set; } = "Channel deleted";

    public string PingMessageText { get; set; } = " ";

    public bool TimeoutWithBody { get; set; }

    /// <summary>Empty: there is no such channel.</summary>
    public string EventsChannelId { get; set; } = "";

    public long SharedMemorySize { get; set; } = 1L << 30;

    public int MaxChannelsPerRequest { get; set; } = 1000;
}
