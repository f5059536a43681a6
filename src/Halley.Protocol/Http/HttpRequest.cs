namespace Halley.Protocol.Http;

/// <summary>
/// One whole request; its spans live in the host's read buffer and are gone when the handler returns.
/// </summary>
public readonly ref struct HttpRequest(RequestHead head, ReadOnlySpan<byte> path, ReadOnlySpan<byte> body)
{
    private readonly RequestHead _head = head;

    public RequestMethod Method => _head.Method;

    public bool IsHttp11 => _head.IsHttp11;

    /// <summary>All there is of it but the path, decoded, and the body.</summary>
    public RequestHead Head => _head;

    /// <summary>The target as it came.</summary>
    public ReadOnlySpan<byte> Target => _head.Target;

    /// <summary>The path, decoded.</summary>
    public ReadOnlySpan<byte> Path { get; } = path;

    /// <summary>The query, not decoded.</summary>
    public ReadOnlySpan<byte> Query => _head.Query;

    /// <summary>The body, whole; its chunks put together.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>
    /// The value of the first field of that name, without blanks around it; empty where there is none.
    /// </summary>
    public ReadOnlySpan<byte> Field(ReadOnlySpan<byte> name) => TryField(name, out var value) ? value : default;

    /// <summary>The same, telling an empty field from a missing one.</summary>
    public bool TryField(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var position = 0;
        return TryNextField(name, ref position, out value);
    }

    public bool HasField(ReadOnlySpan<byte> name)
    {
        var position = 0;
        return TryNextField(name, ref position, out _);
    }

    /// <summary>Finds the fields of one name, which may be several, one after another.</summary>
    /// <param name="position">0 at first; then as it was left.</param>
    public bool TryNextField(scoped ReadOnlySpan<byte> name, scoped ref int position, out ReadOnlySpan<byte> value) =>
        _head.TryNextField(name, ref position, out value);
}
