using Halley.Access;
using Halley.Broker;
using Halley.Channels;
using Halley.Following;
using Halley.Sqlite.Operations;
using Microsoft.Extensions.Logging;

namespace Halley.Sqlite;

/// <summary>
/// Channels that outlive the process: a file on this machine keeps them, one thread gives out their numbers, and the
/// hub has copies of those that somebody listens to.
/// </summary>
public sealed class SqliteBroker : IBroker, IStreamSource, IDisposable
{
    // As FollowedChannels: the seconds for which a channel without subscribers is followed.
    private const double MaxLinger = 5;

    private readonly Hub _hub;
    private readonly StorageLock _lock;
    private readonly Writer _writer;
    private readonly FollowedChannels _followed;
    private readonly Tellers _tellers;
    private readonly ITimer _clock;
    private readonly Tick _tick;
    private readonly long _linger;
    private int _isTicking;

    /// <param name="hub">It has its channels from the file from now on.</param>
    /// <exception cref="StorageException">The directory or the file cannot be used.</exception>
    public SqliteBroker(Hub hub, SqliteOptions options, TimeProvider time, ILogger logger)
    {
        _hub = hub;
        _linger = (long)Math.Clamp(options.Limits.IdleTimeout.TotalSeconds - 2, 1, MaxLinger);
        _lock = new StorageLock(options.Directory);
        try
        {
            _writer = new Writer(options, time, logger);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }

        _followed = new FollowedChannels(hub, this, options.Limits.IdleTimeout, time);
        Outbox = new SqliteOutbox(_writer.Post);
        _tellers = new Tellers(hub, _followed)
        {
            WhenPublished = options.TellOf is null ? null : Outbox.WasAdded,
        };
        _tick = new Tick(_tellers, () => _writer.Refusal is not null, Ticked);
        _clock = time.CreateTimer(_ => Tick(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        hub.Use(this);
    }

    /// <summary>
    /// A sentence on why nothing can be published, or not everything can be read; null where all is well. Any thread.
    /// </summary>
    public string? Error => _writer.Error;

    /// <inheritdoc cref="Storage.Change"/>
    public void Change(HubOptions limits) => _writer.Change(limits);

    /// <summary>A secret that lies with the channels, for tokens that are valid as long as they.</summary>
    public byte[] Secret => _writer.Secret;

    /// <summary>The number of channels that are known in memory; those of the hub are copies of some of them.</summary>
    internal int ChannelsInMemory => _writer.ChannelsInMemory;

    /// <summary>
    /// Does some of what waits, where the storage has no thread: <see cref="SqliteOptions.HasThread"/>.
    /// </summary>
    /// <returns>Whether anything waited.</returns>
    internal bool Turn(int most) => _writer.Turn(most);

    /// <summary>Whether something was told that is not in the file. Between two turns.</summary>
    internal bool HasUnwritten => _writer.HasUnwritten;

    /// <summary>The events for the operator's own servers.</summary>
    public SqliteOutbox Outbox { get; }

    /// <inheritdoc/>
    public ValueTask<PublishResult> Publish(ReadOnlySpan<byte> channel, in Publication publication) =>
        _hub.HoldBack(channel, Ask(new Publish(_tellers, channel.ToArray(), publication)));

    /// <inheritdoc/>
    public ValueTask<long> PublishToAll(byte[] payload, IDispatcher dispatcher) =>
        Ask(new PublishToAll(_tellers, _writer.Post, payload));

    /// <inheritdoc/>
    public ValueTask<FollowResult> Follow(ReadOnlySpan<byte> channel, in AttachOptions options) =>
        _followed.Follow(channel, options);

    /// <inheritdoc/>
    public ValueTask<bool> Create(ReadOnlySpan<byte> channel, TimeSpan idleTimeout) =>
        IsThere(Ask(new Reserve(_tellers, channel.ToArray(), SecondsOf(idleTimeout), keepFor: null, newest: 0)));

    /// <inheritdoc/>
    public ValueTask<Reservation?> Reserve(ReadOnlySpan<byte> channel, TimeSpan keepFor, int newest) =>
        Ask(new Reserve(_tellers, channel.ToArray(), usual: null, SecondsOf(keepFor), newest));

    /// <inheritdoc/>
    public ValueTask<ChannelState?> Close(ReadOnlySpan<byte> channel, byte[]? farewell = null) =>
        Ask(new Close(_tellers, channel.ToArray(), farewell));

    /// <inheritdoc/>
    public ValueTask<StreamPosition?> Clear(ReadOnlySpan<byte> channel) =>
        Ask(new Clear(_tellers, channel.ToArray()));

    /// <inheritdoc/>
    public ValueTask<ChannelState?> Info(ReadOnlySpan<byte> channel) => Ask(new Info(_tellers, channel.ToArray()));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NamedState>> List(ReadOnlySpan<byte> prefix) =>
        Ask(new ListStates(_tellers, _writer.Post, prefix.ToArray()));

    /// <inheritdoc/>
    public async ValueTask<Counts> Count()
    {
        var totals = await Ask(new Count()).ConfigureAwait(false);
        return new Counts(
            totals.Channels, _hub.SubscriberCount, _hub.ReceiverCount, _hub.PublishedCount, totals.Messages);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<byte[]>> Survey(string question, byte[] argument) =>
        _hub.SurveyHere(question, argument);

    /// <inheritdoc/>
    public AttachResult FollowPresence(Subscription follower, IDispatcher dispatcher) =>
        _hub.Presence.Attach(follower, dispatcher);

    /// <inheritdoc/>
    void IStreamSource.Follow(
        uint id, ReadOnlySpan<byte> name, bool mayCreate, TimeSpan? idleTimeout, ClientBlock creator) =>
        _writer.Post(new Follow(
            _tellers, id, name.ToArray(), mayCreate, idleTimeout is { } time ? SecondsOf(time) : null));

    /// <inheritdoc/>
    void IStreamSource.Unfollow(uint id) => _writer.Post(new Unfollow(_tellers, id, _linger));

    /// <inheritdoc/>
    void IStreamSource.AskPosition(uint id) => _writer.Post(new AskPosition(_tellers, id));

    /// <inheritdoc/>
    void IStreamSource.Count(uint id, int by)
    {
        // Who listens here is known here.
    }

    /// <summary>Does what is under way, and returns when it is in the file.</summary>
    public void Dispose()
    {
        _clock.Dispose();
        _followed.Dispose();
        _writer.Dispose();
        _lock.Dispose();
    }

    private static long SecondsOf(TimeSpan time) => (long)Math.Clamp(time.TotalSeconds, 0, int.MaxValue / 2);

    private static async ValueTask<bool> IsThere(ValueTask<Reservation?> reserving) =>
        await reserving.ConfigureAwait(false) is not null;

    private ValueTask<T> Ask<T>(Operation<T> operation)
    {
        _writer.Post(operation);
        return new(operation.Answer);
    }

    // One at a time: the next one may come while the disk is slow.
    private void Tick()
    {
        if (Interlocked.Exchange(ref _isTicking, 1) == 0)
        {
            _writer.Post(_tick);
        }
    }

    private void Ticked(bool isMore)
    {
        if (isMore)
        {
            _writer.Post(_tick);
        }
        else
        {
            Volatile.Write(ref _isTicking, 0);
        }
    }
}
