using Halley.Sqlite.Tables;

namespace Halley.Sqlite;

// How long channels and messages are kept, and which of them are in memory.
internal sealed partial class Storage
{
    // Seconds that a channel stays in memory after its last use.
    private const long Linger = 30;

    // What one turn looks at; the rest comes in the next one, and publishers in between.
    private const int MostPerTurn = 500;

    private readonly PriorityQueue<StoredChannel, long> _looks = new();

    /// <summary>Looks at those whose time has come, in memory and in the file.</summary>
    /// <returns>Whether there are more.</returns>
    public bool Look(LookResult result)
    {
        var now = Now;
        var left = MostPerTurn;
        for (; left > 0 && _looks.TryPeek(out var channel, out var due) && due <= now; left--)
        {
            _looks.Dequeue();
            if (channel.Due == due && _cache.Has(channel))
            {
                result.Looked.Add(channel);
                Look(channel, now, result);
            }
        }

        // What the file says is not so, while it lags behind: that would be done again each time.
        var names = _unit.IsWhole ? _database.Channels.Due(now, MostPerTurn) : [];
        foreach (var name in names)
        {
            LookInFile(name, now, result);
        }

        return DropKeys(now) || left == 0 || names.Count == MostPerTurn;
    }

    /// <summary>Lets go of what has not been used since it was looked at, and looks at the others later.</summary>
    public void Forget(LookResult result)
    {
        foreach (var channel in result.Looked)
        {
            if (_cache.Has(channel))
            {
                Schedule(channel);
            }
        }

        foreach (var channel in result.Evicted.Where(channel => IsIdle(channel, Now) && _cache.Has(channel)))
        {
            _cache.Evict(channel);
        }
    }

    /// <summary>Gives free space of the file back.</summary>
    /// <returns>Whether there was much.</returns>
    public bool TryShrink()
    {
        if (!_unit.IsWhole || _database.PagesToFree() is not (> 0 and var pages))
        {
            return false;
        }

        _unit.Begin();
        _database.Free(pages);
        return true;
    }

    public void Checkpoint() => _database.Checkpoint();

    /// <summary>Notes that somebody listens from now on, or asked for what is kept.</summary>
    public void Ask(StoredChannel channel)
    {
        _cache.Touch(channel);
        channel.Fields.Use(Now);
        channel.Fields.Requested = Now;
    }

    /// <summary>Notes that nobody has listened for some seconds: from then on its time runs.</summary>
    /// <param name="left">The time that it had when the first one came.</param>
    public void Leave(StoredChannel channel, long left, long ago)
    {
        _cache.Touch(channel);
        channel.LastUse = Now;
        ref var fields = ref channel.Fields;
        fields.Requested = Now - ago;
        fields.ForgetAt = Math.Max(fields.ForgetAt, Now - ago + Math.Max(fields.Usual, left));
        Schedule(channel, isFollowed: false);
    }

    private void Schedule(StoredChannel channel) => Schedule(channel, channel.FollowedAs is not null);

    private void Schedule(StoredChannel channel, bool isFollowed)
    {
        ref var fields = ref channel.Fields;
        var due = !isFollowed
            ? Math.Min(Math.Min(channel.LastUse + Linger, fields.EndsAt), fields.PresenceAt)
            : fields.PresenceAt;
        if (fields.FirstExpiry > 0)
        {
            due = Math.Min(due, fields.FirstExpiry);
        }

        channel.Due = Math.Max(due, Now + 1);
        _looks.Enqueue(channel, channel.Due);
    }

    private bool IsIdle(StoredChannel channel, long now) =>
        channel.FollowedAs is null && !channel.IsDirty && _unit.IsWhole && channel.LastUse + Linger <= now;

    private void Look(StoredChannel channel, long now, LookResult result)
    {
        if (channel.FollowedAs is null && channel.Fields.EndsAt <= now)
        {
            Remove(channel);
            result.Ended.Add(channel.Name);
            return;
        }

        _cache.Touch(channel);
        DropExpired(channel, now);
        var isIdle = IsIdle(channel, now);
        if (channel.Fields.PresenceAt <= now || isIdle)
        {
            channel.Fields.PresenceAt = now + Math.Max(1, _idle);
            result.Here.Add(channel.Name);
        }

        if (isIdle)
        {
            SaveIdle(channel);
            result.Evicted.Add(channel);
        }
    }

    private void LookInFile(byte[] name, long now, LookResult result)
    {
        if (_cache.Find(name) is { } used)
        {
            var id = used.Id;
            used.Fields.LookAt = now + Linger;
            _unit.Do(() => _database.Channels.Postpone(id, now + Linger));
            return;
        }

        var channel = Load(name)!;
        if (channel.Fields.EndsAt <= now)
        {
            RemoveRow(channel);
            result.Ended.Add(channel.Name);
            return;
        }

        DropExpired(channel, now);
        SaveIdle(channel);
    }

    // True where there are more.
    private bool DropKeys(long now)
    {
        if (!_unit.IsWhole || !_database.Keys.HasOlder(now))
        {
            return false;
        }

        var dropped = 0;
        _unit.Do(() =>
        {
            dropped = _database.Keys.Drop(now, MostPerTurn);
            _state.Totals = _state.Totals with { Keys = _state.Totals.Keys - dropped };
        });
        return dropped == MostPerTurn;
    }

    private void SaveIdle(StoredChannel channel)
    {
        ref var fields = ref channel.Fields;
        fields.LookAt = fields.NextLook;
        var saved = fields;
        _unit.Do(() => _database.Channels.Save(channel, saved));
    }

    private void DropExpired(StoredChannel channel, long now)
    {
        ref var fields = ref channel.Fields;
        if (fields.FirstExpiry == 0 || fields.FirstExpiry > now || !_unit.IsWhole)
        {
            return;
        }

        // What it was is read first, and what it is then: whatever was told has been written by now.
        _unit.Begin();
        var id = channel.Id;
        var dropped = default(Dropped);
        _unit.Do(() => Subtract(dropped = _database.Messages.DropExpired(id, now)));
        var span = _database.Messages.SpanOf(id);
        fields.Count = span.Count;
        fields.Oldest = span.Count == 0 ? fields.Next : span.Oldest;
        (fields.LastExpiry, fields.FirstExpiry) = (span.LastExpiry, span.FirstExpiry);
        fields.Losses = fields.Losses with { ExpiredTo = Math.Max(fields.Losses.ExpiredTo, dropped.Newest) };
        _unit.Save(channel);
    }
}

/// <summary>The outcome of looking at channels.</summary>
internal sealed class LookResult(List<StoredChannel>? looked = null)
{
    /// <summary>Those in memory that were looked at.</summary>
    public List<StoredChannel> Looked { get; } = looked ?? [];

    /// <summary>Those that the file has whole, and nobody uses.</summary>
    public List<StoredChannel> Evicted { get; } = [];

    /// <summary>The names of those that were forgotten.</summary>
    public List<byte[]> Ended { get; } = [];

    /// <summary>The names of those that are to be told again.</summary>
    public List<byte[]> Here { get; } = [];
}
