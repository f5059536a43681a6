using System.Security.Cryptography;
using Halley.Channels;
using Halley.Outbox;
using Halley.Sqlite.Tables;
using Microsoft.Data.Sqlite;

namespace Halley.Sqlite;

/// <summary>
/// The channels: what is done to them, in memory and in the file. Everything that is done here belongs to the
/// transaction under way, and is undone with it. On the writer's thread.
/// </summary>
/// <exception cref="SqliteException">From every verb: the file cannot be read or written.</exception>
internal sealed partial class Storage : IDisposable
{
    private const int SecretLength = 32;

    private readonly Database _database;
    private readonly StorageState _state;
    private readonly Unit _unit;
    private readonly ChannelCache _cache = new();

    // Those that clients were told to be gone before the file says so.
    private readonly HashSet<byte[]> _gone = new(NameComparer.Instance);
    private volatile HubOptions _limits;
    private readonly OutboxRule? _tellOf;
    private readonly OutboxLimits _outboxLimits;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly long _started;
    private readonly long _idle;

    /// <param name="refused">Told when the disk refuses what clients were told already.</param>
    /// <exception cref="StorageException">The file cannot be used.</exception>
    public Storage(SqliteOptions options, TimeProvider time, Action<SqliteException> refused)
    {
        _limits = options.Limits;
        (_tellOf, _outboxLimits) = (options.TellOf, options.OutboxLimits);
        _time = time;
        _started = time.GetTimestamp();
        _startedAt = time.GetUtcNow().ToUnixTimeSeconds();
        _idle = SecondsOf(_limits.IdleTimeout);
        _database = new Database(options);
        TellsFirst = options.Durability == Durability.Memory;
        try
        {
            _state = _database.State.Read()
                ?? new StorageState { Secret = RandomNumberGenerator.GetBytes(SecretLength) };
            WasCut = _state.IsCut;
            if (WasCut)
            {
                _state.Generation++;
                _state.LastStamp = Math.Max(_state.LastStamp, Stamps.Latest(time.GetUtcNow()));
            }

            _state.IsCut = TellsFirst;
            _unit = new Unit(_database, _state, TellsFirst) { Refused = refused };
            CommitForSure();
        }
        catch (SqliteException unusable)
        {
            _database.Dispose();
            throw new StorageException(
                $"{Path.Combine(options.Directory, Database.FileName)} (storage.path) cannot be used: "
                    + Fault.Describe(unusable),
                unusable);
        }
    }

    /// <summary>Takes over other limits, but for how long an unused channel is kept. Any thread.</summary>
    public void Change(HubOptions limits) => _limits = limits;

    /// <summary>Whether clients are told before it is written.</summary>
    public bool TellsFirst { get; }

    /// <summary>Whether messages may be missing that were told before the last end.</summary>
    public bool WasCut { get; }

    public Totals Totals => _state.Totals;

    public int ChannelsInMemory => _cache.Count;

    public byte[] Secret => _state.Secret;

    public Unit Unit => _unit;

    /// <summary>Seconds of UTC, which go on evenly while the process runs.</summary>
    public long Now => _startedAt + (long)_time.GetElapsedTime(_started).TotalSeconds;

    /// <summary>Finds a channel, in memory or in the file, and marks a use.</summary>
    public StoredChannel? Find(ReadOnlySpan<byte> name)
    {
        var channel = _cache.Find(name);
        if (channel is null && (channel = Load(name)) is not null)
        {
            _cache.Add(channel);
            Schedule(channel);
            if (channel.Fields.Generation < _state.Generation)
            {
                Renew(channel);
            }
        }

        if (channel is not null)
        {
            channel.LastUse = Now;
        }

        return channel;
    }

    /// <param name="usual">The seconds that a new channel is kept after a use; null for the hub's own rule.</param>
    /// <param name="wasCreated">Whether it was not there.</param>
    /// <returns>Null where there are as many channels as allowed.</returns>
    public StoredChannel? FindOrCreate(ReadOnlySpan<byte> name, long? usual, out bool wasCreated)
    {
        wasCreated = false;
        if (Find(name) is { } found)
        {
            return found;
        }

        if (_state.Totals.Channels >= _limits.MaxChannels)
        {
            return null;
        }

        wasCreated = true;
        var life = usual ?? _idle;
        var channel = new StoredChannel(
            name.ToArray(),
            ++_state.LastChannel,
            new StoredFields
            {
                Epoch = NextEpoch(),
                Generation = _state.Generation,
                Next = 1,
                Oldest = 1,
                Usual = life,
                ForgetAt = Now + life,
                PresenceAt = Now + _idle,
            })
        {
            LastUse = Now,
        };
        channel.Fields.LookAt = channel.Fields.NextLook;
        var fields = channel.Fields;
        _unit.Do(() =>
        {
            _database.Channels.Save(channel, fields);
            _state.Totals = _state.Totals with { Channels = _state.Totals.Channels + 1 };
        });
        _cache.Add(channel);
        Schedule(channel);
        return channel;
    }

    /// <summary>Keeps a channel for exactly that long once nobody is here.</summary>
    public void KeepFor(StoredChannel channel, long seconds)
    {
        _cache.Touch(channel);
        channel.Fields.ForgetAt = Now + seconds;
        _unit.Save(channel);
        Schedule(channel);
    }

