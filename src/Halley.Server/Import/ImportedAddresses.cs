using Halley.Server.Configuration;
using Halley.Server.Configuration.Listeners;

namespace Halley.Server.Import;

/// <summary>
/// The addresses that servers of nginx listened on, and what is served there. Halley does not look at the name that a
/// client calls it by: servers on one address become one listener.
/// </summary>
internal sealed class ImportedAddresses
{
    // Where what was served over TLS is looked for by a proxy in front: 8443 for 443.
    private const int ForProxies = 8000;

    private const string SecondServer =
        "a second server on the same address; Halley does not choose by server_name, "
            + "so its locations join those of the first";

    private const string ServerBeside =
        "another server on the same address has endpoints, and Halley does not choose by server_name: "
            + "who asks for this one finds them too";

    private const string NoProxyProtocol =
        "Halley does not speak the PROXY protocol; let what stands before it send X-Forwarded-For, "
            + "and name that in trusted_proxies";

    private readonly ImportReport _report;
    private readonly Dictionary<string, Spoken> _spoken = [];
    private readonly Dictionary<string, string> _behindTls = [];
    private readonly HashSet<string?> _served = [];
    private readonly HashSet<int> _ports;
    private readonly Dictionary<ImportedEndpoint, NginxLocation> _locations = new(ReferenceEqualityComparer.Instance);

    /// <param name="http">With all servers: how an address is spoken to is said at one of them.</param>
    public ImportedAddresses(IReadOnlyList<NginxDirective> http, ImportReport report)
    {
        _report = report;
        var scope = new NginxScope().Within(http);
        foreach (var server in http.Where(directive => directive is { Name: "server", Block: not null }))
        {
            var isTls = scope.Within(server.Block!, isServer: true).Find("ssl") is { Arguments: ["on"] };
            foreach (var directive in server.Block!.Where(directive => directive.Name == "listen"))
            {
                if (NginxListen.Read(directive, new ImportReport()) is { } listen)
                {
                    var known = _spoken.GetValueOrDefault(listen.Address);
                    _spoken[listen.Address] = new Spoken(
                        listen with { TakesIPv4 = listen.TakesIPv4 || known.Listen is { TakesIPv4: true } },
                        known.Tls ?? (listen.IsTls || isTls ? directive : null),
                        known.ProxyProtocol ?? (listen.IsProxyProtocol ? directive : null));
                }
            }
        }

        _ports = [.. _spoken.Values.Select(spoken => spoken.Listen.Port)];
    }

    public List<ImportedListener> Listeners { get; } = [];

    /// <summary>Serves endpoints wherever their server listened.</summary>
    public void Add(
        NginxDirective server, NginxScope scope, List<(NginxLocation Location, ImportedEndpoint Endpoint)> endpoints)
    {
        var lines = server.Block!.Where(directive => directive.Name == "listen").ToList();
        var places = lines.Count == 0
            ? [(Listen: NginxListen.Default, Line: server)]
            : lines.Select(line => (Listen: NginxListen.Read(line, _report), Line: line))
                .Where(place => place.Listen is not null)
                .DistinctBy(place => place.Listen!.Address)
                .ToList();
        var seen = new HashSet<ImportedListener>();
        foreach (var (listen, line) in places)
        {
            var spoken = _spoken.TryGetValue(listen!.Address, out var said) ? said : new Spoken(listen, null, null);
            var tls = spoken.Tls ?? (scope.Find("ssl") is { Arguments: ["on"] } ? line : null);
            var address = tls is null ? listen.Address : BehindTls(listen, line);
            _served.Add(listen.Address);
            var listener = Listeners.Find(other => other.Listen == address);
            if (listener is null)
            {
                listener = new ImportedListener(
                    address, listen.IsIPv6Wildcard && tls is null && !spoken.Listen.TakesIPv4)
                {
                    TrustedProxies = tls is null ? [] : ["127.0.0.1"],
                };
                Listeners.Add(listener);
            }
            else if (seen.Contains(listener))
            {
                continue; // the other version of the internet protocol, behind the same proxy
            }
            else
            {
                _report.Leave(server, SecondServer);
            }

            seen.Add(listener);
            AddTo(listener, server, endpoints, spoken.ProxyProtocol, isBehindTls: tls is not null);
        }
    }

    /// <summary>Says of a server without endpoints what becomes of those who ask for it by its name.</summary>
    public void NameBeside(NginxDirective server)
    {
        var lines = server.Block!.Where(directive => directive.Name == "listen").ToList();
        var addresses = lines.Count == 0
            ? [NginxListen.Default.Address]
            : lines.Select(line => NginxListen.Read(line, new ImportReport())?.Address);
        if (addresses.Any(_served.Contains))
        {
            _report.Leave(server, ServerBeside);
        }
    }

