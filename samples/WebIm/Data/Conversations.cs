using Dapper;
using Microsoft.Data.Sqlite;

namespace WebIm.Data;

/// <param name="Read">The number of the last message this member has read.</param>
public sealed record Member(long Id, string Name, string Shown, bool Online, long Read);

/// <summary>A conversation as one of its members sees it in the list.</summary>
/// <param name="Title">A group's name; null: it is between two.</param>
/// <param name="LastSeq">The number of the newest message; 0: there is none yet.</param>
public sealed record Conversation(
    string Id, string? Title, string BegunAt, long LastSeq, long Unread, Message? Last, IReadOnlyList<Member> Members);

/// <summary>Who talks with whom. A contact is a conversation between two.</summary>
public sealed class Conversations(Database database, Messages messages, TimeProvider time)
{
    public const int MostMembers = 50;
    private const int MostConversations = 500;
    private const string Foreign = "There is no such conversation, or you are not in it.";

    /// <summary>All that this person is in, the most lately used first.</summary>
    public IReadOnlyList<Conversation> Of(long user)
    {
        using var connection = database.Open();
        var ids = connection.Query<string>(
            """
            SELECT c.id FROM members m JOIN conversations c ON c.id = m.conversation_id
            LEFT JOIN messages l ON l.conversation_id = c.id AND l.seq = c.last_seq
            WHERE m.user_id = @user ORDER BY COALESCE(l.sent_at, c.begun_at) DESC
            """, new { user });
        return [.. ids.AsList().Select(id => Read(connection, id, user))];
    }

    /// <exception cref="Refusal">This person is not in it.</exception>
    public Conversation Get(string id, long user)
    {
        using var connection = database.Open();
        RequireMember(connection, id, user);
        return Read(connection, id, user);
    }

    /// <summary>The conversation of these two, which is begun where there is none.</summary>
    public Conversation BeginPair(long user, long other)
    {
        Refusal.If(user == other, 400, "That is you. Write to somebody else.");
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        var pair = $"{Math.Min(user, other)}:{Math.Max(user, other)}";
        var id = connection.ExecuteScalar<string?>("SELECT id FROM conversations WHERE pair = @pair", new { pair });
        if (id is null)
        {
            id = Unguessable.New();
            connection.Execute(
                "INSERT INTO conversations (id, pair, begun_at) VALUES (@id, @pair, @now)",
                new { id, pair, now = Instant.Write(time.GetUtcNow()) });
            AddMembers(connection, id, [user, other]);
        }

        transaction.Commit();
        return Read(connection, id, user);
    }

    public Conversation BeginGroup(long user, string? title, IReadOnlyCollection<long> others)
    {
        title = title?.Trim() ?? "";
        Refusal.If(
            title.Length is 0 or > 60 || title.Any(char.IsControl), 400, "A group needs a name of 1 to 60 characters.");
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        var id = Unguessable.New();
        connection.Execute(
            "INSERT INTO conversations (id, title, begun_at) VALUES (@id, @title, @now)",
            new { id, title, now = Instant.Write(time.GetUtcNow()) });
        AddMembers(connection, id, [user]);
        AddContacts(connection, id, user, others);
        transaction.Commit();
        return Read(connection, id, user);
    }

    public Conversation AddToGroup(string id, long user, IReadOnlyCollection<long> others)
    {
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        RequireGroup(connection, id, user);
        AddContacts(connection, id, user, others);
        transaction.Commit();
        return Read(connection, id, user);
    }

    public void LeaveGroup(string id, long user)
    {
        using var connection = database.Open();
        RequireGroup(connection, id, user);
        connection.Execute("DELETE FROM members WHERE conversation_id = @id AND user_id = @user", new { id, user });
    }

    /// <summary>Notes that all messages up to this one are read; never goes back.</summary>
    /// <returns>The number up to which they are, if that is news; null: it is not.</returns>
    public long? MarkRead(string id, long user, long seq)
    {
        using var connection = database.Open();
        RequireMember(connection, id, user);
        return connection.ExecuteScalar<long?>(
            """
            UPDATE members SET read_seq = MIN(@seq, (SELECT last_seq FROM conversations WHERE id = @id))
            WHERE conversation_id = @id AND user_id = @user
                AND read_seq < MIN(@seq, (SELECT last_seq FROM conversations WHERE id = @id))
            RETURNING read_seq
            """, new { id, user, seq });
    }

