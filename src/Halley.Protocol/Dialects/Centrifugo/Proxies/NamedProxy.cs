namespace Halley.Protocol.Dialects.Centrifugo.Proxies;

/// <summary>
/// A server of the operator's that is asked about what clients do, by the name under which namespaces of channels have
/// it. Immutable.
/// </summary>
/// <param name="Url">Where it is asked.</param>
public sealed record NamedProxy(string Name, string Url)
{
    /// <summary>The time that an answer may take. Default a second.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The header fields of a client's that it is shown. Default: none.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>
    /// Header fields of every question; a client's own, where it is shown, stands in their place. Default: none.
    /// </summary>
    public IReadOnlyList<(string Name, string Value)> StaticHeaders { get; init; } = [];

    /// <summary>
    /// The beginnings of methods that it is asked for: of several, the longest holds. Default: none.
    /// </summary>
    public IReadOnlyList<string> RpcPrefixes { get; init; } = [];
}
