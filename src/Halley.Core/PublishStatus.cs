namespace Halley;

/// <summary>The outcome of an attempt to publish.</summary>
public enum PublishStatus
{
    /// <summary>The message has its place in the stream and will be delivered.</summary>
    Published,

    /// <summary>There is no such channel, and no further one is allowed.</summary>
    TooManyChannels,

    /// <summary>
    /// The messages kept have reached <see cref="HubOptions.MaxStoredBytes"/>: nothing was published.
    /// </summary>
    OutOfMemory,

    /// <summary>The channel was closed or forgotten meanwhile; look it up again.</summary>
    ChannelClosed,

    /// <summary>The idempotency key belongs to another message on this channel: nothing was published.</summary>
    KeyReused,

    /// <summary>
    /// As many keys as may be are remembered (<see cref="HubOptions.MaxIdempotencyKeys"/>): nothing was published.
    /// </summary>
    TooManyKeys,
}
