using Halley.Broker;

namespace Halley.Channels;

/// <summary>
/// A stream of a process's own, beside its channels: in no hub, keeping nothing, never forgotten. While nobody follows
/// it, it costs nothing. Any thread.
/// </summary>
public sealed class Feed : IChannelOwner
{
    private readonly int _maxFollowers;
    private readonly Channel _channel;

    /// <param name="maxFollowers">The highest number of followers.</param>
    public Feed(int maxFollowers)
    {
        _maxFollowers = maxFollowers;
        _channel = new Channel([], epoch: 0, owner: this);
    }

    /// <summary>The number of followers.</summary>
    public int FollowerCount => _channel.SubscriberCount;

    int IChannelLimits.HistorySize => 0;

    int IChannelLimits.MaxSubscribersPerChannel => _maxFollowers;

    uint IChannelLimits.IdleTicks => 0;

    uint IChannelClock.Now => 0;

    /// <summary>Attaches a follower; it hears what is told from now on.</summary>
    public AttachResult Attach(Subscription follower, IDispatcher dispatcher) =>
        _channel.Attach(follower, dispatcher, Replay.Nothing, onlyToWait: false);

    /// <summary>Tells followers something.</summary>
    public void Tell(byte[] payload) => MemoryBroker.PublishTo(_channel, new Publication(payload), out _);

    bool IChannelLimits.MayStore(int bytes) => true;

    MessageStamp IChannelClock.NextStamp() => default;

    void IChannelObserver.StoredChanged(Channel channel, int messages, long bytes)
    {
    }

    void IChannelObserver.SubscribersChanged(Channel channel, int by)
    {
    }

    void IChannelClock.LookSooner(Channel channel)
    {
    }

    void IChannelClock.Look(Channel channel, uint now)
    {
    }
}
