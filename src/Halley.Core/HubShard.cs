using System.Collections.Concurrent;
using Halley.Access;
using Halley.Channels;
using Halley.Time;

namespace Halley;

/// <summary>A part of the hub's channels behind one lock. Locks are taken in this order: shard, channel, presence feed.</summary>
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

    /// <param name="usualTicks">How long a channel that is created here is kept after a use; null for the usual.</param>
    /// <param name="creator">Whose share a channel takes that is created here; nobody's where that is the default.</param>
    public Channel? FindOrCreate(ReadOnlySpan<byte> name, uint? usualTicks = null, ClientBlock creator = default)
    {
        lock (_lock)
        {
            return ByName.TryGetValue(name, out var channel) ? channel : Create(name, usualTicks, creator);
        }
    }

    public Channel? Reserve(ReadOnlySpan<byte> name, uint ticks)
    {
        lock (_lock)
        {
            var channel = ByName.TryGetValue(name, out var found) ? found : Create(name);
            if (channel is not null)
            {
                channel.KeepFor(ticks);
                _wheel.Schedule(channel, channel.NextLook);
            }

            return channel;
        }
    }

    public bool Close(ReadOnlySpan<byte> name, CloseReason reason, byte[]? farewell, out StreamPosition position)
    {
        lock (_lock)
        {
            if (!ByName.TryGetValue(name, out var channel))
            {
                position = default;
                return false;
            }

            channel.Close(reason, farewell);
            position = channel.Position;
            Remove(channel);
            return true;
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
    }

    public bool MayStore(int bytes) => state.MayStore(bytes);

    public MessageStamp NextStamp() => state.NextStamp();

    public void StoredChanged(Channel channel, int messages, long bytes) => state.StoredChanged(channel, messages, bytes);

    public void SubscribersChanged(Channel channel, int by) => state.SubscribersChanged(channel, by);

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
            Remove(channel);
            return;
        }

        if (channel.IsPresenceDue(now))
        {
            state.Presence.Tell(channel.Name, isHere: true);
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

    private HashSet<Channel>.AlternateLookup<ReadOnlySpan<byte>> ByName => _channels.GetAlternateLookup<ReadOnlySpan<byte>>();

    private Channel? Create(ReadOnlySpan<byte> name, uint? usualTicks = null, ClientBlock creator = default)
    {
        var bytes = state.BytesOf(name);
        if (!state.Shares.TryTake(creator, bytes))
        {
            return null;
        }

        if (!state.TryAddChannel(name))
        {
            state.Shares.GiveBack(creator, bytes);
            return null;
        }

        var channel = new Channel(name.ToArray(), state.NextEpoch(), this, usualTicks);
        _channels.Add(channel);
        state.Shares.Created(channel, creator, bytes);
        _wheel.Schedule(channel, channel.NextLook);
        state.Presence.Tell(name, isHere: true);
        state.Observer?.ChannelCreated(channel);
        return channel;
    }

    private void Remove(Channel channel)
    {
        _channels.Remove(channel);
        _wheel.Cancel(channel);
        state.RemoveChannel(channel.Name);
        state.Shares.Removed(channel);
        state.Presence.Tell(channel.Name, isHere: false);
        state.Observer?.ChannelRemoved(channel);
    }
}
