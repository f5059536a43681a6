using Halley.Jwt;
using Halley.Protocol.Backends;
using Halley.Protocol.Clients;
using Halley.Protocol.Routing;
using Halley.Server.Configuration;
using Halley.Server.Configuration.Listeners;
using Halley.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Halley.Server;

/// <summary>
/// Makes what lets clients in, for the front port and each endpoint: one cache of tokens for all of them. It is not
/// disposed of: where others take its place, a token may be under way here still.
/// </summary>
internal sealed class Admissions
{
    private const int MaxKeySetBytes = 1 << 20;

    private static readonly TimeSpan KeySetTimeout = TimeSpan.FromSeconds(5);

    private readonly ClientRegistry _clients;
    private readonly IBackend _backend;
    private readonly HookOptions _hook;
    private readonly TimeProvider _time;
    private readonly AccessTokens? _tokens;
    private readonly ChannelNamespaces _namespaces;

    /// <exception cref="ConfigurationException">A file with keys cannot be used.</exception>
    public Admissions(
        HalleyOptions options, ClientRegistry clients, IBackend backend, TimeProvider time, ILogger logger)
    {
        _backend = backend;
        _hook = options.Hook.ToOptions();
        _time = time;
        _namespaces = options.GetNamespaces();
        _clients = clients;
        if (options.Jwt.HasKeys)
        {
            var client = new HttpClient { Timeout = KeySetTimeout, MaxResponseContentBufferSize = MaxKeySetBytes };
            _tokens = new AccessTokens(
                new JwtVerifier(
                    options.Jwt.ToOptions(logger.KeysNotFetched), client.GetStringAsync, time),
                options.Jwt.Sources,
                time);
        }
    }

    /// <summary>Makes the admission to iComet's front port.</summary>
    public Admission OfFront(HalleyOptions options) => For(
        options.IComet.Auth,
        options.IComet.AuthConnectHook,
        options.IComet.AuthHook,
        AuthCheck.FrontLocation,
        _tokens);

    /// <summary>Makes the admission to an endpoint.</summary>
    public Admission Of(EndpointSection endpoint, HalleyOptions options) => endpoint.IsAsFront
        ? OfFront(options)
        : For(
            endpoint.Auth.Modes ?? AuthModes.None,
            endpoint.Auth.ConnectHook ?? "",
            endpoint.Auth.Hook ?? "",
            AuthCheck.LocationOf(endpoint),
            _tokens?.From(endpoint.Auth.SourcesWithin(options.Jwt)));

    // Checked: what the modes need is there. A hook's address is empty for nowhere.
    private Admission For(
        AuthModes modes, string connectHook, string hook, Location location, AccessTokens? tokens) =>
        new(
            modes.HasFlag(AuthModes.Jwt) ? tokens : null,
            HookAt(connectHook, location),
            HookAt(hook, location),
            _clients,
            _namespaces);

    private AdmissionHook? HookAt(string address, Location location) =>
        address.Length > 0 ? new AdmissionHook(_backend, AddressOf(address, location), _hook, _time) : null;

    /// <summary>The address of a backend, which was checked.</summary>
    public static BackendAddress AddressOf(string url, Location location) =>
        BackendAddress.TryParse(url, location, out var address, out var error)
            ? address
            : throw new ConfigurationException(error);
}
