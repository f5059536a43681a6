using Dapper;
using Microsoft.Data.Sqlite;

namespace WebIm.Data;

/// <param name="User">Whose channel it is.</param>
/// <param name="Changed">
/// Whether that person came online or went offline by it: the first of several windows, or the last.
/// </param>
/// <param name="SignedOut">Whether the session it belongs to is over.</param>
public sealed record Attendance(long User, bool Changed, bool SignedOut);

/// <summary>
/// Which channel at Halley belongs to whom: one for each window that is open. A person is online while one of them is.
/// </summary>
public sealed class Channels(Database database, TimeProvider time)
{
    private const int MostPerSession = 20;

    /// <summary>A new channel for a window of this session. Its id is known to nobody else.</summary>
    /// <exception cref="Refusal">The session has too many windows.</exception>
    public string Create(long user, string session)
    {
        var id = Unguessable.New();
        var now = time.GetUtcNow();
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        // Windows that were closed. Those of the last day may only be asleep, and come back.
        connection.Execute(
            "DELETE FROM channels WHERE session_id = @session AND online = 0 AND signed_at < @before",
            new { session, before = Instant.Write(now - TimeSpan.FromDays(1)) });
        var open = connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM channels WHERE session_id = @session AND online = 1", new { session });
        Refusal.If(
            open >= MostPerSession,
            429,
            $"The messenger is open in {MostPerSession} windows of this browser already. Close some of them.");
        connection.Execute(
            "INSERT INTO channels (id, user_id, session_id, online, signed_at) VALUES (@id, @user, @session, 0, @now)",
            new { id, user, session, now = Instant.Write(now) });
        transaction.Commit();
        return id;
    }

    public bool Belongs(string id, string session)
    {
        using var connection = database.Open();
        return connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM channels WHERE id = @id AND session_id = @session", new { id, session }) == 1;
    }

    /// <returns>Null for a channel that is none of ours.</returns>
    public Attendance? SetOnline(string id, bool online)
    {
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        var channel = connection.QuerySingleOrDefault<(long User, string Expires)>(
            "SELECT c.user_id, s.expires_at FROM channels c JOIN sessions s ON s.id = c.session_id WHERE c.id = @id",
            new { id });
        if (channel.User == 0)
        {
            return null;
        }

        var before = IsOnline(connection, channel.User);
        connection.Execute(
            "UPDATE channels SET online = @online, signed_at = @now WHERE id = @id AND online <> @online",
            new { id, online, now = Instant.Write(time.GetUtcNow()) });
        var after = IsOnline(connection, channel.User);
        transaction.Commit();
        var isOver = string.CompareOrdinal(channel.Expires, Instant.Write(time.GetUtcNow())) <= 0;
        return new Attendance(channel.User, before != after, isOver);
    }

    public IReadOnlyList<string> OfUsers(IEnumerable<long> users)
    {
        using var connection = database.Open();
        return connection.Query<string>("SELECT id FROM channels WHERE online = 1 AND user_id IN @users", new { users })
            .AsList();
    }

    public IReadOnlyList<string> OfSession(string session)
    {
        using var connection = database.Open();
        return connection.Query<string>("SELECT id FROM channels WHERE session_id = @session", new { session })
            .AsList();
    }

    public IReadOnlyList<string> Online()
    {
        using var connection = database.Open();
        return connection.Query<string>("SELECT id FROM channels WHERE online = 1").AsList();
    }

    private static bool IsOnline(SqliteConnection connection, long user) =>
        connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM channels WHERE user_id = @user AND online = 1", new { user }) > 0;
}
