using Halley.Protocol.Http;

namespace Halley.Protocol.Routing;

/// <summary>
/// A request and what the location that it came to captured of its path. Gone when the handler returns.
/// </summary>
public readonly ref struct RoutedRequest
{
    private readonly Captures _captures;

    public RoutedRequest(in HttpRequest request, Captures captures)
    {
        Request = request;
        _captures = captures;
    }

    public HttpRequest Request { get; }

    public Captures Captures => _captures;

    /// <summary>
    /// A query argument as it came, not decoded: names are compared without case, and the first of two wins.
    /// </summary>
    public ReadOnlySpan<byte> Argument(ReadOnlySpan<byte> name) => TryArgument(name, out var value) ? value : default;

    /// <summary>The same, telling an empty argument from a missing one.</summary>
    public bool TryArgument(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        Parameters.TryFind(Request.Query, name, out value);
}