    /// <summary>Takes a channel and all that is kept of it out of the file.</summary>
    public void Remove(StoredChannel channel)
    {
        _cache.Remove(channel);
        RemoveRow(channel);
    }

    /// <summary>Forgets the messages kept; offsets continue.</summary>
    public void Clear(StoredChannel channel)
    {
        _cache.Touch(channel);
        Drop(channel, channel.Fields.Next, LossReason.Cleared);
        channel.Fields.LastExpiry = channel.Fields.FirstExpiry = 0;
        _unit.Save(channel);
    }

    /// <summary>Ends what was begun. Returns when it is on the disk.</summary>
    public void Commit()
    {
        if (_unit.HasWork)
        {
            CommitUnit();
        }
    }

    /// <summary>Tries whether the disk takes again what it had refused.</summary>
    public void TryAgain()
    {
        if (!TellsFirst)
        {
            _unit.Begin();
            return;
        }

        try
        {
            CommitUnit();
        }
        catch (SqliteException refused)
        {
            _unit.FallBehind(refused);
            throw;
        }
    }

    /// <summary>Lets stand what was done in memory.</summary>
    public void Accept() => _cache.Accept();

    /// <summary>Undoes what was done since the last <see cref="Accept"/>, in memory and in the file.</summary>
    public void Rollback()
    {
        _cache.Undo();
        _unit.Rollback(_cache.Has);
    }

    /// <summary>Writes all that is to be written, and that nothing is missing.</summary>
    public void Close()
    {
        _state.IsCut = false;
        CommitForSure();
    }

    public void Dispose() => _database.Dispose();

    private static long SecondsOf(TimeSpan time) => (long)Math.Clamp(time.TotalSeconds, 0, int.MaxValue / 2);

    // Synced whatever the durability: what it says must not be older than the messages.
    private void CommitForSure()
    {
        Commit();
        _database.Execute("PRAGMA synchronous = FULL");
        CommitUnit();
        _database.Execute($"PRAGMA synchronous = {(TellsFirst ? "NORMAL" : "FULL")}");
    }

    private void CommitUnit()
    {
        _unit.Commit(_cache.Has);
        _gone.Clear();
    }

    private StoredChannel? Load(ReadOnlySpan<byte> name)
    {
        if (_gone.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(name)
            || _database.Channels.Find(name) is not { } channel)
        {
            return null;
        }

        var span = _database.Messages.SpanOf(channel.Id);
        ref var fields = ref channel.Fields;
        fields.Next = Math.Max(fields.Next, span.Newest + 1);
        fields.Count = span.Count;
        fields.Oldest = span.Count == 0 ? fields.Next : span.Oldest;
        (fields.LastExpiry, fields.FirstExpiry) = (span.LastExpiry, span.FirstExpiry);

        // What newer ones took the place of is the one thing that its row is not written for.
        var lost = Math.Max(Math.Max(fields.Losses.To, fields.Losses.ExpiredTo), fields.UnkeptTo);
        if (fields.Oldest - 1 > lost)
        {
            fields.Losses = fields.Losses with { To = fields.Oldest - 1, Reason = LossReason.Evicted };
        }

        // Whoever was here before the last end has time to come back.
        fields.ForgetAt = Math.Max(fields.ForgetAt, _startedAt + fields.Usual);
        channel.LastUse = Now;
        return channel;
    }

    // Some of what was told may be missing at its end: who had it must not take what comes for the rest.
    private void Renew(StoredChannel channel)
    {
        _cache.Touch(channel);
        ref var fields = ref channel.Fields;
        fields.Losses = fields.Losses with { Continues = new Continuation(fields.Epoch, fields.Next) };
        fields.Epoch = NextEpoch();
        fields.Generation = _state.Generation;
        _unit.Save(channel);
    }

    private long NextEpoch() =>
        _state.LastEpoch = Math.Max(_state.LastEpoch + 1, _time.GetUtcNow().ToUnixTimeMilliseconds() << 12);

    private void Drop(StoredChannel channel, long before, LossReason reason)
    {
        ref var fields = ref channel.Fields;
        if (fields.Oldest >= before)
        {
            return;
        }

        fields.Oldest = before;
        var id = channel.Id;
        var newest = before - 1;
        _unit.Do(() =>
        {
            var dropped = _database.Messages.Drop(id, before);
            Subtract(dropped);
            newest = dropped.Newest;
        });
        if (newest > 0)
        {
            fields.Losses = fields.Losses with { To = newest, Reason = reason };
        }
    }

    private void RemoveRow(StoredChannel channel)
    {
        if (TellsFirst)
        {
            _gone.Add(channel.Name);
        }

        var id = channel.Id;
        _unit.Do(() =>
        {
            Subtract(_database.Messages.Drop(id, long.MaxValue));
            _database.Channels.Remove(id);
            _state.Totals = _state.Totals with { Channels = _state.Totals.Channels - 1 };
        });
    }

    private void Subtract(in Dropped dropped) => _state.Totals = _state.Totals with
    {
        Messages = _state.Totals.Messages - dropped.Count,
        Bytes = _state.Totals.Bytes - dropped.Bytes,
    };
}
