namespace Halley.Server.Import;

/// <summary>
/// The directives that hold at a place of an nginx configuration: its own, and those of the blocks around it where it says nothing itself. Of a
/// directive that is given twice in one block nginx takes none; we take the last.
/// </summary>
internal sealed class NginxScope
{
    // Two ways to say one thing: what a block says in the one way overrules what is handed down to it in the other.
    private static readonly (string, string) SameThing = ("push_stream_header_template", "push_stream_header_template_file");

    private readonly Dictionary<string, NginxDirective> _directives;
    private readonly Dictionary<string, string> _variables;

    public NginxScope()
    {
        _directives = [];
        _variables = [];
    }

    private NginxScope(NginxScope outer)
    {
        _directives = new Dictionary<string, NginxDirective>(outer._directives);
        _variables = new Dictionary<string, string>(outer._variables);
        AccessRules = outer.AccessRules;
    }

    /// <summary>The allow and deny lines that hold here, in their order; a block with any of its own has only those.</summary>
    public IReadOnlyList<NginxDirective> AccessRules { get; private init; } = [];

    /// <summary>What holds within a block.</summary>
    public NginxScope Within(IReadOnlyList<NginxDirective> block)
    {
        var rules = block.Where(directive => directive.Name is "allow" or "deny").ToList();
        var inner = new NginxScope(this) { AccessRules = rules.Count > 0 ? rules : AccessRules };
        foreach (var directive in block)
        {
            if (directive is { Name: "set", Arguments: [['$', .. var variable], var value] })
            {
                inner._variables[variable] = inner.Resolve(value);
            }
            else if (directive.Block is null)
            {
                if (OtherWayToSay(directive.Name) is { } other && !block.Any(beside => beside.Name == other))
                {
                    inner._directives.Remove(other);
                }

                inner._directives[directive.Name] = directive;
            }
        }

        return inner;
    }

    private static string? OtherWayToSay(string name) =>
        name == SameThing.Item1 ? SameThing.Item2 : name == SameThing.Item2 ? SameThing.Item1 : null;

    public NginxDirective? Find(string name) => _directives.GetValueOrDefault(name);

    /// <summary>A text, with the variables that <c>set</c> gave a value to replaced by that.</summary>
    public string Resolve(string text)
    {
        // Longer names first: $channel must not be found in $channel_id.
        foreach (var (name, value) in _variables.OrderByDescending(variable => variable.Key.Length))
        {
            text = text.Replace("${" + name + "}", value, StringComparison.Ordinal).Replace("$" + name, value, StringComparison.Ordinal);
        }

        return text;
    }
}
