using Dapper;
using Microsoft.Data.Sqlite;

namespace WebIm.Data;

/// <param name="Seq">
/// Its number in the conversation, from 1 without holes: the pair of both is the message's id.
/// </param>
/// <param name="ClientId">What its sender called it, so that a second try is recognised.</param>
public sealed record Message(
    string Conversation, long Seq, long Sender, string SenderShown, string ClientId, string Text, string SentAt);

/// <param name="Complete">Whether nothing lies beyond, in the direction that was asked for.</param>
public sealed record Page(IReadOnlyList<Message> Messages, bool Complete);

/// <summary>Every message that was ever accepted. What is in here is not lost, whatever becomes of the push.</summary>
public sealed class Messages(Database database, TimeProvider time)
{
    public const int LongestText = 4000;
    private const int LongestPage = 100;
    private const string Columns =
        "m.conversation_id AS conversation, m.seq, m.sender_id AS sender, u.shown AS senderShown, "
            + "m.client_id AS clientId, m.text, m.sent_at AS sentAt";
    private const string From = "FROM messages m JOIN users u ON u.id = m.sender_id";

    /// <summary>
    /// Keeps a message and gives it the next number of its conversation. The same again is not kept twice.
    /// </summary>
    /// <returns>The message, and whether it is new.</returns>
    public (Message Message, bool IsNew) Add(string conversation, User sender, string? clientId, string? text)
    {
        text = text?.Replace("\r\n", "\n", StringComparison.Ordinal).Trim() ?? "";
        Refusal.If(text.Length == 0, 400, "There is nothing to send: the message is empty.");
        Refusal.If(
            text.Length > LongestText,
            413,
            $"The message is too long: it has {text.Length} characters, and {LongestText} are the most.");
        Refusal.If(
            clientId is null || clientId.Length is < 8 or > 64,
            400,
            "The message has no usable id: clientId needs 8 to 64 characters.");
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        var before = connection.QuerySingleOrDefault<(string Conversation, long Seq)>(
            "SELECT conversation_id, seq FROM messages WHERE sender_id = @sender AND client_id = @clientId",
            new { sender = sender.Id, clientId });
        if (before.Seq > 0)
        {
            Refusal.If(
                before.Conversation != conversation, 409, "A message with this id was sent to another conversation.");
            return (Find(connection, conversation, before.Seq)!, false);
        }

        var seq = connection.ExecuteScalar<long>(
            "UPDATE conversations SET last_seq = last_seq + 1 WHERE id = @conversation RETURNING last_seq",
            new { conversation });
        var sentAt = Instant.Write(time.GetUtcNow());
        connection.Execute(
            """
            INSERT INTO messages (conversation_id, seq, sender_id, client_id, text, sent_at)
            VALUES (@conversation, @seq, @sender, @clientId, @text, @sentAt)
            """,
            new { conversation, seq, sender = sender.Id, clientId, text, sentAt });
        // Who answers has read what is above.
        connection.Execute(
            "UPDATE members SET read_seq = @seq WHERE conversation_id = @conversation AND user_id = @sender",
            new { conversation, seq, sender = sender.Id });
        transaction.Commit();
        return (new Message(conversation, seq, sender.Id, sender.Shown, clientId!, text, sentAt), true);
    }

    /// <summary>The newest messages below a number, in order.</summary>
    public Page Before(string conversation, long before, int count)
    {
        using var connection = database.Open();
        count = Math.Clamp(count, 1, LongestPage);
        var found = connection.Query<Message>(
            $"""
            SELECT {Columns} {From}
            WHERE m.conversation_id = @conversation AND m.seq < @before
            ORDER BY m.seq DESC LIMIT @count
            """,
            new { conversation, before, count }).Reverse().ToList();
        return new Page(found, found.Count == 0 || found[0].Seq == 1);
    }

    /// <summary>The oldest messages above a number, in order.</summary>
    public Page After(string conversation, long after, int count)
    {
        using var connection = database.Open();
        count = Math.Clamp(count, 1, LongestPage);
        var found = connection.Query<Message>(
            $"""
            SELECT {Columns} {From}
            WHERE m.conversation_id = @conversation AND m.seq > @after
            ORDER BY m.seq LIMIT @count
            """,
            new { conversation, after, count }).ToList();
        return new Page(found, found.Count < count);
    }

    internal Message? Find(SqliteConnection connection, string conversation, long seq) =>
        connection.QuerySingleOrDefault<Message>(
            $"SELECT {Columns} {From} WHERE m.conversation_id = @conversation AND m.seq = @seq",
            new { conversation, seq });
}
