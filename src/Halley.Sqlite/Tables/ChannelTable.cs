using Halley.Channels;

namespace Halley.Sqlite.Tables;

/// <summary>The channels, as they were when their row was last written.</summary>
internal sealed class ChannelTable : IDisposable
{
    private const string Columns =
        "id, name, epoch, generation, next, usual, forget_at, look_at, dropped_to, dropped_why, expired_to, "
            + "unkept_to, former_epoch, former_next";

    /// <summary>Seconds are of UTC. <c>next</c> may lag behind the messages.</summary>
    public static readonly string[] Schema =
    [
        """
        CREATE TABLE channel (
            id INTEGER PRIMARY KEY,
            name BLOB NOT NULL UNIQUE,
            epoch INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            next INTEGER NOT NULL,
            usual INTEGER NOT NULL,
            forget_at INTEGER NOT NULL,
            look_at INTEGER NOT NULL,
            dropped_to INTEGER NOT NULL,
            dropped_why INTEGER NOT NULL,
            expired_to INTEGER NOT NULL,
            unkept_to INTEGER NOT NULL,
            former_epoch INTEGER NOT NULL,
            former_next INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX channel_look ON channel (look_at)",
    ];

    private readonly Statement _find;
    private readonly Statement _save;
    private readonly Statement _update;
    private readonly Statement _remove;
    private readonly Statement _due;
    private readonly Statement _postpone;
    private readonly Statement _names;

    public ChannelTable(Database database)
    {
        _find = database.Make($"SELECT {Columns} FROM channel WHERE name = ?");
        _save = database.Make(
            $"INSERT INTO channel ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                + "ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, generation = excluded.generation, "
                + "next = excluded.next, usual = excluded.usual, forget_at = excluded.forget_at, "
                + "look_at = excluded.look_at, dropped_to = excluded.dropped_to, dropped_why = excluded.dropped_why, "
                + "expired_to = excluded.expired_to, unkept_to = excluded.unkept_to, "
                + "former_epoch = excluded.former_epoch, "
                + "former_next = excluded.former_next");
        _update = database.Make(
            "UPDATE channel SET epoch = ?, generation = ?, next = ?, forget_at = ?, dropped_to = ?, dropped_why = ?, "
                + "expired_to = ?, unkept_to = ?, former_epoch = ?, former_next = ? WHERE id = ?");
        _remove = database.Make("DELETE FROM channel WHERE id = ?");
        _due = database.Make("SELECT name FROM channel WHERE look_at <= ? ORDER BY look_at LIMIT ?");
        _postpone = database.Make("UPDATE channel SET look_at = ? WHERE id = ?");
        _names = database.Make("SELECT name FROM channel WHERE id > ? AND substr(name, 1, ?) = ? ORDER BY id");
    }

    public StoredChannel? Find(ReadOnlySpan<byte> name)
    {
        if (!_find.With(name).Read())
        {
            return null;
        }

        var continues = _find.Long(13) > 0 ? new Continuation(_find.Long(12), _find.Long(13)) : null;
        var found = new StoredChannel(
            _find.Bytes(1),
            _find.Long(0),
            new StoredFields
            {
                Epoch = _find.Long(2),
                Generation = _find.Long(3),
                Next = _find.Long(4),
                Usual = _find.Long(5),
                ForgetAt = _find.Long(6),
                LookAt = _find.Long(7),
                UnkeptTo = _find.Long(11),
                Losses = new Losses(_find.Long(8), (LossReason)_find.Long(9), _find.Long(10), continues),
            });
        _find.End();
        return found;
    }

    /// <summary>Writes a channel's row, whether there is one or not.</summary>
    public void Save(StoredChannel channel, in StoredFields fields) => _save
        .With(channel.Id)
        .With(channel.Name)
        .With(fields.Epoch)
        .With(fields.Generation)
        .With(fields.Next)
        .With(fields.Usual)
        .With(fields.ForgetAt)
        .With(fields.LookAt)
        .With(fields.Losses.To)
        .With((long)fields.Losses.Reason)
        .With(fields.Losses.ExpiredTo)
        .With(fields.UnkeptTo)
        .With(fields.Losses.Continues?.Epoch ?? 0)
        .With(fields.Losses.Continues?.Next ?? 0)
        .Run();

    /// <summary>Writes what changes often of a row that is there: not when it is looked at, which is indexed.</summary>
    public void Update(StoredChannel channel, in StoredFields fields) => _update
        .With(fields.Epoch)
        .With(fields.Generation)
        .With(fields.Next)
        .With(fields.ForgetAt)
        .With(fields.Losses.To)
        .With((long)fields.Losses.Reason)
        .With(fields.Losses.ExpiredTo)
        .With(fields.UnkeptTo)
        .With(fields.Losses.Continues?.Epoch ?? 0)
        .With(fields.Losses.Continues?.Next ?? 0)
        .With(channel.Id)
        .Run();

    public void Remove(long id) => _remove.With(id).Run();

    /// <summary>The names of some channels that are to be looked at.</summary>
    public List<byte[]> Due(long now, int most) => Names(_due.With(now).With(most));

    public void Postpone(long id, long lookAt) => _postpone.With(lookAt).With(id).Run();

    /// <summary>The names that begin with a prefix, in the order in which the channels were created.</summary>
    public List<byte[]> Names(ReadOnlySpan<byte> prefix) => Names(_names.With(0).With(prefix.Length).With(prefix));

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_find, _save, _update, _remove, _due, _postpone, _names])
        {
            statement.Dispose();
        }
    }

    private static List<byte[]> Names(Statement statement)
    {
        var names = new List<byte[]>();
        while (statement.Read())
        {
            names.Add(statement.Bytes(0));
        }

        return names;
    }
}
