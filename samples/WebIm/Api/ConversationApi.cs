using WebIm.Comet;
using WebIm.Data;

namespace WebIm.Api;

/// <summary>All that a page needs to know when it begins, or when it may have missed something.</summary>
/// <param name="Live">Whether Halley is there, so that others hear of what one sends at once.</param>
public sealed record Overview(User Me, bool Live, IReadOnlyList<Conversation> Conversations);

public sealed record ContactRequest(string? Name);

public sealed record GroupRequest(string? Title, long[]? Members);

/// <summary>Who talks with whom. Whoever a change concerns is told to look again.</summary>
public static class ConversationApi
{
    public static void MapConversations(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").RequireAuthorization();
        api.MapGet("/conversations", (HttpContext context, Conversations conversations, Liveness liveness) =>
            new Overview(context.Asking(), liveness.IsLive, conversations.Of(context.Asking().Id)));

        var changes = api.MapGroup("").RequireRateLimiting(Sessions.WriteLimit);
        changes.MapPost("/contacts", AddContact);
        changes.MapPost("/groups", BeginGroup);
        changes.MapPost("/groups/{id}/members", AddToGroup);
        changes.MapPost("/groups/{id}/leave", LeaveGroup);
    }

    private static Conversation AddContact(
        ContactRequest request,
        HttpContext context,
        Accounts accounts,
        Conversations conversations,
        Publisher publisher)
    {
        var other = accounts.Find(request.Name?.Trim() ?? "");
        Refusal.If(other is null, 404, "Nobody here has that user name.");
        return Tell(publisher, conversations.BeginPair(context.Asking().Id, other.Id));
    }

    private static Conversation BeginGroup(
        GroupRequest request, HttpContext context, Conversations conversations, Publisher publisher) =>
        Tell(publisher, conversations.BeginGroup(context.Asking().Id, request.Title, request.Members ?? []));

    private static Conversation AddToGroup(
        string id, GroupRequest request, HttpContext context, Conversations conversations, Publisher publisher) =>
        Tell(publisher, conversations.AddToGroup(id, context.Asking().Id, request.Members ?? []));

    private static void LeaveGroup(string id, HttpContext context, Conversations conversations, Publisher publisher)
    {
        var members = conversations.MemberIds(id, context.Asking().Id);
        conversations.LeaveGroup(id, context.Asking().Id);
        publisher.Publish(members, new { type = "sync" });
    }

    private static Conversation Tell(Publisher publisher, Conversation conversation)
    {
        publisher.Publish([.. conversation.Members.Select(member => member.Id)], new { type = "sync" });
        return conversation;
    }
}
