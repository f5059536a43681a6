using System.Collections.Concurrent;
using Halley.Access;
using Halley.Channels;
using Halley.Following;
using Halley.Time;

namespace Halley;

/// <summary>
/// A part of the hub's channels behind one lock. Locks are taken in this order: shard, channel, presence feed.
/// </summary>
internal sealed class HubShard(HubState state) : IChannelOwner
{
    // One turn covers the usual time to live of 30 seconds.
    private const int WheelSlots = 64;

    private readonly Lock _lock = new();
    private readonly HashSet<Channel> _channels = new(ChannelNameComparer.Instance);
    private readonly TimerWheel _wheel = new(WheelSlots);

    // Channels whose messages began to expire since the last tick.
    private readonly ConcurrentQueue<Channel> _expiring = new();

    public int HistorySize => state.HistorySize;

    public Retention? RetentionOf(ReadOnlySpan<byte> channel) => state.RetentionOf?.Invoke(channel);

    public SlowConsumerPolicy SlowConsumersOf(ReadOnlySpan<byte> channel) =>
        state.SlowConsumersOf?.Invoke(channel) ?? SlowConsumerPolicy.End;

    public int MaxSubscribersPerChannel => state.MaxSubscribersPerChannel;

    public uint IdleTicks => state.IdleTicks;

    public uint Now => state.Now;

    public Channel? Find(ReadOnlySpan<byte> name)
    {
        lock (_lock)
        {
            return ByName.TryGetValue(name, out var channel) ? channel : null;
        }
    }

    /// <param name="usualTicks">The time that a new channel is kept after a use; null for the hub's own.</param>
    /// <param name="creator">The client whose share a new channel takes; the default for nobody.</param>
    public Channel? FindOrCreate(ReadOnlySpan<byte> name, uint? usualTicks = null, ClientBlock creator = default)
    {
        Channel? channel;
        lock (_lock)
        {
            if (ByName.TryGetValue(name, out channel))
            {
                return channel;
            }

            channel = Create(name, usualTicks, creator);
        }

        Settled();
        return channel;
    }

    public Channel? Reserve(ReadOnlySpan<byte> name, uint ticks)
    {
        Channel? channel;
        lock (_lock)
        {
            channel = ByName.TryGetValue(name, out var found) ? found : Create(name);
            if (channel is not null)
            {
                channel.KeepFor(ticks);
                _wheel.Schedule(channel, channel.NextLook);
            }
        }

        Settled();
        return channel;
    }

    /// <param name="last">Its last state.</param>
    public bool Close(ReadOnlySpan<byte> name, byte[]? farewell, out ChannelState last)
    {
        lock (_lock)
        {
            if (!ByName.TryGetValue(name, out var channel))
            {
                last = default;
                return false;
            }

            lock (channel.Lock)
            {
                // Between the two nobody publishes.
                last = channel.State;
                channel.Close(CloseReason.ChannelClosed, farewell);
            }

            Remove(channel, wasClosed: true);
        }

        Settled();
        return true;
    }

    /// <summary>Adds a channel that copies a stream from elsewhere. There is none of that name.</summary>
    /// <param name="creator">
    /// The client whose share it takes; null where another process holds this one to the limits.
    /// </param>
    /// <returns>Null where no further channel is allowed.</returns>
    public Channel? Adopt(
        byte[] name,
        StreamPosition position,
        in Losses losses,
        IReadOnlyList<CopiedMessage> kept,
        ClientBlock? creator,
        Func<IChannelOwner, FollowedChannel> follow)
    {
        lock (_lock)
        {
            if (creator is null)
            {
                state.AddChannel(name);
            }
            else if (!TryAdmit(name, creator.Value))
            {
                return null;
            }

            var followed = follow(this);
            var channel = followed.Channel = new Channel(name, position.Epoch, followed, next: position.Offset);
            if (creator is { } owner)
            {
                state.Shares.Created(channel, owner, state.BytesOf(name));
            }

            channel.Restore(losses, kept);
            Add(channel);
            return channel;
        }
    }

