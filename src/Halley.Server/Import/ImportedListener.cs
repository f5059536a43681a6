namespace Halley.Server.Import;

/// <summary>What an nginx server becomes: an address, and the endpoints that its locations become.</summary>
internal sealed class ImportedListener(string listen)
{
    public string Listen { get; } = listen;

    public List<ImportedEndpoint> Endpoints { get; } = [];
}

/// <summary>What a location becomes: the keys and values of an endpoint in halley.json, in the order they are written.</summary>
internal sealed class ImportedEndpoint(string location, string kind)
{
    public string Location { get; } = location;

    public string Kind { get; } = kind;

    /// <summary>Text, true or false, or numbers.</summary>
    public List<(string Key, object Value)> Values { get; } = [];

    /// <summary>Null for no rule.</summary>
    public (IReadOnlyList<string> Allow, IReadOnlyList<string> Deny)? Access { get; set; }

    /// <summary>What is otherwise where a condition holds; the first key is <c>when</c>.</summary>
    public List<List<(string Key, object Value)>> Conditionals { get; } = [];
}
