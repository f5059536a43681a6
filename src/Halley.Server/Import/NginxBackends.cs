using System.Text.RegularExpressions;

namespace Halley.Server.Import;

/// <summary>
/// Finds the HTTP server that a location of nginx passes requests on to, where that is all it does: nchan asks a
/// location, Halley asks the server.
/// </summary>
/// <param name="http">What stands in the block around all servers.</param>
internal sealed partial class NginxBackends(IReadOnlyList<NginxDirective> http)
{
    // Fields that Halley sends of itself, or that say nothing of who asks.
    private static readonly HashSet<string> OwnFields = new(StringComparer.OrdinalIgnoreCase)
    {
        "X-Channel-Id", "X-Original-URI", "X-Original-Method", "X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto",
        "X-Subscriber-Type", "X-Publisher-Type", "Content-Length", "Content-Type", "Connection",
    };

    private static readonly HashSet<string> OfPassing =
    [
        "proxy_pass", "proxy_pass_request_body", "proxy_pass_request_headers", "proxy_set_header",
        "proxy_http_version", "proxy_connect_timeout", "proxy_read_timeout", "proxy_send_timeout", "proxy_buffering",
        "internal", "access_log", "error_log",
    ];

    /// <returns>Its URL, with the query that the directive has; null where no such location is there.</returns>
    public string? UrlOf(NginxDirective directive, NginxScope scope)
    {
        if (directive.Arguments is not [var written])
        {
            return null;
        }

        var text = scope.Resolve(written);
        var query = text.IndexOf('?') is var mark and >= 0 ? text[mark..] : "";
        var path = text[..(text.Length - query.Length)];
        if (path.Contains('$')
            || LocationOf(path, scope.ServersOwn) is not { } location
            || !location.Block!.All(inner => OfPassing.Contains(inner.Name)))
        {
            return null;
        }

        var fields = location.Block!.Where(inner => inner.Name == "proxy_set_header");
        var pass = location.Block!.LastOrDefault(inner => inner.Name == "proxy_pass");
        if (pass?.Arguments is not [var target]
            || !Url().IsMatch(target)
            || !fields.All(field => field.Arguments is [var name, _] && OwnFields.Contains(name)))
        {
            return null;
        }

        var slash = target.IndexOf('/', "http://".Length);
        var host = target[..(slash < 0 ? target.Length : slash)]["http://".Length..];
        return ServerOf(host) is { } server ? $"http://{server}{(slash < 0 ? path : target[slash..])}{query}" : null;
    }

    private static NginxDirective? LocationOf(string path, IReadOnlyList<NginxDirective> server)
    {
        var locations = server.Where(directive => directive is { Name: "location", Block: not null }).ToList();
        return locations.Find(location => NginxLocation.Write(location) == "= " + path)
            ?? locations.Find(
                location => NginxLocation.Write(location) == path || NginxLocation.Write(location) == "^~ " + path);
    }

    // A name may be that of an upstream block: one with one server is as good as its address.
    private string? ServerOf(string host)
    {
        var upstream = http.FirstOrDefault(
            directive => directive is { Name: "upstream", Block: not null, Arguments: [var name] } && name == host);
        var servers = upstream?.Block!.Where(inner => inner.Name == "server").ToList();
        return upstream is null ? host
            : servers is [{ Arguments: [var address, ..] }] && !address.StartsWith("unix:", StringComparison.Ordinal)
                ? address
            : null;
    }

    [GeneratedRegex(@"^http://[A-Za-z0-9.\-_:\[\]]+(/[^$?]*)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Url();
}
