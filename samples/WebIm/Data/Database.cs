using Microsoft.Data.Sqlite;

namespace WebIm.Data;

/// <summary>One SQLite file. Connections come from a pool and are opened for each piece of work.</summary>
public sealed class Database
{
    // Every table that the messenger has. A message belongs to a conversation and has a number in it, from 1 without
    // holes.
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS users (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE COLLATE NOCASE,
            shown TEXT NOT NULL,
            password TEXT NOT NULL,
            registered_at TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS sessions (
            id TEXT PRIMARY KEY,
            user_id INTEGER NOT NULL REFERENCES users,
            expires_at TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS channels (
            id TEXT PRIMARY KEY,
            user_id INTEGER NOT NULL REFERENCES users,
            session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
            online INTEGER NOT NULL,
            signed_at TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS channels_of_user ON channels (user_id);
        CREATE INDEX IF NOT EXISTS channels_of_session ON channels (session_id);
        CREATE TABLE IF NOT EXISTS conversations (
            id TEXT PRIMARY KEY,
            title TEXT NULL,
            pair TEXT NULL UNIQUE,
            begun_at TEXT NOT NULL,
            last_seq INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS members (
            conversation_id TEXT NOT NULL REFERENCES conversations,
            user_id INTEGER NOT NULL REFERENCES users,
            read_seq INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (conversation_id, user_id)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS members_of_user ON members (user_id);
        CREATE TABLE IF NOT EXISTS messages (
            conversation_id TEXT NOT NULL REFERENCES conversations,
            seq INTEGER NOT NULL,
            sender_id INTEGER NOT NULL REFERENCES users,
            client_id TEXT NOT NULL,
            text TEXT NOT NULL,
            sent_at TEXT NOT NULL,
            PRIMARY KEY (conversation_id, seq),
            UNIQUE (sender_id, client_id));
        """;

    private readonly string _connection;

    /// <param name="folder">Created where it is not there.</param>
    public Database(string folder)
    {
        Directory.CreateDirectory(folder);
        _connection = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, "webim.db"),
            ForeignKeys = true,
        }.ToString();
        using var connection = Open();
        using var command = connection.CreateCommand();
        // Readers do not wait for the writer. A message is on the disk before its sender is told so: synchronous stays
        // FULL.
        command.CommandText = "PRAGMA journal_mode = WAL; " + Schema;
        command.ExecuteNonQuery();
    }

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        return connection;
    }
}