    /// <summary>Ends a channel, unless it has been forgotten.</summary>
    public void Release(Channel channel, in Ending ending)
    {
        lock (_lock)
        {
            if (channel.Close(ending.Reason, ending.Farewell))
            {
                Remove(channel, wasClosed: true);
            }
        }
    }

    public Channel[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _channels];
        }
    }

    public void AdvanceTo(uint now)
    {
        lock (_lock)
        {
            while (_expiring.TryDequeue(out var channel))
            {
                ScheduleIfHere(channel);
            }

            _wheel.AdvanceTo(now);
            _channels.TrimWhereEmpty();
        }

        Settled();
    }

    public bool MayStore(int bytes) => state.MayStore(bytes);

    public MessageStamp NextStamp() => state.NextStamp();

    public void StoredChanged(Channel channel, int messages, long bytes) =>
        state.StoredChanged(channel, messages, bytes);

    public void SubscribersChanged(Channel channel, int by) => state.SubscribersChanged(channel, by);

    public void Published(Channel channel, in Publication publication, StreamPosition position) =>
        state.Observer?.Published(channel, publication, position);

    public void Settled() => state.Observer?.Settled();

    public void FurtherPlacesChanged(int by) => state.FurtherPlacesChanged(by);

    public void LookSooner(Channel channel)
    {
        lock (_lock)
        {
            ScheduleIfHere(channel);
        }
    }

    // Scheduled with the next tick: whoever publishes may hold the lock of another shard.
    public void BeganToExpire(Channel channel) => _expiring.Enqueue(channel);

    // Called by the wheel, under the lock.
    public void Look(Channel channel, uint now)
    {
        if (channel.TryForget(now))
        {
            Remove(channel, wasClosed: false);
            return;
        }

        if (channel.IsPresenceDue(now))
        {
            TellPresence(channel, isHere: true);
        }

        _wheel.Schedule(channel, channel.NextLook);
    }

    // Itself, not its name: it may have been closed meanwhile, and another of that name created.
    private void ScheduleIfHere(Channel channel)
    {
        if (ByName.TryGetValue(channel.Name, out var found) && found == channel)
        {
            _wheel.Schedule(channel, channel.NextLook);
        }
    }

    private HashSet<Channel>.AlternateLookup<ReadOnlySpan<byte>> ByName =>
        _channels.GetAlternateLookup<ReadOnlySpan<byte>>();

    private Channel? Create(ReadOnlySpan<byte> name, uint? usualTicks = null, ClientBlock creator = default)
    {
        if (!TryAdmit(name, creator))
        {
            return null;
        }

        var channel = new Channel(name.ToArray(), state.NextEpoch(), this, usualTicks);
        state.Shares.Created(channel, creator, state.BytesOf(name));
        Add(channel);
        return channel;
    }

    private bool TryAdmit(ReadOnlySpan<byte> name, ClientBlock creator)
    {
        var bytes = state.BytesOf(name);
        if (!state.Shares.TryTake(creator, bytes))
        {
            return false;
        }

        if (!state.TryAddChannel(name))
        {
            state.Shares.GiveBack(creator, bytes);
            return false;
        }

        if (state.MayCreate?.Invoke(name) is false)
        {
            state.RemoveChannel(name);
            state.Shares.GiveBack(creator, bytes);
            return false;
        }

        return true;
    }

    private void Add(Channel channel)
    {
        _channels.Add(channel);
        _wheel.Schedule(channel, channel.NextLook);
        TellPresence(channel, isHere: true);
        state.Observer?.ChannelCreated(channel);
    }

    private void Remove(Channel channel, bool wasClosed)
    {
        _channels.Remove(channel);
        _wheel.Cancel(channel);
        state.RemoveChannel(channel.Name);
        state.Shares.Removed(channel);
        TellPresence(channel, isHere: false);
        state.Observer?.ChannelRemoved(channel, wasClosed);
    }

    // What happens to a copy is told where its original is.
    private void TellPresence(Channel channel, bool isHere)
    {
        if (channel.Owner == this)
        {
            state.Presence.Tell(channel.Name, isHere);
        }
    }
}
