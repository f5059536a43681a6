using Halley.Broker;
using Halley.Channels;

namespace Halley.Following;

/// <summary>
/// A channel that copies a stream from elsewhere, and what is known of it beside the channel itself. It owns the
/// channel, in the hub's name.
/// </summary>
internal sealed class FollowedChannel(FollowedChannels channels, IChannelOwner hub, uint id) : IChannelOwner
{
    private List<Waiting>? _waiting;

    /// <summary>What both processes call it.</summary>
    public uint Id { get; } = id;

    /// <summary>The channel, from when it was opened.</summary>
    public Channel? Channel { get; set; }

    int IChannelLimits.HistorySize => 0;

    int IChannelLimits.MaxSubscribersPerChannel => hub.MaxSubscribersPerChannel;

    // Its source keeps the messages; a copy is kept for those who listen.
    bool IChannelLimits.OutlivesMessages => false;

    uint IChannelLimits.IdleTicks => channels.Linger;

    uint IChannelClock.Now => hub.Now;

    /// <summary>
    /// Has a question wait until this copy has got as far as its original: somebody who has just been told a message by
    /// another process comes with an offset that is still on its way to this one. Answers come in the order of the
    /// questions. Under the lock of all followed channels.
    /// </summary>
    public Task<FollowResult> UntilCaughtUp()
    {
        var waiting = new Waiting();
        (_waiting ??= []).Add(waiting);
        return waiting.Task;
    }

    /// <summary>
    /// How far the original had got when the first question was asked that has no answer yet. Under the same lock.
    /// </summary>
    public void AnswerPosition(long next)
    {
        if (_waiting?.Find(one => one.Until is null) is { } first)
        {
            first.Until = next;
            HasGrown();
        }
    }

    /// <summary>Answers those that wait for no more than there is. Under the same lock.</summary>
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

    /// <summary>The channel has ended: who waits looks again what there is. Under the same lock.</summary>
    public void HasEnded()
    {
        _waiting?.ForEach(one => one.SetResult(new FollowResult(AttachStatus.ChannelClosed)));
        _waiting = null;
    }

    /// <summary>How far the original has got cannot be said. Under the same lock.</summary>
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
        /// <summary>The offset that the original's next message had; null until that is known.</summary>
        public long? Until { get; set; }
    }
}
