namespace Halley;

/// <summary>The limits of one node's channels. Nobody writes to them any more once a hub has them.</summary>
public sealed class HubOptions
{
    /// <summary>The highest number of channels; the next one is refused. Default 10 million.</summary>
    public int MaxChannels { get; set; } = 10_000_000;

    /// <summary>
    /// The bytes that all channels together may take, without their messages and subscribers: their names, and what a
    /// channel costs whatever its name. The next one is refused. Default 512 MiB, some two million channels with short
    /// names.
    /// </summary>
    public long MaxChannelBytes { get; set; } = 512L << 20;

    /// <summary>
    /// The highest number of channels created for subscribers of one address, or of one IPv6 network of 64 bits.
    /// Default 0: a quarter of <see cref="MaxChannels"/> and of <see cref="MaxChannelBytes"/>, counted once half of
    /// either is taken.
    /// </summary>
    public int MaxChannelsPerAddress { get; set; }

    /// <summary>
    /// The highest number of subscribers of one channel; the next one is refused. Default 10 million.
    /// </summary>
    public int MaxSubscribersPerChannel { get; set; } = 10_000_000;

    /// <summary>
    /// The number of messages that a channel keeps for later subscribers. 0 keeps none. Default 10, as in iComet.
    /// </summary>
    public int HistorySize { get; set; } = 10;

    /// <summary>
    /// The retention of a message whose publisher asks for none, by its channel's name; null for <see
    /// cref="HistorySize"/>. Called under a channel's lock. Default: the same for all.
    /// </summary>
    public Func<ReadOnlySpan<byte>, Retention?>? RetentionOf { get; set; }

    /// <summary>
    /// The treatment of subscribers that are too slow, by their channel's name. Any thread. Default: they are ended.
    /// </summary>
    public Func<ReadOnlySpan<byte>, SlowConsumerPolicy>? SlowConsumersOf { get; set; }

    /// <summary>
    /// The bytes of payload that all channels together may keep; a message that would have to be kept beyond that is
    /// refused. What messages cost beside their payloads may be as much again. Default: no limit.
    /// </summary>
    public long MaxStoredBytes { get; set; } = long.MaxValue;

    /// <summary>
    /// The time that a channel without subscribers is kept after its last use, in whole seconds; it is forgotten
    /// within the second that follows. Default 30 seconds.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The time in which a publication with an idempotency key may be repeated without being published again. Default
    /// five minutes.
    /// </summary>
    public TimeSpan IdempotencyWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The number of such keys that are remembered at once, at some 130 bytes each; a publication with one more is
    /// refused. Default a million.
    /// </summary>
    public int MaxIdempotencyKeys { get; set; } = 1_000_000;
}
