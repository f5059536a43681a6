using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using WebIm.Data;

namespace WebIm.Api;

/// <summary>
/// Who is asking: a cookie that the framework signs names the session, and the database knows whether that still lasts.
/// </summary>
public static class Sessions
{
    public const string SignInLimit = "sign-in";
    public const string WriteLimit = "write";
    private const string SessionClaim = "session";

    public static void AddSessionCookie(this IServiceCollection services, MessengerOptions options)
    {
        services.AddAuthorization();
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = "webim";
            // Never sent along from another site; scripts never see it (HttpOnly is the default).
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.ExpireTimeSpan = options.SessionLifetime;
            cookie.SlidingExpiration = false;
            cookie.Events.OnValidatePrincipal = context =>
            {
                var accounts = context.HttpContext.RequestServices.GetRequiredService<Accounts>();
                if (accounts.OfSession(context.Principal!.FindFirstValue(SessionClaim) ?? "") is null)
                {
                    context.RejectPrincipal();
                }

                return Task.CompletedTask;
            };
            cookie.Events.OnRedirectToLogin = context =>
                Sentences.Write(
                    context.HttpContext,
                    StatusCodes.Status401Unauthorized,
                    "You are not signed in, or your session has ended. Sign in again.");
        });
    }

    public static void AddRateLimits(this IServiceCollection services, MessengerOptions options) =>
        services.AddRateLimiter(limits =>
    {
        limits.AddPolicy(SignInLimit, context => RateLimitPartition.GetFixedWindowLimiter(
            context.Connection.RemoteIpAddress?.ToString() ?? "",
            _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = options.SignInsPerMinute,
                Window = TimeSpan.FromMinutes(1),
            }));
        limits.AddPolicy(WriteLimit, context => RateLimitPartition.GetTokenBucketLimiter(
            context.SessionId(),
            _ => new TokenBucketRateLimiterOptions
            {
                // A burst, such as what was written while the network was away.
                TokenLimit = options.WritesPerSecond * 10,
                TokensPerPeriod = options.WritesPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            }));
        limits.OnRejected = async (rejected, _) => await Sentences.Write(
            rejected.HttpContext,
            StatusCodes.Status429TooManyRequests,
            "That was too often in a short time. Wait a minute, then try again.");
    });

    public static async Task SignIn(this HttpContext context, User user, string session)
    {
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, user.Id.ToString(CultureInfo.InvariantCulture)),
                new Claim(ClaimTypes.Name, user.Name),
                new Claim(ClaimTypes.GivenName, user.Shown),
                new Claim(SessionClaim, session),
            ],
            CookieAuthenticationDefaults.AuthenticationScheme);
        await context.SignInAsync(new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = true });
    }

    /// <summary>Who is asking. Only where the endpoint requires that somebody is.</summary>
    public static User Asking(this HttpContext context) => new(
        long.Parse(context.User.FindFirstValue(ClaimTypes.NameIdentifier)!, CultureInfo.InvariantCulture),
        context.User.FindFirstValue(ClaimTypes.Name)!,
        context.User.FindFirstValue(ClaimTypes.GivenName)!);

    public static string SessionId(this HttpContext context) => context.User.FindFirstValue(SessionClaim) ?? "";
}