    /// <exception cref="Refusal">This person is not in it.</exception>
    public IReadOnlyList<long> MemberIds(string id, long user)
    {
        using var connection = database.Open();
        var members =
            connection.Query<long>("SELECT user_id FROM members WHERE conversation_id = @id", new { id }).AsList();
        Refusal.If(!members.Contains(user), 404, Foreign);
        return members;
    }

    /// <summary>
    /// Everybody who may see whether this person is online: those who share a conversation, and the person's own
    /// windows.
    /// </summary>
    public IReadOnlyList<long> Acquaintances(long user)
    {
        using var connection = database.Open();
        return connection.Query<long>(
            """
            SELECT DISTINCT o.user_id FROM members m JOIN members o ON o.conversation_id = m.conversation_id
            WHERE m.user_id = @user
            """,
            new { user }).AsList();
    }

    private Conversation Read(SqliteConnection connection, string id, long user)
    {
        var (title, begunAt, lastSeq) = connection.QuerySingle<(string?, string, long)>(
            "SELECT title, begun_at, last_seq FROM conversations WHERE id = @id", new { id });
        var unread = connection.ExecuteScalar<long>(
            """
            SELECT COUNT(*) FROM messages n
                JOIN members m ON m.conversation_id = n.conversation_id AND m.user_id = @user
            WHERE n.conversation_id = @id AND n.seq > m.read_seq AND n.sender_id <> @user
            """, new { id, user });
        var members = connection.Query<(long Id, string Name, string Shown, long Online, long Read)>(
            """
            SELECT u.id, u.name, u.shown,
                EXISTS (SELECT 1 FROM channels c WHERE c.user_id = u.id AND c.online = 1), m.read_seq
            FROM members m JOIN users u ON u.id = m.user_id WHERE m.conversation_id = @id ORDER BY u.shown
            """, new { id });
        return new Conversation(id, title, begunAt, lastSeq, unread, messages.Find(connection, id, lastSeq),
            [.. members.Select(m => new Member(m.Id, m.Name, m.Shown, m.Online != 0, m.Read))]);
    }

    /// <summary>Only one's contacts may be put into a group: strangers are asked first, by writing to them.</summary>
    private static void AddContacts(SqliteConnection connection, string id, long user, IReadOnlyCollection<long> others)
    {
        Refusal.If(others.Count == 0, 400, "Choose at least one person for the group.");
        Refusal.If(others.Count >= MostMembers, 400, $"A group has at most {MostMembers} members.");
        var contacts = connection.Query<long>(
            """
            SELECT o.user_id FROM conversations c
                JOIN members m ON m.conversation_id = c.id
                JOIN members o ON o.conversation_id = c.id
            WHERE c.pair IS NOT NULL AND m.user_id = @user AND o.user_id <> @user
            """, new { user }).ToHashSet();
        Refusal.If(
            !others.All(contacts.Contains),
            400,
            "Only your contacts can be put into a group. Begin a conversation with them first.");
        AddMembers(connection, id, others);
        var count = connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM members WHERE conversation_id = @id", new { id });
        Refusal.If(count > MostMembers, 400, $"A group has at most {MostMembers} members.");
    }

    /// <summary>
    /// Whoever comes later can read what was said before, but it is not news: nothing of it is unread.
    /// </summary>
    private static void AddMembers(SqliteConnection connection, string id, IEnumerable<long> users)
    {
        var members =
            connection.Query<long>("SELECT user_id FROM members WHERE conversation_id = @id", new { id }).ToHashSet();
        foreach (var user in users.Where(members.Add))
        {
            var count = connection.ExecuteScalar<long>(
                "SELECT COUNT(*) FROM members WHERE user_id = @user", new { user });
            Refusal.If(
                count >= MostConversations,
                400,
                $"One of you is in {MostConversations} conversations already; that is the most there can be.");
            connection.Execute(
                """
                INSERT INTO members (conversation_id, user_id, read_seq)
                SELECT id, @user, last_seq FROM conversations WHERE id = @id
                """,
                new { id, user });
        }
    }

    private static void RequireMember(SqliteConnection connection, string id, long user)
    {
        var count = connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM members WHERE conversation_id = @id AND user_id = @user", new { id, user });
        Refusal.If(count == 0, 404, Foreign);
    }

    private static void RequireGroup(SqliteConnection connection, string id, long user)
    {
        RequireMember(connection, id, user);
        var pair = connection.ExecuteScalar<string?>("SELECT pair FROM conversations WHERE id = @id", new { id });
        Refusal.If(pair is not null, 400, "This conversation is between two. Begin a group instead.");
    }
}
