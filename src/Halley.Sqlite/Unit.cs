using Microsoft.Data.Sqlite;

namespace Halley.Sqlite;

/// <summary>
/// One transaction's writes. Where clients are told first, what they were told is kept until it is on the disk, and
/// written again after a failure: nothing that was acknowledged depends on the disk having room. On the writer's
/// thread.
/// </summary>
internal sealed class Unit(Database database, StorageState state, bool tellsFirst)
{
    private readonly List<Told> _told = [];
    private readonly List<StoredChannel> _dirty = [];
    private Totals _written = state.Totals;
    private int _toldBefore;

    /// <summary>
    /// Whether the disk has refused what clients were told: until it is written, nothing more may be told.
    /// </summary>
    public bool IsBehind { get; private set; }

    /// <summary>Whether what is done is written by a later transaction, since this one has failed.</summary>
    public bool IsPostponed { get; private set; }

    /// <summary>Whether what is done is written at once, or fails.</summary>
    public bool IsDirect => !tellsFirst && !IsPostponed;

    /// <summary>The bytes of the messages that were told and not written.</summary>
    public long ToldBytes { get; private set; }

    public bool HasWork => database.IsInTransaction || _dirty.Count > 0 || _told.Count > 0;

    /// <summary>Whether everything in memory is in the file, or in the transaction.</summary>
    public bool IsWhole => !IsBehind && !IsPostponed;

    /// <summary>Told when the disk refuses what clients were told already.</summary>
    public Action<SqliteException>? Refused { get; init; }

    /// <summary>Begins the transaction where there is none, with what is still to be written.</summary>
    public void Begin()
    {
        if (!database.IsInTransaction)
        {
            database.Begin();
            foreach (var told in _told)
            {
                told.Write();
            }
        }
    }

    /// <summary>Has what is done from now on written by a later transaction.</summary>
    public void Postpone() => (IsPostponed, _toldBefore) = (true, _told.Count);

    /// <summary>Forgets what was postponed just now, since its operation has failed.</summary>
    public void ForgetPostponed()
    {
        ToldBytes -= _told.Skip(_toldBefore).Sum(static told => told.Message.Payload?.Length ?? 0);
        _told.RemoveRange(_toldBefore, _told.Count - _toldBefore);
    }

    public void EndPostponing() => IsPostponed = false;

    /// <summary>Begins it before anything is read that is then written, where that is written at once.</summary>
    public void BeginIfDirect()
    {
        if (IsDirect)
        {
            Begin();
        }
    }

    /// <summary>Writes something, now or later.</summary>
    /// <param name="message">Of that channel, for who reads before it is written.</param>
    public void Do(Action write, StoredChannel? channel = null, StoredMessage message = default)
    {
        if (IsDirect)
        {
            Begin();
            write();
            return;
        }

        var told = new Told(write, channel, message);
        ToldBytes += message.Payload?.Length ?? 0;
        if (IsBehind || IsPostponed)
        {
            _told.Add(told);
            return;
        }

        var isNoted = false;
        try
        {
            Begin();
            _told.Add(told);
            isNoted = true;
            write();
        }
        catch (SqliteException refused)
        {
            if (!isNoted)
            {
                _told.Add(told);
            }

            FallBehind(refused);
        }
    }

    /// <summary>Has a channel's row written at the end.</summary>
    public void Save(StoredChannel channel)
    {
        if (!channel.IsDirty)
        {
            channel.IsDirty = true;
            _dirty.Add(channel);
        }
    }

    /// <summary>The messages of a channel that were told and are not in the file.</summary>
    public IEnumerable<StoredMessage> ToldOf(StoredChannel channel) => database.IsInTransaction
        ? []
        : _told.Where(told => told.Channel == channel && told.Message.Payload is not null).Select(told => told.Message);

    /// <summary>Ends the transaction. Returns when all is on the disk that is to be.</summary>
    public void Commit(Func<StoredChannel, bool> isHere)
    {
        Begin();
        foreach (var channel in _dirty.Where(isHere))
        {
            SaveRow(channel);
        }

        database.State.Write(state);
        database.Commit();
        _dirty.ForEach(channel => channel.IsDirty = false);
        _dirty.Clear();
        _told.Clear();
        ToldBytes = 0;
        IsBehind = false;
        _written = state.Totals;
    }

    /// <summary>Forgets the transaction, and not what clients were told.</summary>
    /// <param name="isHere">Whether a channel is still there, after what was undone.</param>
    public void Rollback(Func<StoredChannel, bool> isHere)
    {
        try
        {
            database.Rollback();
        }
        catch (SqliteException)
        {
            // There was none any more.
        }

        state.Totals = _written;
        database.Events.Recount();
        foreach (var channel in _dirty)
        {
            channel.IsDirty = isHere(channel);
        }

        _dirty.RemoveAll(static channel => !channel.IsDirty);
    }

    /// <summary>Notes that the disk has refused what clients were told.</summary>
    public void FallBehind(SqliteException refused)
    {
        IsBehind = true;
        Rollback(static _ => true);
        Refused?.Invoke(refused);
    }

    private void SaveRow(StoredChannel channel)
    {
        ref var fields = ref channel.Fields;
        if (fields.NextLook >= fields.LookAt)
        {
            database.Channels.Update(channel, fields);
            return;
        }

        fields.LookAt = fields.NextLook;
        database.Channels.Save(channel, fields);
    }

    private readonly record struct Told(Action Write, StoredChannel? Channel, StoredMessage Message);
}
