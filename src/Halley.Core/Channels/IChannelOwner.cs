namespace Halley.Channels;

/// <summary>What a channel asks of whoever keeps it: the limits, the time, and an ear for its comings and goings.</summary>
internal interface IChannelOwner
{
    /// <summary>How many messages a channel keeps.</summary>
    int HistorySize { get; }

    int MaxSubscribersPerChannel { get; }

    /// <summary>Whether a channel is kept until its messages have expired.</summary>
    bool OutlivesMessages => true;

    /// <summary>How long a channel is kept once it is idle, in ticks of a second.</summary>
    uint IdleTicks { get; }

    /// <summary>The current tick.</summary>
    uint Now { get; }

    /// <summary>Whether there is memory for a message of that many bytes. Under the channel's lock.</summary>
    bool MayStore(int bytes);

    /// <summary>A message is published: when. Under the channel's lock.</summary>
    MessageStamp NextStamp();

    /// <summary>Messages were put into a history, or dropped from it. Under the channel's lock.</summary>
    void StoredChanged(Channel channel, int messages, long bytes);

    /// <summary>Subscribers came (1) or left (-1). Under the channel's lock.</summary>
    void SubscribersChanged(Channel channel, int by);

    /// <summary>Subscribers have come or left, and no lock is held any more.</summary>
    void Settled()
    {
    }

    /// <summary>A receiver that has other places took one more (1), or let one go (-1). Under the channel's lock.</summary>
    void FurtherPlacesChanged(int by)
    {
    }

    /// <summary>The channel keeps a message that expires, and kept none that does: it has a sooner <see cref="Channel.NextLook"/>. Under the channel's lock.</summary>
    void BeganToExpire(Channel channel)
    {
    }

    /// <summary>The channel must be looked at no later than its <see cref="Channel.NextLook"/>, which is sooner than it was. No lock is held.</summary>
    void LookSooner(Channel channel);

    /// <summary>The tick has come at which the channel wanted to be looked at.</summary>
    void Look(Channel channel, uint now);
}
