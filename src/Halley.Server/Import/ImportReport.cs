namespace Halley.Server.Import;

/// <summary>
/// The report on what an import could not take over, in sentences with their place; what is one directive's fault is
/// one sentence.
/// </summary>
internal sealed class ImportReport
{
    private readonly List<string> _lines = [];
    private readonly Dictionary<(string Origin, string Directive), (int Line, string Why, List<string> Closed)>
        _closing = [];

    /// <summary>Whether everything is served as nginx served it.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>In the order in which it was found.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            var lines = _lines.ToList();
            foreach (var ((origin, directive), (line, why, closed)) in _closing)
            {
                lines[line] = $"{origin}: \"{directive}\" is not taken over: {why}, "
                    + $"so only this machine may come to {Listed(closed)}; write its allow and deny yourself";
            }

            return lines;
        }
    }

    /// <summary>Something that the operator should know and that changes nothing.</summary>
    public void Note(string line) => Add(line);

    /// <summary>Something is left out.</summary>
    public void Leave(NginxDirective directive, string why)
    {
        IsComplete = false;
        Add($"{directive.Origin}: \"{directive}\" is not taken over: {why}");
    }

    /// <summary>The same, of a key of a configuration.</summary>
    public void Leave(string key, string why)
    {
        IsComplete = false;
        Add($"{key} is not taken over: {why}");
    }

    /// <summary>Something is left out that may have kept somebody from a location, so that it is closed.</summary>
    public void Close(NginxDirective directive, string why, NginxDirective location)
    {
        IsComplete = false;
        var key = (directive.Origin, directive.ToString());
        if (!_closing.TryGetValue(key, out var closing))
        {
            closing = (_lines.Count, why, []);
            _closing.Add(key, closing);
            _lines.Add("");
        }

        if (!closing.Closed.Contains(location.ToString()))
        {
            closing.Closed.Add(location.ToString());
        }
    }

    /// <summary>The same, and closes its endpoint.</summary>
    public void Close(ImportedEndpoint endpoint, NginxDirective directive, string why, bool isBehindProxy = false)
    {
        Close(directive, why, endpoint.Source);
        endpoint.Close(isBehindProxy);
    }

    private static string Listed(List<string> locations) => locations.Count switch
    {
        <= 3 => string.Join(", ", locations),
        _ => $"{locations[0]}, {locations[1]} and {locations.Count - 2} more",
    };

    private void Add(string line)
    {
        if (!_lines.Contains(line))
        {
            _lines.Add(line);
        }
    }
}
