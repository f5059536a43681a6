namespace Halley.Server.Import;

/// <summary>
/// The endpoint that a location becomes: its keys and values in halley.json, in the order they are written.
/// </summary>
/// <param name="Location">As halley.json has it.</param>
/// <param name="Kind">One of its kinds.</param>
/// <param name="Source">What it was.</param>
/// <param name="Server">The server that it stood in.</param>
internal sealed record ImportedEndpoint(string Location, string Kind, NginxDirective Source, NginxDirective Server)
{
    /// <summary>The kind of a location that only keeps its paths from others.</summary>
    public const string Nothing = "nothing";

    /// <summary>Text, true or false, numbers, or lists of texts.</summary>
    public List<(string Key, object Value)> Values { get; init; } = [];

    /// <summary>The options that differ where a condition holds; the first key is <c>when</c>.</summary>
    public List<List<(string Key, object Value)>> Conditionals { get; init; } = [];

    /// <summary>Null for no rule.</summary>
    public Access? Access { get; set; }

    /// <summary>Whether it was closed, since nginx asked for more than can be said.</summary>
    public bool IsClosed { get; set; }

    /// <summary>The proxies whose X-Forwarded-For nginx took.</summary>
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];

    public bool IsNothing => Kind == Nothing;

    public void Put(string key, object value)
    {
        Values.RemoveAll(other => other.Key == key);
        Values.Add((key, value));
    }

    /// <summary>Lets in only this machine, or nobody where a proxy may speak for others.</summary>
    public void Close(bool isBehindProxy = false)
    {
        IsClosed = true;
        Access = isBehindProxy || Access == Access.Nobody ? Access.Nobody : Access.OnlyThisMachine;
    }
}