    private string BehindTls(NginxListen listen, NginxDirective line)
    {
        var key = listen.Address.StartsWith(':') || listen.IsIPv6Wildcard ? $"*:{listen.Port}" : listen.Address;
        if (!_behindTls.TryGetValue(key, out var address))
        {
            var port = listen.Port + ForProxies > 65535 ? listen.Port - ForProxies : listen.Port + ForProxies;
            while (!_ports.Add(port))
            {
                port = port == 65535 ? 1024 : port + 1;
            }

            address = $"127.0.0.1:{port}";
            _behindTls.Add(key, address);
        }

        _report.Leave(
            line,
            $"Halley does not speak TLS; what was served there is at {address}, for this machine alone. "
            + $"Leave nginx before it, with proxy_pass http://{address}, proxy_buffering off and "
            + "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for: "
                + "without that field everybody counts as this machine");
        return address;
    }

    private void AddTo(
        ImportedListener listener,
        NginxDirective server,
        List<(NginxLocation Location, ImportedEndpoint Endpoint)> endpoints,
        NginxDirective? proxyProtocol,
        bool isBehindTls)
    {
        Separate(listener, server, endpoints);
        foreach (var (location, original) in endpoints)
        {
            var endpoint = original with { };
            if (listener.Endpoints.Find(other => other.Location == endpoint.Location) is { } same)
            {
                Merge(listener, endpoint, same);
                continue;
            }

            if (proxyProtocol is not null && !endpoint.IsNothing)
            {
                _report.Close(endpoint, proxyProtocol, NoProxyProtocol);
            }

            if (isBehindTls && endpoint.IsClosed)
            {
                endpoint.Close(isBehindProxy: true);
            }

            Trust(listener, endpoint, isBehindTls);
            AllowExplicitly(endpoint, listener.Listen);
            _locations.Add(endpoint, location);
            listener.Endpoints.Add(endpoint);
        }
    }

    // One path, two servers that would answer otherwise: nobody can say whom a client means.
    private void Separate(
        ImportedListener listener,
        NginxDirective server,
        List<(NginxLocation Location, ImportedEndpoint Endpoint)> endpoints)
    {
        foreach (var other in listener.Endpoints.Where(other => !other.IsNothing))
        {
            foreach (var (location, endpoint) in endpoints.Where(pair => !pair.Endpoint.IsNothing))
            {
                if (endpoint.Location == other.Location
                    ? !IsSame(endpoint, other)
                    : location.MayShareWith(_locations[other]))
                {
                    const string Why =
                        "another server on the same address has some of the same paths, "
                            + "and Halley does not choose by server_name";
                    _report.Close(other, server, Why);
                    _report.Close(endpoint, server, Why);
                }
            }
        }
    }

    private void Merge(ImportedListener listener, ImportedEndpoint endpoint, ImportedEndpoint same)
    {
        if (same.IsNothing && !endpoint.IsNothing)
        {
            // What the first server had there was none of Halley's.
            listener.Endpoints[listener.Endpoints.IndexOf(same)] = endpoint;
            _locations[endpoint] = _locations[same];
            AllowExplicitly(endpoint, listener.Listen);
        }
        else if (!endpoint.IsNothing)
        {
            _report.Leave(endpoint.Source, $"{listener.Listen} has that location already");
        }
    }

    private static bool IsSame(ImportedEndpoint one, ImportedEndpoint other) =>
        ImportedJson.Write([], [ListenerOf(one)]) == ImportedJson.Write([], [ListenerOf(other)]);

    private static ImportedListener ListenerOf(ImportedEndpoint endpoint)
    {
        var listener = new ImportedListener("127.0.0.1:80", isIPv6Only: false);
        listener.Endpoints.Add(endpoint);
        return listener;
    }

    // Proxies are trusted at a listener, and in nginx at a location.
    private void Trust(ImportedListener listener, ImportedEndpoint endpoint, bool isBehindTls)
    {
        if (endpoint.IsNothing)
        {
            return;
        }

        List<string> trusted = isBehindTls
            ? [.. endpoint.TrustedProxies.Prepend("127.0.0.1").Distinct()]
            : [.. endpoint.TrustedProxies];
        if (listener.Endpoints.TrueForAll(other => other.IsNothing))
        {
            listener.TrustedProxies = trusted;
        }
        else if (!listener.TrustedProxies.SequenceEqual(trusted))
        {
            const string Why =
                "it trusts other proxies than the locations before it, "
                    + "and Halley trusts the same ones at a whole address";
            _report.Close(endpoint, endpoint.Source, Why, isBehindProxy: true);
        }
    }

    // Halley does not open to the world, unasked, what can do harm; nginx does, and who comes from there is served as
    // before, and told.
    private void AllowExplicitly(ImportedEndpoint endpoint, string address)
    {
        var isLoopback = ListenAddress.TryParse(address, out var parsed) && parsed.IsLoopback;
        if (EndpointKind.ByName[endpoint.Kind].IsForOperators && endpoint.Access is null && !isLoopback)
        {
            endpoint.Access = Access.Everybody;
            _report.Note(
                $"{endpoint.Source.Origin}: everybody who reaches {address} may use \"{endpoint.Source}\", "
                    + "as in nginx; its allow is the place to say who may");
        }
    }

    /// <summary>The way in which an address is spoken to: by the first directive that says so.</summary>
    private readonly record struct Spoken(NginxListen Listen, NginxDirective? Tls, NginxDirective? ProxyProtocol);
}
