using System.Buffers.Binary;
using Halley.Broker;

namespace Halley.Sqlite.Tables;

/// <summary>The places of publications with an idempotency key.</summary>
internal sealed class KeyTable : IDisposable
{
    public static readonly string[] Schema =
    [
        """
        CREATE TABLE publication (
            id BLOB PRIMARY KEY,
            fingerprint INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            stamp INTEGER NOT NULL,
            until INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX publication_until ON publication (until)",
    ];

    private readonly Statement _find;
    private readonly Statement _add;
    private readonly Statement _remove;
    private readonly Statement _older;
    private readonly Statement _drop;

    public KeyTable(Database database)
    {
        _find = database.Make(
            "SELECT fingerprint, epoch, offset, stamp FROM publication WHERE id = ? AND until > ?");
        _remove = database.Make("DELETE FROM publication WHERE id = ? RETURNING 1");
        _older = database.Make("SELECT 1 FROM publication WHERE until <= ? LIMIT 1");
        _add = database.Make("INSERT INTO publication VALUES (?, ?, ?, ?, ?, ?)");
        _drop = database.Make(
            "DELETE FROM publication WHERE id IN (SELECT id FROM publication WHERE until <= ? LIMIT ?) RETURNING 1");
    }

    /// <returns>Null where it is not known, or was for too long.</returns>
    public PublishResult? Find(UInt128 id, long fingerprint, long now)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id);
        if (!_find.With(bytes).With(now).Read())
        {
            return null;
        }

        var known = _find.Long(0) == fingerprint
            ? new PublishResult(
                PublishStatus.Published,
                new StreamPosition(_find.Long(1), _find.Long(2)),
                Stamps.Unpack(_find.Long(3)),
                IsRepeat: true)
            : new PublishResult(PublishStatus.KeyReused, default);
        _find.End();
        return known;
    }

    /// <returns>Whether it was not there, too old to be found.</returns>
    public bool Add(UInt128 id, long fingerprint, in PublishResult result, long until)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id);
        var isNew = _remove.With(bytes).Scalar() == 0;
        _add.With(bytes)
            .With(fingerprint)
            .With(result.Position.Epoch)
            .With(result.Position.Offset)
            .With(Stamps.Pack(result.Stamp))
            .With(until)
            .Run();
        return isNew;
    }

    public bool HasOlder(long now) => _older.With(now).Scalar() == 1;

    /// <summary>Drops some of those that are too old.</summary>
    /// <returns>How many.</returns>
    public int Drop(long now, int most)
    {
        var count = 0;
        _drop.With(now).With(most);
        while (_drop.Read())
        {
            count++;
        }

        return count;
    }

    public void Dispose()
    {
        _find.Dispose();
        _add.Dispose();
        _remove.Dispose();
        _older.Dispose();
        _drop.Dispose();
    }
}
