using Halley.Broker;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Halley.Sqlite;

/// <summary>The meaning of SQLite's errors for publishers and operators.</summary>
internal static class Fault
{
    /// <summary>Says what is wrong, as the rest of a sentence that names the file.</summary>
    public static string Describe(SqliteException fault) => fault.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => "the disk is full",
        raw.SQLITE_READONLY => "it is read-only",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "another program has locked it",
        raw.SQLITE_CORRUPT => "it is damaged; restore a backup, or put the directory aside and begin with an empty one",
        raw.SQLITE_NOTADB => "it is no database, or damaged; restore a backup, or put the directory aside",
        raw.SQLITE_CANTOPEN => "it cannot be opened; look at the rights of the directory",
        raw.SQLITE_IOERR => $"the disk refuses ({fault.SqliteExtendedErrorCode})",
        _ => fault.Message,
    };

    /// <summary>Whether the file itself is damaged: then it does not get well by itself.</summary>
    public static bool IsDamage(SqliteException fault) =>
        fault.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <param name="mayHaveBeenDone">Whether it may be there all the same after a crash.</param>
    public static BrokerException ToRefusal(SqliteException fault, bool mayHaveBeenDone = false) => new(
        $"The storage cannot be used: {Describe(fault)} (storage.path).", mayHaveBeenDone, fault);
}
