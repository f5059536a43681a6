namespace Halley.Channels;

/// <summary>The keeper of a channel: it sets the limits and the time, and hears what happens to the channel.</summary>
internal interface IChannelOwner
{
    /// <summary>The number of messages that a channel keeps.</summary>
    int HistorySize { get; }

    int MaxSubscribersPerChannel { get; }

    /// <summary>Whether a channel is kept until its messages have expired.</summary>
    bool OutlivesMessages => true;

    /// <summary>The time that an idle channel is kept, in ticks of a second.</summary>
    uint IdleTicks { get; }

    /// <summary>The current tick.</summary>
    uint Now { get; }

    /// <summary>Whether there is memory for a message of that many bytes. Under the channel's lock.</summary>
    bool MayStore(int bytes);

    /// <summary>The stamp of a message that is published now. Under the channel's lock.</summary>
    MessageStamp NextStamp();

    /// <summary>Hears that messages were added to a history, or dropped from it. Under the channel's lock.</summary>
    void StoredChanged(Channel channel, int messages, long bytes);

    /// <summary>Hears that subscribers came (1) or left (-1). Under the channel's lock.</summary>
    void SubscribersChanged(Channel channel, int by);

    /// <summary>Is called after subscribers came or left, when no lock is held any more.</summary>
    void Settled()
    {
    }

    /// <summary>
    /// Hears that a receiver with other places took one more (1), or left one (-1). Under the channel's lock.
    /// </summary>
    void FurtherPlacesChanged(int by)
    {
    }

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
