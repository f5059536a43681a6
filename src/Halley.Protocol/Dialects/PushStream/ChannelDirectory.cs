using Halley.Access;
using System.Text;
using Halley.Broker;
using Halley.Channels;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The hub's channels as push-stream sees them: with ids that may be too long or reserved, counted apart where they are wildcard channels, and told of
/// in its events channel. Any thread.
/// </summary>
internal sealed class ChannelDirectory : IHubObserver
{
    // The original moves a deleted channel to its trash within four seconds, and empties that after ten more. Nothing of it lies anywhere here, but
    // who watches those numbers sees what it is used to.
    private const int InDelete = 4;
    private const int InTrash = 10;

    private readonly Hub _hub;
    private readonly IBroker _broker;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly byte[] _wildcardPrefix;
    private readonly byte[] _eventsId;
    private readonly EventsChannel? _events;
    private readonly Lock _creating = new();
    private readonly RecentCount _deleted = new();
    private readonly RecentCount _forgotten = new();
    private readonly RecentCount _droppedMessages = new();
    private int _channels;
    private int _wildcards;

    public ChannelDirectory(PushStreamOptions options, Hub hub, IBroker broker, TimeProvider time)
    {
        Options = options;
        _hub = hub;
        _broker = broker;
        _time = time;
        _started = time.GetTimestamp();
        _wildcardPrefix = Encoding.UTF8.GetBytes(options.WildcardChannelPrefix);
        _eventsId = Encoding.UTF8.GetBytes(options.EventsChannelId);
        Stored = new Retention(options.MaxMessagesStoredPerChannel, options.MessageTtl);
        hub.Observe(this);
        if (_eventsId.Length > 0 && hub.Reserve(_eventsId, TimeSpan.MaxValue) is { } channel)
        {
            _events = new EventsChannel(channel, Stored with { Messages = Math.Min(Stored.Messages, EventsChannel.MaxStored) });
        }
    }

    public PushStreamOptions Options { get; }

    /// <summary>How long a message is kept that is to be kept.</summary>
    public Retention Stored { get; }

    /// <summary>How long one is kept that is not.</summary>
    public static Retention NotStored { get; } = new(0, null);

    public DateTimeOffset Now => _time.GetUtcNow();

    public bool IsWildcard(ReadOnlySpan<byte> id) => _wildcardPrefix.Length > 0 && id.StartsWith(_wildcardPrefix);

    public bool IsEvents(ReadOnlySpan<byte> id) => _eventsId.Length > 0 && id.SequenceEqual(_eventsId);

    /// <summary>What is wrong with an id, whatever is wanted of it; null for nothing.</summary>
    public Refusal? Check(NamedChannel named) =>
        named.IsReserved ? Refusal.ReservedId : named.Id.Length > Options.MaxChannelIdLength ? Refusal.IdTooLong : null;

    public Channel? Find(ReadOnlySpan<byte> id) => _hub.Find(id);

    /// <summary>Whether a channel that is created now counts for whom it is created for.</summary>
    public bool CountsCreators => _hub.CountsCreators;

    /// <param name="creator">The subscriber that it would be created for.</param>
    /// <returns>Null where there are as many channels, or wildcard channels, as there may be.</returns>
    public Channel? FindOrCreate(ReadOnlySpan<byte> id, ClientBlock creator = default)
    {
        if (_hub.Find(id) is { } found)
        {
            return found;
        }

        var isWildcard = IsWildcard(id);
        var limit = isWildcard ? Options.MaxNumberOfWildcardChannels : Options.MaxNumberOfChannels;
        if (limit >= PushStreamOptions.Unlimited)
        {
            return Create(id, creator);
        }

        // One at a time: two that are counted at once would both find room for the last one.
        lock (_creating)
        {
            return _hub.Find(id) ?? (Volatile.Read(ref isWildcard ? ref _wildcards : ref _channels) < limit ? Create(id, creator) : null);
        }
    }

    public PublishStatus Publish(ReadOnlySpan<byte> id, byte[] payload, MessageLabels? labels, bool isStored) => _broker
        .Publish(id, new Publication(payload) { Labels = labels, Retention = isStored ? Stored : NotStored })
        .Status;

    /// <summary>Deletes a channel; its subscribers are told.</summary>
    /// <param name="text">What they are told; empty for what is configured.</param>
    /// <returns>False where there is none.</returns>
    public bool Delete(ReadOnlySpan<byte> id, ReadOnlySpan<byte> text)
    {
        if (!_hub.Close(id, out _, text.IsEmpty ? null : text.ToArray()))
        {
            return false;
        }

        var now = Seconds;
        _forgotten.Add(now, -1);
        _deleted.Add(now, 1);
        return true;
    }

    /// <summary>All channels whose id begins so, in the order they were created.</summary>
    public IEnumerable<Channel> Matching(byte[] prefix) => _hub.Channels().Where(channel => channel.Name.StartsWith(prefix));

    public static ChannelInfo InfoOf(Channel channel) =>
        new(channel.Name.ToArray(), channel.Position.Offset - 1, channel.StoredCount, channel.SubscriberCount);

    public ServerInfo ServerInfo()
    {
        var now = Seconds;
        return new ServerInfo(
            Environment.MachineName,
            Now,
            Volatile.Read(ref _channels),
            Volatile.Read(ref _wildcards),
            Math.Max(0, _hub.PublishedCount - (_events?.PublishedCount ?? 0)),
            Math.Max(0, _hub.StoredCount - (_events?.StoredCount ?? 0)),
            _droppedMessages.Sum(now, 0, InDelete + InTrash),
            _deleted.Sum(now, 0, InDelete),
            _deleted.Sum(now, InDelete, InDelete + InTrash) + Math.Max(0, _forgotten.Sum(now, 0, InTrash)),
            _hub.ReceiverCount,
            (long)_time.GetElapsedTime(_started).TotalSeconds,
            Environment.ProcessId);
    }

    public void ChannelCreated(Channel channel)
    {
        Interlocked.Increment(ref IsWildcard(channel.Name) ? ref _wildcards : ref _channels);
        _events?.TellCreated(channel);
    }

    public void ChannelRemoved(Channel channel)
    {
        Interlocked.Decrement(ref IsWildcard(channel.Name) ? ref _wildcards : ref _channels);
        _forgotten.Add(Seconds, 1);
        _events?.TellDestroyed(channel);
    }

    public void SubscribersChanged(Channel channel, int by) => _events?.TellSubscribers(channel, by);

    public void StoredChanged(Channel channel, int messages, long bytes)
    {
        if (messages < 0)
        {
            _droppedMessages.Add(Seconds, -messages);
        }
    }

    private long Seconds => (long)_time.GetElapsedTime(_started).TotalSeconds;

    private Channel? Create(ReadOnlySpan<byte> id, ClientBlock creator) => _hub.FindOrCreate(id, Options.ChannelInactivityTime, creator);
}
