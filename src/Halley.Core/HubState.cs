using Halley.Presence;

namespace Halley;

/// <summary>What the shards of a hub share: its limits, its counts, its time, its presence feed.</summary>
internal sealed class HubState(HubOptions options, TimeProvider time)
{
    // A millisecond of the start and room for 4,000 channels in it: no epoch is given twice, not even after a restart.
    private long _lastEpoch = time.GetUtcNow().ToUnixTimeMilliseconds() << 12;
    private uint _now;
    private int _channels;
    private int _subscribers;

    public int HistorySize { get; } = options.HistorySize;

    public int MaxSubscribersPerChannel { get; } = options.MaxSubscribersPerChannel;

    /// <summary>In ticks of a second; at least one.</summary>
    public uint IdleTicks { get; } = (uint)Math.Clamp(options.IdleTimeout.TotalSeconds, 1, int.MaxValue / 2);

    public PresenceFeed Presence { get; } = new();

    /// <summary>The tick that the hub's clock has reached.</summary>
    public uint Now
    {
        get => Volatile.Read(ref _now);
        set => Volatile.Write(ref _now, value);
    }

    public int ChannelCount => Volatile.Read(ref _channels);

    public int SubscriberCount => Volatile.Read(ref _subscribers);

    public long NextEpoch() => Interlocked.Increment(ref _lastEpoch);

    public void SubscribersChanged(int by) => Interlocked.Add(ref _subscribers, by);

    /// <summary>Counts one more channel, if there may be one more.</summary>
    public bool TryAddChannel()
    {
        if (Interlocked.Increment(ref _channels) <= options.MaxChannels)
        {
            return true;
        }

        RemoveChannel();
        return false;
    }

    public void RemoveChannel() => Interlocked.Decrement(ref _channels);
}
