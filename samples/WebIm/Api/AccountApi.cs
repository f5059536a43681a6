using Microsoft.AspNetCore.Authentication;
using WebIm.Comet;
using WebIm.Data;

namespace WebIm.Api;

public sealed record Registration(string? Name, string? Shown, string? Password);

public sealed record Credentials(string? Name, string? Password);

/// <summary>Coming in and going out.</summary>
public static class AccountApi
{
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/register", Register).RequireRateLimiting(Sessions.SignInLimit);
        routes.MapPost("/api/sign-in", SignIn).RequireRateLimiting(Sessions.SignInLimit);
        routes.MapPost("/api/sign-out", SignOut).RequireAuthorization();
        routes.MapGet("/api/me", (HttpContext context) => context.Asking()).RequireAuthorization();
    }

    private static async Task<User> Register(Registration wanted, Accounts accounts, HttpContext context)
    {
        var user = accounts.Register(wanted.Name, wanted.Shown, wanted.Password);
        await context.SignIn(user, accounts.BeginSession(user.Id));
        return user;
    }

    private static async Task<User> SignIn(Credentials given, Accounts accounts, HttpContext context)
    {
        var user = accounts.Verify(given.Name, given.Password);
        await context.SignIn(user, accounts.BeginSession(user.Id));
        return user;
    }

    /// <summary>
    /// Ends this session on all its windows: their channels are closed, so that nothing is pushed to them any more.
    /// </summary>
    private static async Task SignOut(
        HttpContext context,
        Accounts accounts,
        Channels channels,
        PresenceFeed presence,
        HalleyAdmin halley,
        ILogger<Accounts> logger)
    {
        var windows = channels.OfSession(context.SessionId());
        foreach (var channel in windows)
        {
            await presence.Note(channel, online: false);
        }

        // First the session, then the channels: a window whose channel is closed asks at once whether it is still
        // signed in.
        accounts.EndSession(context.SessionId());
        foreach (var channel in windows)
        {
            try
            {
                await halley.Close(channel);
            }
            catch (HttpRequestException e)
            {
                logger.HalleyAway(e); // and has no channels when it is back
            }
        }

        await context.SignOutAsync();
    }
}
