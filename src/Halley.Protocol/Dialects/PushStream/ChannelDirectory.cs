using System.Text;
using Halley.Access;
using Halley.Broker;
using Halley.Channels;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The hub's channels as push-stream sees them: with ids that may be too long or reserved, counted apart where they are
/// wildcard channels, and told of in its events channel. Any thread.
/// </summary>
internal sealed class ChannelDirectory : IHubObserver
{
    // The original moves a deleted channel to its trash within four seconds, and empties that after ten more. Nothing
    // of it lies anywhere here, but who watches those numbers sees what it is used to.
    private const string ServerQuestion = "push-stream.server";
    private const int InDelete = 4;
    private const int InTrash = 10;

    private readonly Hub _hub;
    private readonly IBroker _broker;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly byte[] _wildcardPrefix;
    private readonly byte[] _eventsId;
    private readonly EventsChannel? _events;
    private readonly RecentCount _deleted = new();
    private readonly RecentCount _forgotten = new();
    private readonly RecentCount _droppedMessages = new();
    private volatile PushStreamOptions _options;
    private int _channels;
    private int _wildcards;

    public ChannelDirectory(PushStreamOptions options, Hub hub, IBroker broker, TimeProvider time)
    {
        _options = options;
        _hub = hub;
        _broker = broker;
        _time = time;
        _started = time.GetTimestamp();
        _wildcardPrefix = Encoding.UTF8.GetBytes(options.WildcardChannelPrefix);
        _eventsId = Encoding.UTF8.GetBytes(options.EventsChannelId);
        if (hub.IsWorker)
        {
            // Counted and told of where they are.
            return;
        }

        hub.Observe(this);
        hub.Admits(TryCount);
        hub.Answers(ServerQuestion, _ => OwnShare().ToBytes());
        if (_eventsId.Length == 0)
        {
            return;
        }

        var reserved = broker.Reserve(_eventsId, TimeSpan.MaxValue, newest: 0);
        if (!reserved.IsCompletedSuccessfully || reserved.Result is not null)
        {
            var retention = Stored with { Messages = Math.Min(Stored.Messages, EventsChannel.MaxStored) };
            _events = new EventsChannel(_eventsId, broker, retention);
        }
    }

    public PushStreamOptions Options => _options;

    /// <summary>Takes over other limits; prefix and id of special channels stay.</summary>
    public void Change(PushStreamOptions options) => _options = options;

    /// <summary>The retention of a message that is to be kept.</summary>
    public Retention Stored => new(Options.MaxMessagesStoredPerChannel, Options.MessageTtl);

    /// <summary>The retention of a message that is not to be kept.</summary>
    public static Retention NotStored { get; } = new(0, null);

    public DateTimeOffset Now => _time.GetUtcNow();

    public bool IsWildcard(ReadOnlySpan<byte> id) => _wildcardPrefix.Length > 0 && id.StartsWith(_wildcardPrefix);

    public bool IsEvents(ReadOnlySpan<byte> id) => _eventsId.Length > 0 && id.SequenceEqual(_eventsId);

    /// <summary>Finds what is wrong with an id, whatever is wanted of it; null for nothing.</summary>
    public Refusal? Check(NamedChannel named) =>
        named.IsReserved ? Refusals.ReservedId
            : named.Id.Length > Options.MaxChannelIdLength ? Refusals.IdTooLong
            : null;

    /// <summary>Reports the state of a channel; null where there is none.</summary>
    public ValueTask<ChannelState?> Info(ReadOnlySpan<byte> id) => _broker.Info(id);

    /// <summary>Whether a channel that is created now counts for whom it is created for.</summary>
    public bool CountsCreators => _hub.CountsCreators;

    /// <summary>Reports the state of those channels that exist.</summary>
    public async ValueTask<IReadOnlyList<ChannelInfo>> Infos(byte[][] ids)
    {
        var known = new List<ChannelInfo>(ids.Length);
        foreach (var id in ids)
        {
            if (await _broker.Info(id).ConfigureAwait(false) is { } state)
            {
                known.Add(ChannelInfo.Of(id, state));
            }
        }

        return known;
    }

    /// <summary>All channels whose id begins so, in the order they were created.</summary>
    public async ValueTask<IReadOnlyList<ChannelInfo>> Matching(byte[] prefix) =>
        [.. (await _broker.List(prefix).ConfigureAwait(false)).Select(
            channel => ChannelInfo.Of(channel.Name, channel.State))];

    /// <summary>Creates a channel where there is none.</summary>
    /// <returns>False where there are as many channels, or wildcard channels, as there may be.</returns>
    public ValueTask<bool> Create(ReadOnlySpan<byte> id) => _broker.Create(id, Options.ChannelInactivityTime);

