namespace Halley.Channels;

/// <summary>
/// The time of a channel: when its messages were published, and when it is looked at for what has expired.
/// </summary>
internal interface IChannelClock
{
    /// <summary>The current tick.</summary>
    uint Now { get; }

    /// <summary>The stamp of a message that is published now. Under the channel's lock.</summary>
    MessageStamp NextStamp();

    /// <summary>
    /// Hears that the channel keeps its first message that expires, so that <see cref="Channel.NextLook"/> is sooner.
    /// Under the channel's lock.
    /// </summary>
    void BeganToExpire(Channel channel)
    {
    }

    /// <summary>
    /// Schedules the channel anew: its <see cref="Channel.NextLook"/> is sooner than it was. No lock is held.
    /// </summary>
    void LookSooner(Channel channel);

    /// <summary>Looks at the channel, whose tick has come.</summary>
    void Look(Channel channel, uint now);
}
