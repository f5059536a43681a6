using Halley.Broker;
using Halley.Channels;

namespace Halley.Following;

/// <summary>The owner, in the hub's name, of a channel that copies a stream from elsewhere.</summary>
internal sealed class FollowedChannel(FollowedChannels channels, IChannelOwner hub, uint id) : IChannelOwner
{
    private List<Waiting>? _waiting;

    /// <summary>The number that both processes know it by.</summary>
    public uint Id { get; } = id;

    /// <summary>The channel, from when it was opened.</summary>
    public Channel? Channel { get; set; }

    int IChannelLimits.HistorySize => 0;

    int IChannelLimits.MaxSubscribersPerChannel => hub.MaxSubscribersPerChannel;

    SlowConsumerPolicy IChannelLimits.SlowConsumersOf(ReadOnlySpan<byte> channel) => hub.SlowConsumersOf(channel);

    // Its source keeps the messages; a copy is kept for those who listen.
    bool IChannelLimits.OutlivesMessages => false;

    uint IChannelLimits.IdleTicks => channels.Linger;

    uint IChannelClock.Now => hub.Now;

    /// <summary>
    /// Waits until this copy has got as far as its original: a client that has just received a message from another
    /// process comes with an offset that is still on its way to this one. Answers come in the order of the questions.
    /// Under the lock of all followed channels.
    /// </summary>
    public Task<FollowResult> UntilCaughtUp()
    {
        var waiting = new Waiting();
        (_waiting ??= []).Add(waiting);
        return waiting.Task;
    }

    /// <summary>
    /// Sets how far the original had got when the first open question was asked. Under the same lock.
    /// </summary>
    public void AnswerPosition(long next)
    {
        if (_waiting?.Find(one => one.Until is null) is { } first)
        {
            first.Until = next;
            HasGrown();
        }
    }

    /// <summary>Answers the questions that this copy has caught up with. Under the same lock.</summary>
    public void HasGrown()
    {
        if (_waiting is null)
        {
            return;
        }

        var next = Channel!.Position.Offset;
        foreach (var one in _waiting.Where(one => one.Until <= next))
        {
            one.SetResult(new FollowResult(Channel));
        }

        _waiting.RemoveAll(one => one.Until <= next);
        _waiting = _waiting.Count == 0 ? null : _waiting;
    }

    /// <summary>
    /// Answers every question, since the channel has ended: it is to be asked for again. Under the same lock.
    /// </summary>
    public void HasEnded()
    {
        _waiting?.ForEach(one => one.SetResult(new FollowResult(AttachStatus.ChannelClosed)));
        _waiting = null;
    }

    /// <summary>Fails every question, since the source cannot be asked. Under the same lock.</summary>
    public void Fail(BrokerException why)
    {
        _waiting?.ForEach(one => one.SetException(why));
        _waiting = null;
    }

    bool IChannelLimits.MayStore(int bytes) => true;

    MessageStamp IChannelClock.NextStamp() =>
        throw new System.Diagnostics.UnreachableException("a followed channel is written to by its source alone");

    void IChannelObserver.StoredChanged(Channel channel, int messages, long bytes) =>
        hub.StoredChanged(channel, messages, bytes);

    void IChannelObserver.SubscribersChanged(Channel channel, int by)
    {
        hub.SubscribersChanged(channel, by);
        channels.SubscribersChanged(this, by);
    }

    void IChannelObserver.Settled() => hub.Settled();

    void IChannelObserver.FurtherPlacesChanged(int by) => hub.FurtherPlacesChanged(by);

    void IChannelClock.BeganToExpire(Channel channel) => hub.BeganToExpire(channel);

    void IChannelClock.LookSooner(Channel channel) => hub.LookSooner(channel);

    void IChannelClock.Look(Channel channel, uint now)
    {
        hub.Look(channel, now);
        if (channel.IsClosed)
        {
            channels.Forgotten(this);
        }
    }

    private sealed class Waiting : TaskCompletionSource<FollowResult>
    {
        /// <summary>The offset of the original's next message; null until it is known.</summary>
        public long? Until { get; set; }
    }
}
