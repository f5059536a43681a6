using Halley.Protocol.Clients;
using Halley.Protocol.Options;

namespace Halley.Server.Configuration.Listeners;

/// <summary>
/// The ways in which clients prove who they are: a listener's hold for its endpoints, as far as these do not say it
/// themselves. Null is what was not said.
/// </summary>
internal sealed class AuthSection
{
    /// <summary>Its keys, the same at listeners and endpoints.</summary>
    public static IReadOnlyList<Option<AuthSection>> Table { get; } =
    [
        new("auth", ValueKind.Word, "", _ => [], SetModes)
        {
            Wants = "none, jwt, hook, or jwt+hook where both must agree; where iComet's subscribers come, token, too",
            Check = text => AuthWords.TryParse(text, out _),
        },
        Address("auth_hook", (auth, address) => auth.Hook = address),
        Address("auth_connect_hook", (auth, address) => auth.ConnectHook = address),
        Place("jwt_query", (auth, name) => auth.Query = name),
        Place("jwt_cookie", (auth, name) => auth.Cookie = name),
    ];

    public AuthModes? Modes { get; set; }

    /// <summary>The address of the hook that is asked about channels, with the location's variables.</summary>
    public string? Hook { get; set; }

    /// <summary>The address of the one that is asked whether a client may come at all.</summary>
    public string? ConnectHook { get; set; }

    /// <summary>The argument of a query that a token may be in; none where empty.</summary>
    public string? Query { get; set; }

    /// <summary>The cookie that a token may be in; none where empty.</summary>
    public string? Cookie { get; set; }

    /// <summary>Whether nobody is asked, and nothing else is said.</summary>
    public bool IsNothing =>
        Modes is null or AuthModes.None && (Hook, ConnectHook, Query, Cookie) == (null, null, null, null);

    public bool Asks(AuthModes mode) => Modes is { } modes && modes.HasFlag(mode);

    /// <summary>
    /// The same for an endpoint of a listener, with what that says. Hooks are taken over together, and all only where
    /// it means something.
    /// </summary>
    /// <param name="readsTokens">Whether tokens are read out of requests there.</param>
    public AuthSection Within(AuthSection listener, bool readsTokens)
    {
        var holds = new AuthSection { Modes = Modes ?? listener.Modes };
        var hooks = Hook is null && ConnectHook is null && holds.Asks(AuthModes.Hook) ? listener : this;
        (holds.Hook, holds.ConnectHook) = (hooks.Hook, hooks.ConnectHook);
        var isRead = readsTokens && holds.Asks(AuthModes.Jwt);
        holds.Query = Query ?? (isRead ? listener.Query : null);
        holds.Cookie = Cookie ?? (isRead ? listener.Cookie : null);
        return holds;
    }

    /// <summary>The places that a token is looked for in.</summary>
    public TokenSources SourcesWithin(JwtSection jwt) => new(Query ?? jwt.Query, Cookie ?? jwt.Cookie);

    private static void SetModes(AuthSection auth, string words) =>
        auth.Modes = AuthWords.TryParse(words, out var modes) ? modes : default;

    private static Option<AuthSection> Address(string name, Action<AuthSection, string> set) =>
        new(name, ValueKind.Text, "", _ => [], set)
        {
            Wants = "a URL such as http://127.0.0.1:8080/auth?user=$cookie_user",
            Check = text => text.Length > 0,
        };

    private static Option<AuthSection> Place(string name, Action<AuthSection, string> set)
    {
        var known = SettingKey.NameOrNone(name);
        return new(name, ValueKind.Text, "", _ => [], set) { Wants = known.Wants, Check = known.Accepts };
    }
}
