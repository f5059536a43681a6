using Halley.Channels;
using Halley.Presence;

namespace Halley;

/// <summary>The limits, counts, time and presence feed that the shards of a hub share.</summary>
internal sealed class HubState(HubOptions options, TimeProvider time)
{
    // What a channel costs beside its name: itself, its name's header, its place in the hub and, once it was subscribed
    // to, its audience.
    private const int BytesPerChannel = 256;

    // The same of a message beside its payload: itself, its payload's header and its place in the history.
    private const int BytesPerMessage = 128;

    // A millisecond of the start and room for 4,000 channels in it: no epoch is given twice, not even after a restart.
    private long _lastEpoch = time.GetUtcNow().ToUnixTimeMilliseconds() << 12;
    private uint _now;
    private int _channels;
    private long _channelBytes;
    private int _subscribers;
    private int _furtherPlaces;
    private long _lastStamp;
    private long _published;
    private int _waitingPublishers;
    private long _storedMessages;
    private long _storedBytes;
    private volatile HubOptions _options = options;
    private readonly long[] _positions = new long[Enum.GetValues<PositionNoticeKind>().Length];

    /// <summary>The channels that were created for each client.</summary>
    public ChannelShares Shares { get; } = new(options);

    /// <summary>Takes over other limits. What is there already stays, and counts. Any thread.</summary>
    public void Change(HubOptions changed)
    {
        _options = changed;
        Shares.Change(changed);
    }

    public int HistorySize => _options.HistorySize;

    /// <inheritdoc cref="HubOptions.RetentionOf"/>
    public Func<ReadOnlySpan<byte>, Retention?>? RetentionOf => _options.RetentionOf;

    /// <inheritdoc cref="HubOptions.SlowConsumersOf"/>
    public Func<ReadOnlySpan<byte>, SlowConsumerPolicy>? SlowConsumersOf => _options.SlowConsumersOf;

    public int MaxSubscribersPerChannel => _options.MaxSubscribersPerChannel;

    /// <summary>The time that an idle channel is kept, in ticks of a second; at least one.</summary>
    public uint IdleTicks => (uint)Math.Clamp(_options.IdleTimeout.TotalSeconds, 1, int.MaxValue / 2);

    public PresenceFeed Presence { get; } = new();

    /// <summary>The current tick of the hub's clock.</summary>
    public uint Now
    {
        get => Volatile.Read(ref _now);
        set => Volatile.Write(ref _now, value);
    }

    public int ChannelCount => Volatile.Read(ref _channels);

    public int SubscriberCount => Volatile.Read(ref _subscribers);

    public int ReceiverCount => SubscriberCount - Volatile.Read(ref _furtherPlaces);

    public long PublishedCount => Volatile.Read(ref _published);

    public long StoredCount => Volatile.Read(ref _storedMessages);

    public long StoredBytes => Volatile.Read(ref _storedBytes);

    public long ChannelBytes => Volatile.Read(ref _channelBytes);

    /// <summary>The observer of comings and goings, beside the presence feed.</summary>
    public IHubObserver? Observer { get; set; }

    /// <summary>A condition for new channels; null for none.</summary>
    public ChannelPredicate? MayCreate { get; set; }

    public long PositionCount(PositionNoticeKind outcome) => Volatile.Read(ref _positions[(int)outcome]);

    public void CountPosition(PositionNoticeKind outcome) => Interlocked.Increment(ref _positions[(int)outcome]);

    public long NextEpoch() => Interlocked.Increment(ref _lastEpoch);

    /// <summary>The number of publishers that wait until what they published is told.</summary>
    public int WaitingPublishers => Volatile.Read(ref _waitingPublishers);

    /// <summary>Counts a publisher that waits from now on (1), or does not any more (-1).</summary>
    public void CountWaitingPublisher(int by) => Interlocked.Add(ref _waitingPublishers, by);

    public void CountPublished() => Interlocked.Increment(ref _published);

    public MessageStamp NextStamp()
    {
        CountPublished();
        return MessageStamp.Next(ref _lastStamp, time.GetUtcNow());
    }

    // Publishers that ask at the same time may go beyond the limit by what each of them has in hand.
    public bool MayStore(int bytes) =>
        _options.MaxStoredBytes - Volatile.Read(ref _storedBytes) >= bytes
        && _options.MaxStoredBytes - Volatile.Read(ref _storedMessages) * BytesPerMessage >= 0;

    public void StoredChanged(Channel channel, int messages, long bytes)
    {
        if (messages == 0 && bytes == 0)
        {
            return;
        }

        Interlocked.Add(ref _storedMessages, messages);
        Interlocked.Add(ref _storedBytes, bytes);
        Observer?.StoredChanged(channel, messages, bytes);
    }

    public void SubscribersChanged(Channel channel, int by)
    {
        Interlocked.Add(ref _subscribers, by);
        Observer?.SubscribersChanged(channel, by);
    }

    public void FurtherPlacesChanged(int by) => Interlocked.Add(ref _furtherPlaces, by);

    /// <summary>Counts one more channel, if it is allowed and there is memory for it.</summary>
    public bool TryAddChannel(ReadOnlySpan<byte> name)
    {
        var channels = Interlocked.Increment(ref _channels);
        var bytes = Interlocked.Add(ref _channelBytes, BytesOf(name));
        if (channels <= _options.MaxChannels && bytes <= _options.MaxChannelBytes)
        {
            return true;
        }

        RemoveChannel(name);
        return false;
    }

    /// <summary>Counts one more channel, whatever the limits.</summary>
    public void AddChannel(ReadOnlySpan<byte> name)
    {
        Interlocked.Increment(ref _channels);
        Interlocked.Add(ref _channelBytes, BytesOf(name));
    }

    public void RemoveChannel(ReadOnlySpan<byte> name)
    {
        Interlocked.Decrement(ref _channels);
        Interlocked.Add(ref _channelBytes, -BytesOf(name));
    }

    /// <summary>Whether an address has a share of the channels from the first one on.</summary>
    public bool MayCountCreators => _options.MaxChannelsPerAddress > 0;

    /// <summary>Whether a channel that is created now counts for its client.</summary>
    public bool CountsCreators => Shares.AreCounted(ChannelCount, Volatile.Read(ref _channelBytes));

    /// <summary>The memory of a channel, without messages and subscribers.</summary>
    public long BytesOf(ReadOnlySpan<byte> name) => name.Length + BytesPerChannel + (Observer?.BytesPerChannel ?? 0);
}
