using WebIm.Comet;
using WebIm.Data;

namespace WebIm.Api;

/// <param name="Channel">
/// Null: a new window wants one. Else it has one, and Halley does not know it any more, or not its token.
/// </param>
public sealed record ChannelRequest(string? Channel);

/// <param name="Url">Where Halley is.</param>
/// <param name="Token">What lets this window into its channel.</param>
/// <param name="Seq">Where in the channel to begin.</param>
public sealed record ChannelAnswer(string Url, string Channel, string Token, long Seq);

/// <summary>How a window comes to hear of things: the classic flow of a comet server with a backend.</summary>
public static class ChannelApi
{
    public static void MapChannel(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/channel", Open).RequireAuthorization().RequireRateLimiting(Sessions.WriteLimit);

    private static async Task<ChannelAnswer> Open(
        ChannelRequest request,
        HttpContext context,
        Channels channels,
        PresenceFeed presence,
        HalleyAdmin halley,
        Liveness liveness,
        MessengerOptions options)
    {
        // 1. Verify the user: RequireAuthorization did. Somebody else's channel is none of theirs.
        var user = context.Asking();
        Refusal.If(
            !liveness.IsLive,
            503,
            "There is no live connection just now. It is tried again by itself; what you send is kept meanwhile.");
        Refusal.If(
            request.Channel is { } known && !channels.Belongs(known, context.SessionId()),
            404,
            "This is not a channel of yours. Load the page again.");

        // 2. Create an id for the channel that nobody can guess.
        var channel = request.Channel ?? channels.Create(user.Id, context.SessionId());

        // 3. Mark the user online. From here on the presence feed keeps this true.
        await presence.Note(channel, online: true);

        try
        {
            // 4. Create the channel at Halley, which gives the token for it.
            var signed = await halley.Sign(channel);

            // 5. Return it; the browser subscribes (wwwroot/js/live.js).
            return new ChannelAnswer(HalleyAddress.For(context.Request, options), channel, signed.Token, signed.Seq);
        }
        catch (HttpRequestException)
        {
            await presence.Note(channel, online: false);
            throw new Refusal(
                503,
                "There is no live connection just now. It is tried again by itself; what you send is kept meanwhile.");
        }
    }
}
