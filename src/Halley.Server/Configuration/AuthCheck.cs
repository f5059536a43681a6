using Halley.Protocol.Backends;
using Halley.Protocol.Clients;
using Halley.Protocol.Routing;
using Halley.Server.Configuration.Listeners;

namespace Halley.Server.Configuration;

/// <summary>Whether what <c>auth</c> asks of clients is there to be asked.</summary>
internal static class AuthCheck
{
    /// <summary>The location of the front port's hook: its paths capture nothing.</summary>
    public static Location FrontLocation { get; } =
        Location.TryParse("/", out var root, out _) ? root : throw new InvalidOperationException();

    /// <summary>Requires what the front port's <c>auth</c> needs.</summary>
    /// <param name="settings">The values in force, and where they are written.</param>
    /// <exception cref="ConfigurationException">It is not there.</exception>
    public static void Require(
        HalleyOptions options, IReadOnlyDictionary<string, IReadOnlyList<Setting>> settings)
    {
        var icomet = options.IComet;
        Require(
            "front.",
            icomet.Auth,
            icomet.AuthConnectHook,
            icomet.AuthHook,
            FrontLocation,
            options,
            key => settings.TryGetValue("front." + key, out var said) ? said[^1].Origin + ": " : "");
    }

    /// <summary>
    /// The location that an endpoint's hooks stand at: iComet's paths are its own, whatever its location captures.
    /// </summary>
    public static Location LocationOf(EndpointSection endpoint) =>
        endpoint.Kind == "icomet-front" ? FrontLocation : endpoint.Location!;

    /// <summary>Requires the same of an endpoint, with what it has from its listener.</summary>
    /// <exception cref="ConfigurationException">It is not there, or its kind asks in another way.</exception>
    public static void Require(EndpointSection endpoint, HalleyOptions options)
    {
        var at = endpoint.Origin + ": ";
        var auth = endpoint.Auth;
        if (auth.IsNothing)
        {
            return;
        }

        if (!endpoint.AsksClients)
        {
            throw new ConfigurationException(
                at + "auth is for endpoints of subscribers and publishers; "
                    + $"{endpoint.Kind} has admin.api_keys or allow");
        }

        if (auth.Asks(AuthModes.Token) && endpoint.Kind != "icomet-front")
        {
            throw new ConfigurationException(
                at + "auth says token, which only front and icomet-front know; jwt and hook are for all");
        }

        if (endpoint.Kind == "centrifugo" && auth.Asks(AuthModes.Hook))
        {
            throw new ConfigurationException(
                at + "auth says hook, which is asked about requests, and a centrifugo endpoint has commands; "
                    + "it wants jwt or none, and has proxy_connect, proxy_subscribe and proxy_publish");
        }

        if ((auth.Query ?? auth.Cookie) is not null && (!auth.Asks(AuthModes.Jwt) || endpoint.Kind == "centrifugo"))
        {
            throw new ConfigurationException(
                $"{at}{(auth.Query is null ? "jwt_cookie" : "jwt_query")} says where a request has its token, and "
                    + (endpoint.Kind == "centrifugo"
                        ? "here it comes with connect; leave it out"
                        : "auth does not say jwt: none would be looked for"));
        }

        Require(
            at,
            auth.Modes ?? AuthModes.None,
            auth.ConnectHook ?? "",
            auth.Hook ?? "",
            LocationOf(endpoint),
            options,
            _ => "");
    }

    /// <summary>Requires of a listener that what it says holds somewhere.</summary>
    /// <exception cref="ConfigurationException">It holds nowhere.</exception>
    public static void Require(ListenerSection listener)
    {
        RequireUsed("auth", auth => auth.Modes);
        RequireUsed("auth_hook", auth => auth.Hook);
        RequireUsed("auth_connect_hook", auth => auth.ConnectHook);
        RequireUsed("jwt_query", auth => auth.Query);
        RequireUsed("jwt_cookie", auth => auth.Cookie);

        void RequireUsed(string key, Func<AuthSection, object?> of)
        {
            if (of(listener.Auth) is { } said
                && !listener.Endpoints.Any(endpoint => endpoint.AsksClients && said.Equals(of(endpoint.Auth))))
            {
                throw new ConfigurationException(
                    $"{listener.Origin}: {key} of the listener holds at none of its endpoints, which have their own "
                        + "or ask nobody; leave it out");
            }
        }
    }

    /// <param name="at">What stands before a key.</param>
    /// <param name="originOf">Says where a key was set, where that does not stand in <paramref name="at"/>.</param>
    private static void Require(
        string at,
        AuthModes modes,
        string connectHook,
        string hook,
        Location location,
        HalleyOptions options,
        Func<string, string> originOf)
    {
        if (modes.HasFlag(AuthModes.Jwt) && !options.Jwt.HasKeys)
        {
            throw new ConfigurationException(
                $"{originOf("auth")}{at}auth asks for jwt, and there is nothing to verify tokens with; "
                    + "set jwt.secrets_file, jwt.public_keys_file, jwt.jwks_file or jwt.jwks_url");
        }

        (string Key, string Url)[] hooks = [("auth_hook", hook), ("auth_connect_hook", connectHook)];
        var given = hooks.Where(one => one.Url.Length > 0).ToList();
        if (modes.HasFlag(AuthModes.Hook) != given.Count > 0)
        {
            throw new ConfigurationException(given.Count > 0
                ? $"{originOf(given[0].Key)}{at}{given[0].Key} is {given[0].Url}, and {at}auth does not say hook: "
                    + "nobody would be asked"
                : $"{originOf("auth")}{at}auth says hook, and {at}auth_hook is missing: a URL such as "
                    + "http://127.0.0.1:8080/auth");
        }

        foreach (var (key, url) in given)
        {
            if (!BackendAddress.TryParse(url, location, out _, out var error))
            {
                throw new ConfigurationException($"{originOf(key)}{at}{key}: {error}");
            }
        }
    }
}
