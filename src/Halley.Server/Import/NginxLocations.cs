using Halley.Protocol.Routing;

namespace Halley.Server.Import;

/// <summary>
/// The locations of a server in one list, those within others among them. nginx looks for a nested one only where the
/// outer one was found, patterns first; what that is worth here is said where the list cannot have it.
/// </summary>
internal static class NginxLocations
{
    /// <param name="server">What stands in the server's block.</param>
    public static List<NginxLocation> Of(IReadOnlyList<NginxDirective> server, NginxScope scope)
    {
        var locations = new List<NginxLocation>();
        Add(server, scope, outer: null, locations);
        foreach (var location in locations)
        {
            FindStrangers(location, server, locations);
        }

        // Patterns within a location are asked before those beside it.
        return [.. locations.OrderByDescending(
            location => location.Parsed?.Kind == LocationKind.Pattern ? location.Depth : 0)];
    }

    private static void Add(
        IReadOnlyList<NginxDirective> block, NginxScope scope, NginxLocation? outer, List<NginxLocation> locations)
    {
        foreach (var directive in block.Where(directive => directive is { Name: "location", Block: not null }))
        {
            // One with a name is reached from others, and by nobody who asks for it.
            if (directive.Arguments is [['@', ..]])
            {
                continue;
            }

            var location = new NginxLocation(Write(directive, outer), directive, scope.Within(directive.Block!))
            {
                Depth = (outer?.Depth ?? -1) + 1,
            };
            SetProblem(location, outer);
            locations.Add(location);
            Add(directive.Block!, location.Scope, location, locations);
        }
    }

    // Within one that patterns are not asked after, nor are they for what is within.
    private static string Write(NginxDirective directive, NginxLocation? outer)
    {
        var written = NginxLocation.Write(directive);
        return written.StartsWith('/') && outer?.Parsed?.Kind == LocationKind.PreferredPrefix
            ? "^~ " + written
            : written;
    }

    private static void SetProblem(NginxLocation location, NginxLocation? outer)
    {
        var isPattern = location.Parsed?.Kind is LocationKind.Pattern or null;
        switch (outer?.Parsed?.Kind)
        {
            case null when outer is null:
                return;
            case LocationKind.Pattern or null:
                location.Problem = "it stands within a pattern";
                return;
            case LocationKind.PreferredPrefix when isPattern:
                location.Problem = "it is a pattern within a location of ^~";
                outer.Problem = "a pattern stands within it";
                return;
            case not null when isPattern && !location.Beginning.StartsWith(outer.Beginning, StringComparison.Ordinal):
                location.Problem =
                    "it is a pattern that does not begin with ^ and the path of the location that it stands in";
                return;
        }
    }

    // A pattern within /a is not asked for the paths of /a/b, where that is a location beside /a.
    private static void FindStrangers(
        NginxLocation location, IReadOnlyList<NginxDirective> server, List<NginxLocation> all)
    {
        if (location.Parsed?.Kind == LocationKind.Pattern
            && location.Problem is null
            && !server.Contains(location.Directive)
            && all.Exists(other => server.Contains(other.Directive)
                && other.Parsed?.Kind is LocationKind.Prefix or LocationKind.PreferredPrefix
                && !Holds(other.Directive, location.Directive)
                && other.MayShareWith(location)
                && all.Exists(outer => Holds(outer.Directive, location.Directive)
                    && other.Beginning.StartsWith(outer.Beginning, StringComparison.Ordinal))))
        {
            location.Problem = "it is a pattern within a location, and another location has some of its paths";
        }
    }

    private static bool Holds(NginxDirective outer, NginxDirective inner) =>
        outer.Block?.Any(directive => ReferenceEquals(directive, inner) || Holds(directive, inner)) ?? false;
}
