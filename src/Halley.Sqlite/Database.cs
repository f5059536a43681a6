using Halley.Sqlite.Tables;
using Microsoft.Data.Sqlite;

namespace Halley.Sqlite;

/// <summary>The file: opened, its schema made or checked, its transactions. On the writer's thread.</summary>
internal sealed class Database : IDisposable
{
    public const string FileName = "halley.db";

    private const int SchemaVersion = 2;

    // "Haly": who looks at a file's first bytes knows whose it is.
    private const int ApplicationId = 0x48616C79;

    // Pages of the log that are moved into the file in one go, by who commits then: 16 MiB.
    private const int PagesPerCheckpoint = 4096;

    // Free pages that are not worth the work, and the most that are given back in a turn.
    private const long WorthShrinking = 256;
    private const long MostPerTurn = 4096;

    private readonly SqliteConnection _connection;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _freePages;
    private readonly Statement _pages;
    private readonly Statement _checkpoint;

    /// <exception cref="StorageException">It cannot be opened, or is not ours.</exception>
    public Database(SqliteOptions options)
    {
        var path = Path.Combine(options.Directory, FileName);
        _connection = Connect(path);
        try
        {
            CreateForOwner(path);
            _connection.Open();
            Prepare(path, options);
            _begin = Make("BEGIN IMMEDIATE");
            _commit = Make("COMMIT");
            _rollback = Make("ROLLBACK");
            _freePages = Make("PRAGMA freelist_count");
            _pages = Make("PRAGMA page_count");
            _checkpoint = Make("PRAGMA wal_checkpoint(PASSIVE)");
            State = new StateTable(this);
            Channels = new ChannelTable(this);
            Messages = new MessageTable(this);
            Keys = new KeyTable(this);
            Events = new EventTable(this);
        }
        catch (SqliteException refused)
        {
            _connection.Dispose();
            throw new StorageException($"{path} (storage.path) cannot be used: {Fault.Describe(refused)}", refused);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            _connection.Dispose();
            throw new StorageException($"{path} (storage.path) cannot be written to: {refused.Message}", refused);
        }
        catch (StorageException)
        {
            _connection.Dispose();
            throw;
        }
    }

    public StateTable State { get; }

    public ChannelTable Channels { get; }

    public MessageTable Messages { get; }

    public KeyTable Keys { get; }

    public EventTable Events { get; }

    public bool IsInTransaction { get; private set; }

    public Statement Make(string sql) => new(_connection, sql);

    public void Begin()
    {
        _begin.Run();
        IsInTransaction = true;
    }

    /// <summary>Returns when all that was written since <see cref="Begin"/> is on the disk.</summary>
    public void Commit()
    {
        _commit.Run();
        IsInTransaction = false;
    }

    /// <summary>Forgets what was written since <see cref="Begin"/>. Does nothing where there is nothing.</summary>
    public void Rollback()
    {
        IsInTransaction = false;
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
        {
            _rollback.Run();
        }
    }

    /// <summary>The number of free pages to give back to the disk now; 0 where there are few.</summary>
    public long PagesToFree()
    {
        var free = _freePages.Scalar();
        return free < Math.Max(WorthShrinking, _pages.Scalar() / 8)
            ? 0
            : Math.Clamp(free / 16, WorthShrinking, MostPerTurn);
    }

    /// <summary>Gives free pages back. In a transaction.</summary>
    public void Free(long pages) => Execute(FormattableString.Invariant($"PRAGMA incremental_vacuum({pages})"));

    /// <summary>Moves what is in the log into the file, as far as nobody reads it. Outside of a transaction.</summary>
    public void Checkpoint() => _checkpoint.Run();

    public void Execute(string sql)
    {
        using var statement = Make(sql);
        statement.Run();
    }

    public void Dispose()
    {
        foreach (var part in (IDisposable[])[State, Channels, Messages, Keys, Events])
        {
            part.Dispose();
        }

        foreach (var statement in (Statement[])[_begin, _commit, _rollback, _freePages, _pages, _checkpoint])
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    // The key of the tokens is in it, and the directory may be open to all. SQLite's other files have its mode.
    private static void CreateForOwner(string path)
    {
        if (!OperatingSystem.IsWindows() && !File.Exists(path))
        {
            File.Open(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }
    }

    private static SqliteConnection Connect(string path)
    {
        try
        {
            return new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        }
        catch (Exception missing) when (missing is TypeInitializationException or DllNotFoundException)
        {
            throw new StorageException(
                "SQLite's library (libe_sqlite3.so), which a storage needs (storage.path), is missing or cannot be "
                    + "loaded; it belongs beside the executable",
                missing);
        }
    }

    private void Prepare(string path, SqliteOptions options)
    {
        var version = Number("PRAGMA user_version");
        var application = Number("PRAGMA application_id");
        if (version > SchemaVersion && application == ApplicationId)
        {
            throw new StorageException(
                $"{path} (storage.path) was written by a later version of Halley (schema {version}, this one knows "
                    + $"{SchemaVersion}); run that one, or give another directory");
        }

        var isNew = Number("SELECT count(*) FROM sqlite_schema") == 0;
        if (!isNew && application != ApplicationId)
        {
            throw new StorageException($"{path} (storage.path) is not Halley's; give another directory");
        }

        if (isNew)
        {
            // Before there is a table, or it takes no effect.
            Execute("PRAGMA auto_vacuum = INCREMENTAL");
        }

        Execute("PRAGMA journal_mode = WAL");
        Execute($"PRAGMA synchronous = {(options.Durability == Durability.Disk ? "FULL" : "NORMAL")}");
        Execute($"PRAGMA wal_autocheckpoint = {PagesPerCheckpoint}");
        Execute("PRAGMA journal_size_limit = 67108864");
        Execute("PRAGMA busy_timeout = 1000");
        Execute("PRAGMA cache_size = -16384");
        if (options.MaxPages > 0)
        {
            Execute(FormattableString.Invariant($"PRAGMA max_page_count = {options.MaxPages}"));
        }

        if (isNew)
        {
            Execute("BEGIN IMMEDIATE");
            foreach (var sql in (string[])[StateTable.Schema, .. ChannelTable.Schema, MessageTable.Schema,
                .. KeyTable.Schema])
            {
                Execute(sql);
            }

            Execute(FormattableString.Invariant($"PRAGMA application_id = {ApplicationId}"));
            Execute(FormattableString.Invariant($"PRAGMA user_version = {SchemaVersion}"));
            Execute("COMMIT");
        }
        else if (version < SchemaVersion)
        {
            Execute("BEGIN IMMEDIATE");
            Execute(MessageTable.FromVersion1);
            Execute(FormattableString.Invariant($"PRAGMA user_version = {SchemaVersion}"));
            Execute("COMMIT");
        }

        foreach (var sql in EventTable.Schema)
        {
            Execute(sql);
        }
    }

    private long Number(string sql)
    {
        using var statement = Make(sql);
        return statement.Scalar();
    }
}
