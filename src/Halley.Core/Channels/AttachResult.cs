namespace Halley.Channels;

/// <summary>The outcome of an attempt to attach.</summary>
public enum AttachStatus
{
    /// <summary>
    /// The subscription is in the audience; everything from <see cref="AttachResult.Position"/> on will be delivered to
    /// it.
    /// </summary>
    Attached,

    /// <summary>
    /// Nothing was attached: there is something to tell at once and only one answer to tell it in, or nothing was to be
    /// attached.
    /// </summary>
    AnswerNow,

    /// <summary>The channel has as many subscribers as allowed.</summary>
    TooManySubscribers,

    /// <summary>There is no such channel, and no further one is allowed.</summary>
    TooManyChannels,

    /// <summary>There is no such channel, and none was to be created.</summary>
    NoSuchChannel,

    /// <summary>The token that was shown is not one of this channel.</summary>
    Forbidden,

    /// <summary>
    /// The broker has to be asked first: the request is postponed, and handled again when it has answered.
    /// </summary>
    Pending,

    /// <summary>
    /// The channel ended between being found and being attached to. The hub looks it up again; nobody else sees this.
    /// </summary>
    ChannelClosed,
}

/// <summary>The answer to a subscriber that arrives: whether it is attached, and what it missed.</summary>
/// <param name="Channel">Null where there is none, or none yet.</param>
/// <param name="Position">The epoch, and the offset of the next message.</param>
/// <param name="Missed">The messages kept, from the offset that it asked for on, oldest first.</param>
/// <param name="Losses">What became of others.</param>
public readonly record struct AttachResult(
    AttachStatus Status,
    Channel? Channel,
    StreamPosition Position,
    IReadOnlyList<Message> Missed,
    Losses Losses = default)
{
    internal AttachResult(AttachStatus status)
        : this(status, null, default, [])
    {
    }

    /// <summary>The outcome of an attempt that was refused before the hub was asked.</summary>
    public static AttachResult TooManyChannels => new(AttachStatus.TooManyChannels);
}
