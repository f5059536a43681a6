using System.Text;

namespace Halley.Server.Import;

/// <summary>
/// The directives that hold at a place of an nginx configuration: its own, and those of the blocks around it where it
/// says nothing itself. Of a directive that is given twice in one block nginx takes none; we take the last.
/// </summary>
internal sealed class NginxScope
{
    // Two ways to say one thing: what a block says in the one way overrules what is handed down to it in the other.
    private static readonly (string, string) SameThing = (
        "push_stream_header_template", "push_stream_header_template_file");

    private readonly Dictionary<string, List<NginxDirective>> _directives;
    private readonly NginxScope? _server;

    // Null for a value that is another one in some requests.
    private readonly Dictionary<string, string?> _variables;

    public NginxScope()
    {
        _directives = [];
        _variables = [];
    }

    private NginxScope(NginxScope outer, bool isServer)
    {
        _directives = new Dictionary<string, List<NginxDirective>>(outer._directives);
        _server = isServer ? this : outer._server;

        // Each location sets its own; those of the server are set for all.
        _variables = new Dictionary<string, string?>((outer._server ?? outer)._variables);
        AccessRules = outer.AccessRules;
    }

    /// <summary>
    /// The allow and deny lines that hold here, in their order; a block with any of its own has only those.
    /// </summary>
    public IReadOnlyList<NginxDirective> AccessRules { get; private init; } = [];

    /// <summary>
    /// The server's own directives at the place of a location: what it does to each request before it looks for one.
    /// </summary>
    public IReadOnlyList<NginxDirective> ServersOwn => _server?.Own ?? [];

    /// <summary>The directives of the block itself.</summary>
    public IReadOnlyList<NginxDirective> Own { get; private init; } = [];

    /// <summary>All that holds here and is handed down.</summary>
    public IEnumerable<NginxDirective> All => _directives.Values.SelectMany(same => same);

    /// <summary>Makes the scope within a block.</summary>
    public NginxScope Within(IReadOnlyList<NginxDirective> block, bool isServer = false)
    {
        var rules = block.Where(directive => directive.Name is "allow" or "deny").ToList();
        var inner = new NginxScope(this, isServer) { AccessRules = rules.Count > 0 ? rules : AccessRules, Own = block };
        foreach (
            var same in block.Where(directive => !NginxDirectives.IsOfBlockAlone(directive.Name)).GroupBy(
                directive => directive.Name))
        {
            if (OtherWayToSay(same.Key) is { } other && !block.Any(beside => beside.Name == other))
            {
                inner._directives.Remove(other);
            }

            inner._directives[same.Key] = [.. same];
        }

        inner.SetVariables(block, isServer);
        return inner;
    }

    /// <summary>The last of those in the nearest block that has any.</summary>
    public NginxDirective? Find(string name) => _directives.TryGetValue(name, out var same) ? same[^1] : null;

    /// <summary>All those in the nearest block that has any.</summary>
    public IReadOnlyList<NginxDirective> FindAll(string name) => _directives.GetValueOrDefault(name) ?? [];

    /// <summary>Finds the value that <c>set</c> gave a variable; null where it has none, or one of several.</summary>
    public string? Variable(string name) => _variables.GetValueOrDefault(name);

    /// <summary>Whether <c>set</c> is there for it, with one value or several.</summary>
    public bool HasVariable(string name) => _variables.ContainsKey(name);

    private bool IsUncertain(string name) => HasVariable(name) && Variable(name) is null;

    /// <summary>A text, with the variables that <c>set</c> gave a value to replaced by that.</summary>
    public string Resolve(string text)
    {
        var output = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var length = NginxVariables.LengthAt(text, at, out var name);
            if (length > 0 && Variable(name) is { } value)
            {
                at += length;
                output.Append(
                    at < text.Length && NginxVariables.IsPartOfName(text[at]) ? NginxVariables.Braced(value) : value);
            }
            else
            {
                output.Append(text, at, Math.Max(1, length));
                at += Math.Max(1, length);
            }
        }

        return output.ToString();
    }

    // In their order, as nginx runs them.
    private void SetVariables(IReadOnlyList<NginxDirective> block, bool isServer)
    {
        foreach (var directive in block)
        {
            if (directive is { Name: "set", Arguments: [['$', .. var variable], var value] })
            {
                // Numbers are what the pattern captured that matched last, which no server knows of its locations.
                var resolved = Resolve(value);
                var isCertain = !NginxVariables.Of(resolved).Any(
                    name => IsUncertain(name) || (isServer && char.IsAsciiDigit(name[0])));
                _variables[variable] = isCertain ? resolved : null;
            }
            else if (directive.Name == "if")
            {
                foreach (
                    var set in (directive.Block ?? []).Where(
                        inner => inner is { Name: "set", Arguments: [['$', ..], _] }))
                {
                    _variables[set.Arguments[0][1..]] = null;
                }
            }
            else if (directive.Name.StartsWith("set_", StringComparison.Ordinal)
                && directive.Arguments is [['$', .. var computed], ..])
            {
                _variables[computed] = null;
            }
        }
    }

    private static string? OtherWayToSay(string name) =>
        name == SameThing.Item1 ? SameThing.Item2 : name == SameThing.Item2 ? SameThing.Item1 : null;
}
