namespace Halley.Protocol.Http;

/// <summary>A request line and header as the parser found them; the spans lie in the bytes that were parsed.</summary>
public ref struct RequestHead
{
    public RequestMethod Method { get; internal set; }

    /// <summary>The target as it came, for messages about it.</summary>
    public ReadOnlySpan<byte> Target { get; internal set; }

    /// <summary>The target's path, not decoded.</summary>
    public ReadOnlySpan<byte> Path { get; internal set; }

    /// <summary>What stands between <c>?</c> and <c>#</c>, not decoded.</summary>
    public ReadOnlySpan<byte> Query { get; internal set; }

    /// <summary>The header lines, checked, each with its line end.</summary>
    public ReadOnlySpan<byte> Fields { get; internal set; }

    public bool IsHttp11 { get; internal set; }

    /// <summary>Whether the client wants the connection kept after the answer.</summary>
    public bool KeepAlive { get; internal set; }

    /// <summary>Whether the client said so itself, rather than by its HTTP version.</summary>
    public bool AsksKeepAlive { get; internal set; }

    /// <summary>The body's length in bytes; 0 where there is none, and where it comes in chunks.</summary>
    public long ContentLength { get; internal set; }

    public bool IsChunked { get; internal set; }

    /// <summary>Whether the client waits for <c>100 Continue</c> before it sends the body.</summary>
    public bool ExpectsContinue { get; internal set; }
}
