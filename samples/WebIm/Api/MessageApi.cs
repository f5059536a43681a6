using WebIm.Comet;
using WebIm.Data;

namespace WebIm.Api;

/// <param name="ClientId">The sender's own id of the message: the same again is the same message.</param>
public sealed record MessageRequest(string? ClientId, string? Text);

/// <param name="Live">
/// Whether the others hear of it at once. If not, it is kept all the same, and they do when Halley is back.
/// </param>
public sealed record MessageAnswer(Message Message, bool Live);

public sealed record ReadRequest(long Seq);

/// <summary>Saying, reading, and what happens between: first stored, then told.</summary>
public static class MessageApi
{
    public static void MapMessages(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/conversations/{id}").RequireAuthorization();
        api.MapGet("/messages", History);

        var changes = api.MapGroup("").RequireRateLimiting(Sessions.WriteLimit);
        changes.MapPost("/messages", Send);
        changes.MapPost("/read", Read);
        changes.MapPost("/typing", Typing);
    }

    /// <summary>A page of the history: below a number, or above one for who missed something.</summary>
    private static Page History(
        string id,
        long? before,
        long? after,
        int? count,
        HttpContext context,
        Conversations conversations,
        Messages messages)
    {
        conversations.MemberIds(id, context.Asking().Id);
        return after is { } seen
            ? messages.After(id, seen, count ?? 50)
            : messages.Before(id, before ?? long.MaxValue, count ?? 50);
    }

    private static MessageAnswer Send(
        string id,
        MessageRequest request,
        HttpContext context,
        Conversations conversations,
        Messages messages,
        Publisher publisher,
        Liveness liveness)
    {
        var sender = context.Asking();
        var members = conversations.MemberIds(id, sender.Id);
        var (message, isNew) = messages.Add(id, sender, request.ClientId, request.Text);
        if (isNew)
        {
            publisher.Publish(members, new { type = "message", message });
        }

        return new MessageAnswer(message, liveness.IsLive);
    }

    private static void Read(
        string id, ReadRequest request, HttpContext context, Conversations conversations, Publisher publisher)
    {
        var reader = context.Asking().Id;
        if (conversations.MarkRead(id, reader, request.Seq) is { } seq)
        {
            publisher.Publish(
                conversations.MemberIds(id, reader), new { type = "read", conversation = id, user = reader, seq });
        }
    }

    /// <summary>Of the moment: it is not stored, and not told later.</summary>
    private static void Typing(
        string id, HttpContext context, Conversations conversations, Publisher publisher, Liveness liveness)
    {
        var typist = context.Asking().Id;
        var others = conversations.MemberIds(id, typist).Where(member => member != typist).ToList();
        if (liveness.IsLive)
        {
            publisher.Publish(others, new { type = "typing", conversation = id, user = typist });
        }
    }
}
