namespace Halley.Channels;

/// <summary>The time of a channel: when its messages were published, and when it is looked at for what has expired.</summary>
internal interface IChannelClock
{
    /// <summary>The current tick.</summary>
    uint Now { get; }

    /// <summary>Gives a message that is published its stamp. Under the channel's lock.</summary>
    MessageStamp NextStamp();

    /// <summary>
    /// The channel keeps a message that expires, and kept none that does: it has a sooner <see cref="Channel.NextLook"/>.
    /// Under the channel's lock.
    /// </summary>
    void BeganToExpire(Channel channel)
    {
    }

    /// <summary>
    /// The channel must be looked at no later than its <see cref="Channel.NextLook"/>, which is sooner than it was. No lock
    /// is held.
    /// </summary>
    void LookSooner(Channel channel);

    /// <summary>The tick has come at which the channel wanted to be looked at.</summary>
    void Look(Channel channel, uint now);
}
