using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Halley.Sqlite;

/// <summary>
/// A statement that is prepared once and run often, without an object or a lookup of names for each run. On the
/// writer's thread.
/// </summary>
/// <exception cref="SqliteException">From every verb: what SQLite says.</exception>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _parameters;

    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Require(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <summary>Sets the next parameter.</summary>
    public Statement With(long value)
    {
        Require(raw.sqlite3_bind_int64(_statement, ++_parameters, value));
        return this;
    }

    /// <summary>Sets the next parameter. The bytes are copied.</summary>
    public Statement With(ReadOnlySpan<byte> value)
    {
        Require(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(_statement, ++_parameters, 0)
            : raw.sqlite3_bind_blob(_statement, ++_parameters, value));
        return this;
    }

    /// <summary>Sets the next parameter, where null differs from empty.</summary>
    public Statement WithNullable(byte[]? value)
    {
        if (value is not null)
        {
            return With(value);
        }

        Require(raw.sqlite3_bind_null(_statement, ++_parameters));
        return this;
    }

    /// <summary>Moves to the next row. After the last one, the statement is ready to be run again.</summary>
    public bool Read()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        End();
        Require(result);
        return false;
    }

    /// <summary>Runs it to its end.</summary>
    public void Run()
    {
        while (Read())
        {
        }
    }

    /// <summary>Runs it for one number; 0 where there is no row.</summary>
    public long Scalar()
    {
        if (!Read())
        {
            return 0;
        }

        var value = Long(0);
        End();
        return value;
    }

    /// <summary>Leaves the rows that were not read.</summary>
    public void End()
    {
        // What it returns is the failure of the last step, which was told.
        _ = raw.sqlite3_reset(_statement);
        _parameters = 0;
    }

    public long Long(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>Null is 0 here.</summary>
    public byte[] Bytes(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public byte[]? NullableBytes(int column) =>
        raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL ? null : Bytes(column);

    public void Dispose() => _statement.Dispose();

    private void Require(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE))
        {
            _parameters = 0;
            SqliteException.ThrowExceptionForRC(result, _database);
        }
    }
}
