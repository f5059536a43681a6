using System.Text.RegularExpressions;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;

namespace WebIm.Data;

/// <param name="Shown">The name that others see; Name is what one signs in with.</param>
public sealed record User(long Id, string Name, string Shown);

/// <summary>Who may come in, and for how long.</summary>
public sealed partial class Accounts(Database database, TimeProvider time, MessengerOptions options)
{
    private const int UniqueConstraint = 2067;
    private const int LongestPassword = 200;
    private static readonly PasswordHasher<string> Hasher = new();

    // Verified against where there is no such user, so that the answer takes as long.
    private static readonly string NobodysPassword = Hasher.HashPassword("", Guid.NewGuid().ToString());

    /// <exception cref="Refusal">A field is not as it should be, or the name is taken.</exception>
    public User Register(string? name, string? shown, string? password)
    {
        name = name?.Trim() ?? "";
        shown = string.IsNullOrWhiteSpace(shown) ? name : shown.Trim();
        Refusal.If(
            !UserName().IsMatch(name),
            400,
            "A user name has 2 to 32 letters (a–z), digits, dots, dashes or underscores.");
        Refusal.If(
            shown.Length > 40 || shown.Any(char.IsControl), 400, "The name that others see has at most 40 characters.");
        Refusal.If(password is null || password.Length < 8, 400, "A password has at least 8 characters.");
        Refusal.If(password!.Length > LongestPassword, 400, $"A password has at most {LongestPassword} characters.");
        var hash = Hasher.HashPassword(name, password);
        using var connection = database.Open();
        try
        {
            var id = connection.ExecuteScalar<long>(
                """
                INSERT INTO users (name, shown, password, registered_at) VALUES (@name, @shown, @hash, @now)
                RETURNING id
                """,
                new { name, shown, hash, now = Instant.Write(time.GetUtcNow()) });
            return new User(id, name, shown);
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == UniqueConstraint)
        {
            throw new Refusal(409, $"The user name {name} is taken. Choose another one.");
        }
    }

    /// <exception cref="Refusal">
    /// Name and password do not go together; which of the two is wrong is not told.
    /// </exception>
    public User Verify(string? name, string? password)
    {
        using var connection = database.Open();
        var found = connection.QuerySingleOrDefault<(long Id, string Name, string Shown, string Password)>(
            "SELECT id, name, shown, password FROM users WHERE name = @name", new { name = name?.Trim() ?? "" });
        Refusal.If(password?.Length > LongestPassword, 400, $"A password has at most {LongestPassword} characters.");
        var verdict = Hasher.VerifyHashedPassword(found.Name ?? "", found.Password ?? NobodysPassword, password ?? "");
        Refusal.If(
            verdict == PasswordVerificationResult.Failed || found.Name is null,
            401,
            "User name and password do not go together.");
        return new User(found.Id, found.Name!, found.Shown);
    }

    /// <returns>The new session's id, which nobody can guess.</returns>
    public string BeginSession(long user)
    {
        var id = Unguessable.New();
        using var connection = database.Open();
        var now = time.GetUtcNow();
        // Those whose windows are still connected are ended by the presence feed, which also closes their channels.
        connection.Execute(
            """
            DELETE FROM sessions
            WHERE expires_at < @now AND id NOT IN (SELECT session_id FROM channels WHERE online = 1)
            """,
            new { now = Instant.Write(now) });
        connection.Execute(
            "INSERT INTO sessions (id, user_id, expires_at) VALUES (@id, @user, @expires)",
            new { id, user, expires = Instant.Write(now + options.SessionLifetime) });
        return id;
    }

    /// <summary>Whose session this is, as long as it lasts; else null.</summary>
    public User? OfSession(string session)
    {
        using var connection = database.Open();
        return connection.QuerySingleOrDefault<User>(
            """
            SELECT u.id, u.name, u.shown FROM sessions s JOIN users u ON u.id = s.user_id
            WHERE s.id = @session AND s.expires_at > @now
            """,
            new { session, now = Instant.Write(time.GetUtcNow()) });
    }

    public void EndSession(string session)
    {
        using var connection = database.Open();
        connection.Execute("DELETE FROM sessions WHERE id = @session", new { session });
    }

    public User? Find(string name)
    {
        using var connection = database.Open();
        return connection.QuerySingleOrDefault<User>(
            "SELECT id, name, shown FROM users WHERE name = @name", new { name });
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]{2,32}\z")]
    private static partial Regex UserName();
}
