namespace Halley.Sqlite.Tables;

/// <summary>The one row of what holds for the whole file.</summary>
internal sealed class StateTable : IDisposable
{
    public const string Schema = """
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            channels INTEGER NOT NULL,
            messages INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            keys INTEGER NOT NULL,
            last_epoch INTEGER NOT NULL,
            last_stamp INTEGER NOT NULL,
            last_channel INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            is_cut INTEGER NOT NULL,
            secret BLOB NOT NULL
        ) STRICT
        """;

    private readonly Statement _read;
    private readonly Statement _write;

    public StateTable(Database database)
    {
        _read = database.Make(
            "SELECT channels, messages, bytes, keys, last_epoch, last_stamp, last_channel, generation, is_cut, secret "
                + "FROM state");
        _write = database.Make("INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    }

    /// <returns>Null in a file that was just made.</returns>
    public StorageState? Read()
    {
        if (!_read.Read())
        {
            return null;
        }

        var state = new StorageState
        {
            Totals = new Totals(_read.Long(0), _read.Long(1), _read.Long(2), _read.Long(3)),
            LastEpoch = _read.Long(4),
            LastStamp = _read.Long(5),
            LastChannel = _read.Long(6),
            Generation = _read.Long(7),
            IsCut = _read.Long(8) == 1,
            Secret = _read.Bytes(9),
        };
        _read.End();
        return state;
    }

    public void Write(StorageState state) => _write
        .With(state.Totals.Channels)
        .With(state.Totals.Messages)
        .With(state.Totals.Bytes)
        .With(state.Totals.Keys)
        .With(state.LastEpoch)
        .With(state.LastStamp)
        .With(state.LastChannel)
        .With(state.Generation)
        .With(state.IsCut ? 1 : 0)
        .With(state.Secret)
        .Run();

    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
    }
}
