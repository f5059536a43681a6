using Halley.Server.Commands;
using static Halley.Server.Import.PushStreamDirectives;

namespace Halley.Server.Import;

/// <summary>
/// Takes over what Halley can serve of an nginx configuration: the locations of push-stream and nchan. What cannot be
/// taken over is named.
/// </summary>
internal sealed class NginxImport
{
    private readonly IReadOnlyList<NginxDirective> _http;
    private readonly ValueReader _values;
    private readonly ImportCheck _check;
    private readonly EndpointImport _endpoints;
    private readonly ImportedAddresses _addresses;

    private NginxImport(IReadOnlyList<NginxDirective> http, string folder)
    {
        _http = http;
        _values = new ValueReader(folder);
        _check = new ImportCheck(PushStream);
        _endpoints = new EndpointImport(
            Report, _values, new NginxBackends(http), new EndpointExamination(http, Report, _values));
        _addresses = new ImportedAddresses(http, Report);
    }

    public ImportReport Report { get; } = new();

    /// <summary>The settings for the whole server, as keys of halley.json's push_stream.</summary>
    public List<(string Key, object Value)> PushStream { get; } = [];

    public IReadOnlyList<ImportedListener> Listeners => _addresses.Listeners;

    /// <param name="folder">Where the configuration lies.</param>
    /// <exception cref="CommandException">
    /// There is nothing of push-stream or nchan in it, or nothing that a server could start with.
    /// </exception>
    public static NginxImport Of(IReadOnlyList<NginxDirective> configuration, string folder)
    {
        var http = configuration
            .Where(directive => directive.Name == "http")
            .SelectMany(block => block.Block ?? [])
            .ToList();
        var import = new NginxImport(http, folder);
        if (!import.TakeHttp())
        {
            throw new CommandException(
                "there is no location with push_stream_publisher, "
                    + "push_stream_subscriber or push_stream_channels_statistics in it, nor one of nchan; "
                + "give the nginx.conf that has them, or that includes the file that has");
        }

        return import;
    }

    // Whether there is any location of ours.
    private bool TakeHttp()
    {
        var scope = new NginxScope().Within(_http);
        foreach (var directive in _http)
        {
            TakeForServer(directive, scope);
        }

        if (_check.MistakeIn([new ImportedListener("127.0.0.1:80", isIPv6Only: false)]) is { } mistake)
        {
            throw new CommandException($"{mistake}; so nginx would not start either");
        }

        var servers = _http.Where(directive => directive is { Name: "server", Block: not null }).ToList();
        var others = servers.Where(server => !TakeServer(server, scope)).ToList();
        others.ForEach(_addresses.NameBeside);
        return others.Count < servers.Count;
    }

    private void TakeForServer(NginxDirective directive, NginxScope scope)
    {
        var isNchans = NchanDirectives.NameOf(directive.Name) == "nchan_shared_memory_size";
        if (OfServer.Find(isNchans ? Prefix + "shared_memory_size" : directive.Name) is not { } option)
        {
            return;
        }

        if (_values.Read(directive, option, scope) is not { } value)
        {
            Report.Leave(directive, "its value is none that nginx-push-stream-module takes");
            return;
        }

        PushStream.RemoveAll(other => other.Key == option.Name);
        PushStream.Add((option.Name, value));
    }

    private bool TakeServer(NginxDirective server, NginxScope outer)
    {
        var scope = outer.Within(server.Block!, isServer: true);
        var locations = NginxLocations.Of(server.Block!, scope);

        // What nchan has in the block of a server is for all paths.
        if (scope.Own.Any(directive => NchanDirectives.OfKind.ContainsKey(NchanDirectives.NameOf(directive.Name)))
            && !locations.Exists(location => location.Written is "/" or "^~ /"))
        {
            locations.Add(
                new NginxLocation("/", server with { Name = "location", Arguments = ["/"] }, scope.Within([])));
        }

        var taken = locations
            .Select(location => (Location: location, Endpoint: _endpoints.Of(location, server)))
            .ToList();
        NameUnreachable(server.Block!);
        if (taken.TrueForAll(pair => pair.Endpoint is null))
        {
            return false;
        }

        NameDetours(taken);
        _addresses.Add(server, scope, Placed(taken, server));
        return true;
    }

