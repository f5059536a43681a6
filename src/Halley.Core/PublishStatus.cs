namespace Halley;

/// <summary>How an attempt to publish ended.</summary>
public enum PublishStatus
{
    /// <summary>The message has its place in the stream and will be delivered.</summary>
    Published,

    /// <summary>There is no such channel, and there may be no further one.</summary>
    TooManyChannels,

    /// <summary>What is kept has reached <see cref="HubOptions.MaxStoredBytes"/>: nothing was published, to nobody.</summary>
    OutOfMemory,

    /// <summary>The channel was closed or forgotten meanwhile; look it up again.</summary>
    ChannelClosed,

    /// <summary>The idempotency key belongs to another message on this channel: nothing was published.</summary>
    KeyReused,

    /// <summary>As many keys as may be are remembered (<see cref="HubOptions.MaxIdempotencyKeys"/>): nothing was published.</summary>
    TooManyKeys,
}