    /// <summary>Attaches a subscriber to a channel, which is created where there is none.</summary>
    /// <param name="creator">The subscriber that it would be created for.</param>
    public AttachResult Attach(
        ReadOnlySpan<byte> id,
        ClientBlock creator,
        Subscription subscription,
        in Replay replay,
        bool onlyToWait,
        IExchange exchange) => _hub.Attach(
            id,
            subscription,
            new AttachOptions
            {
                Replay = replay,
                OnlyToWait = onlyToWait,
                IdleTimeout = Options.ChannelInactivityTime,
                Creator = creator,
            },
            exchange);

    /// <summary>Finds a channel to read what is kept of it; it is created where there is none.</summary>
    public AttachResult Read(ReadOnlySpan<byte> id, ClientBlock creator, IExchange exchange) =>
        _hub.Read(id, new AttachOptions { IdleTimeout = Options.ChannelInactivityTime, Creator = creator }, exchange);

    /// <summary>Publishes to channels, one after the other.</summary>
    /// <returns>What the first one said that refused; else that it was published.</returns>
    public async ValueTask<PublishStatus> Publish(
        byte[][] ids, byte[] payload, MessageLabels? labels, bool isStored, byte[]? idempotencyKey = null)
    {
        var publication = new Publication(payload)
        {
            Labels = labels,
            Retention = isStored ? Stored : NotStored,
            IdempotencyKey = idempotencyKey,
        };
        foreach (var id in ids)
        {
            var result = await _broker.Publish(id, publication).ConfigureAwait(false);
            if (result.Status != PublishStatus.Published)
            {
                return result.Status;
            }
        }

        return PublishStatus.Published;
    }

    /// <summary>Deletes channels; their subscribers are told.</summary>
    /// <param name="text">What they are told; empty for what is configured.</param>
    /// <returns>Whether there was any of them.</returns>
    public async ValueTask<bool> Delete(byte[][] ids, byte[] text)
    {
        var wasAny = false;
        foreach (var id in ids)
        {
            wasAny |= await _broker.Close(id, text.Length == 0 ? null : text).ConfigureAwait(false) is not null;
        }

        return wasAny;
    }

    /// <summary>Reports the state of the server: all processes that share its channels.</summary>
    public async ValueTask<ServerInfo> ServerInfo()
    {
        var answers = await _broker.Survey(ServerQuestion, []).ConfigureAwait(false);
        var share = answers
            .Select(answer => ServerShare.Read(answer))
            .DefaultIfEmpty(OwnShare())
            .Aggregate(ServerShare.Together);
        var counts = await _broker.Count().ConfigureAwait(false);
        var events = _eventsId.Length == 0 ? null : await _broker.Info(_eventsId).ConfigureAwait(false);
        return new ServerInfo(
            Math.Max(0, counts.Channels - share.WildcardChannels),
            share.WildcardChannels,
            Math.Max(0, counts.Published - share.Events),
            Math.Max(0, counts.Stored - (events?.Stored ?? 0)),
            counts.Receivers,
            share);
    }

    private ServerShare OwnShare()
    {
        var now = Seconds;
        return new ServerShare(
            Environment.MachineName,
            Environment.ProcessId,
            Now,
            (long)_time.GetElapsedTime(_started).TotalSeconds,
            Volatile.Read(ref _wildcards),
            _events?.PublishedCount ?? 0,
            _droppedMessages.Sum(now, 0, InDelete + InTrash),
            _deleted.Sum(now, 0, InDelete),
            _deleted.Sum(now, InDelete, InDelete + InTrash) + Math.Max(0, _forgotten.Sum(now, 0, InTrash)));
    }

    public void ChannelCreated(Channel channel)
    {
        if (_hub.Sequences)
        {
            _events?.TellCreated(channel.Name);
        }
    }

    public void ChannelRemoved(Channel channel, bool wasClosed)
    {
        Interlocked.Decrement(ref IsWildcard(channel.Name) ? ref _wildcards : ref _channels);
        (wasClosed ? _deleted : _forgotten).Add(Seconds, 1);
        if (_hub.Sequences)
        {
            _events?.TellDestroyed(channel);
        }
    }

    public void StreamChanged(ReadOnlySpan<byte> name, bool isThere)
    {
        if (isThere)
        {
            _events?.TellCreated(name);
        }
        else
        {
            _events?.TellDestroyed(name);
        }
    }

    public void SubscribersChanged(Channel channel, int by) => _events?.TellSubscribers(channel, by);

    public void Settled() => _events?.PublishAll();

    public void StoredChanged(Channel channel, int messages, long bytes)
    {
        if (messages < 0)
        {
            _droppedMessages.Add(Seconds, -messages);
        }
    }

    private long Seconds => (long)_time.GetElapsedTime(_started).TotalSeconds;

    // Counted as it is let be: of two that come at once, one finds the last place taken.
    private bool TryCount(ReadOnlySpan<byte> id)
    {
        var isWildcard = IsWildcard(id);
        ref var count = ref isWildcard ? ref _wildcards : ref _channels;
        if (Interlocked.Increment(ref count) <= (
            isWildcard ? Options.MaxNumberOfWildcardChannels : Options.MaxNumberOfChannels))
        {
            return true;
        }

        Interlocked.Decrement(ref count);
        return false;
    }
}
