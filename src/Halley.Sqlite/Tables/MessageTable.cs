namespace Halley.Sqlite.Tables;

/// <summary>The messages that are kept.</summary>
internal sealed class MessageTable : IDisposable
{
    /// <summary>A message lies beside its neighbours of the same channel; that is how they are read.</summary>
    public const string Schema = """
        CREATE TABLE message (
            channel INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            stamp INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            traits INTEGER NOT NULL,
            event_id BLOB,
            event_type BLOB,
            content_type BLOB,
            payload BLOB NOT NULL,
            details BLOB,
            PRIMARY KEY (channel, offset)
        ) STRICT, WITHOUT ROWID
        """;

    /// <summary>Makes the table what it is now, where version 1 of the schema made it.</summary>
    public const string FromVersion1 = "ALTER TABLE message ADD COLUMN details BLOB";

    // Beside the traits: that there are labels, even where none of them is said.
    private const long HasLabels = 0x100;

    private readonly Statement _add;
    private readonly Statement _read;
    private readonly Statement _span;
    private readonly Statement _oldestOf;
    private readonly Statement _drop;
    private readonly Statement _dropExpired;
    private readonly Statement _count;
    private readonly Statement _newest;

    public MessageTable(Database database)
    {
        _add = database.Make("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        _read = database.Make(
            "SELECT offset, stamp, expires, traits, event_id, event_type, content_type, payload, details "
                + "FROM message WHERE channel = ? ORDER BY offset");
        _span = database.Make(
            "SELECT count(*), min(offset), max(offset), max(expires), min(nullif(expires, 0)) FROM message "
                + "WHERE channel = ?");
        _oldestOf = database.Make(
            "SELECT offset FROM message WHERE channel = ? ORDER BY offset DESC LIMIT 1 OFFSET ?");
        _drop = database.Make(
            "DELETE FROM message WHERE channel = ? AND offset < ? RETURNING offset, length(payload)");
        _dropExpired = database.Make(
            "DELETE FROM message WHERE channel = ? AND expires > 0 AND expires <= ? "
                + "RETURNING offset, length(payload)");
        _count = database.Make(
            "SELECT count(*) FROM message WHERE channel = ? AND (expires = 0 OR expires > ?)");
        _newest = database.Make(
            "SELECT stamp FROM message WHERE channel = ? AND (expires = 0 OR expires > ?) "
                + "ORDER BY offset DESC LIMIT 1");
    }

    public void Add(long channel, in StoredMessage message)
    {
        var labels = message.Labels;
        _add.With(channel)
            .With(message.Offset)
            .With(Stamps.Pack(message.Stamp))
            .With(message.ExpiresAt)
            .With((long)message.Traits | (labels is null ? 0 : HasLabels))
            .WithNullable(labels?.EventId)
            .WithNullable(labels?.EventType)
            .WithNullable(labels?.ContentType)
            .With(message.Payload)
            .WithNullable(labels?.Details)
            .Run();
    }

    public List<StoredMessage> Read(long channel)
    {
        var messages = new List<StoredMessage>();
        _read.With(channel);
        while (_read.Read())
        {
            var traits = _read.Long(3);
            messages.Add(new StoredMessage(
                _read.Long(0),
                _read.Bytes(7),
                (MessageTraits)(traits & 0xFF),
                Stamps.Unpack(_read.Long(1)),
                (traits & HasLabels) == 0 ? null
                    : new MessageLabels(
                        _read.NullableBytes(4),
                        _read.NullableBytes(5),
                        _read.NullableBytes(6),
                        _read.NullableBytes(8)),
                _read.Long(2)));
        }

        return messages;
    }

    /// <summary>Finds the span of a channel's messages.</summary>
    public MessageSpan SpanOf(long channel)
    {
        _span.With(channel).Read();
        var span = new MessageSpan(_span.Long(0), _span.Long(1), _span.Long(2), _span.Long(3), _span.Long(4));
        _span.End();
        return span;
    }

    /// <summary>The offset of the oldest among that many of the newest.</summary>
    public long OldestOf(long channel, long newest) => _oldestOf.With(channel).With(newest - 1).Scalar();

    /// <summary>Drops the messages before an offset.</summary>
    public Dropped Drop(long channel, long before) => DroppedBy(_drop.With(channel).With(before));

    public Dropped DropExpired(long channel, long now) => DroppedBy(_dropExpired.With(channel).With(now));

    public int Count(long channel, long now) => (int)_count.With(channel).With(now).Scalar();

    /// <summary>The stamp of the newest; the default where there is none.</summary>
    public MessageStamp Newest(long channel, long now) => Stamps.Unpack(_newest.With(channel).With(now).Scalar());

    public void Dispose()
    {
        foreach (var statement in (Statement[])
            [_add, _read, _span, _oldestOf, _drop, _dropExpired, _count, _newest])
        {
            statement.Dispose();
        }
    }

    private static Dropped DroppedBy(Statement statement)
    {
        long count = 0, bytes = 0, newest = 0;
        while (statement.Read())
        {
            count++;
            bytes += statement.Long(1);
            newest = Math.Max(newest, statement.Long(0));
        }

        return new Dropped(count, bytes, newest);
    }
}

/// <summary>The messages of a channel that are there; all 0 where none is.</summary>
/// <param name="LastExpiry">Seconds of UTC; 0 where none expires.</param>
internal readonly record struct MessageSpan(
    long Count, long Oldest, long Newest, long LastExpiry, long FirstExpiry);

/// <summary>The messages that were dropped.</summary>
/// <param name="Newest">The highest offset; 0 where nothing was.</param>
internal readonly record struct Dropped(long Count, long Bytes, long Newest);