    // A location of other things may send requests on to an endpoint: those who come by its path find nothing any more.
    private void NameDetours(List<(NginxLocation Location, ImportedEndpoint? Endpoint)> taken)
    {
        var endpoints = taken.Where(pair => pair.Endpoint is not null).Select(pair => pair.Location).ToList();
        foreach (var directive in taken.Where(pair => pair.Endpoint is null).SelectMany(
            pair => pair.Location.Scope.Own))
        {
            var words = directive.Arguments;
            var target = directive.Name switch
            {
                "rewrite" when words.Count == 2 || (words.Count == 3 && words[2] is ("last" or "break")) => words[1],
                "try_files" or "error_page" when words.Count > 1 => words[^1],
                _ => "",
            };
            var end = target.AsSpan().IndexOfAny('$', '?');
            var place = new NginxLocation(end < 0 ? target : target[..end], directive, new NginxScope());
            if (place.Parsed is not null
                && endpoints.Exists(endpoint => endpoint.Beginning.Length > 0 && place.MayShareWith(endpoint)))
            {
                Report.Leave(directive, "it leads to an endpoint, and Halley does not lead from one path to another");
            }
        }
    }

    private void NameUnreachable(IReadOnlyList<NginxDirective> block)
    {
        foreach (var location in block.Where(directive => directive is { Name: "location", Block: not null }))
        {
            if (location.Arguments is [['@', ..]]
                && LocationKinds.Of(new NginxScope().Within(location.Block!)).Kind is not null)
            {
                Report.Leave(location, "it has a name and no path: others lead to it, and Halley's do not");
            }

            NameUnreachable(location.Block!);
        }
    }

    // Endpoints that a server could start with, and the locations of other things whose paths endpoints would have
    // without them.
    private List<(NginxLocation Location, ImportedEndpoint Endpoint)> Placed(
        List<(NginxLocation Location, ImportedEndpoint? Endpoint)> taken, NginxDirective server)
    {
        var placed = new List<(NginxLocation, ImportedEndpoint)>();
        for (var place = 0; place < taken.Count; place++)
        {
            var (location, endpoint) = taken[place];
            var robbed = taken
                .Where(
                    (other, at) =>
                        other.Endpoint is { IsNothing: false }
                            && at != place
                            && location.MayTakeFrom(other.Location, isFirst: place < at))
                .ToList();
            if (location.Parsed is null)
            {
                Report.Leave(location.Directive, ErrorOf(location));
                foreach (var (other, sufferer) in robbed)
                {
                    Report.Close(
                        location.Directive,
                        "Halley cannot read it, and it may have had some of their paths",
                        other.Directive);
                    sufferer!.Close();
                }
            }
            else if (endpoint is not null)
            {
                placed.Add((location, Checked(endpoint)));
            }
            else if (robbed.Count > 0)
            {
                Report.Leave(
                    location.Directive,
                    "it is none of Halley's; its paths, which an endpoint beside it would have, are answered with 404");
                placed.Add(
                    (
                        location,
                        new ImportedEndpoint(location.Written, ImportedEndpoint.Nothing, location.Directive, server)));
            }
        }

        return placed;
    }

    private static string ErrorOf(NginxLocation location) =>
        Halley.Protocol.Routing.Location.TryParse(location.Written, out _, out var error) ? "" : error;

    private ImportedEndpoint Checked(ImportedEndpoint endpoint)
    {
        if (_check.MistakeIn(endpoint) is not { } mistake)
        {
            return endpoint;
        }

        Report.Leave(endpoint.Source, $"{mistake}. Its paths are answered with 404");
        return endpoint with { Kind = ImportedEndpoint.Nothing, Values = [], Conditionals = [], Access = null };
    }
}
