namespace Halley.Channels;

/// <summary>How an attempt to attach ended.</summary>
public enum AttachStatus
{
    /// <summary>The subscription is in the audience; everything from <see cref="AttachResult.Position"/> on will be delivered to it.</summary>
    Attached,

    /// <summary>There is something to tell at once and only one answer to tell it in: nothing was attached.</summary>
    NotNeeded,

    /// <summary>The channel has as many subscribers as it may have.</summary>
    TooManySubscribers,

    /// <summary>The channel was closed or forgotten meanwhile; look it up again.</summary>
    ChannelClosed,
}

/// <summary>What a subscriber that arrives has to know: whether it is in, and what it missed.</summary>
/// <param name="Position">The epoch, and the offset that the next message will have.</param>
/// <param name="Missed">The messages kept from the offset it asked for on, oldest first.</param>
/// <param name="Losses">Why others are kept no more.</param>
public readonly record struct AttachResult(
    AttachStatus Status, StreamPosition Position, IReadOnlyList<Message> Missed, Losses Losses = default);
