namespace Halley.Protocol.WebSockets;

/// <summary>What an endpoint takes of its clients. By default what RFC 6455 wants, and no binary messages.</summary>
public sealed record WebSocketOptions
{
    public static WebSocketOptions Default { get; } = new();

    /// <summary>Whether frames without a mask are taken, which the RFC forbids. Default no.</summary>
    public bool TakesUnmasked { get; init; }

    /// <summary>Whether binary messages are taken; else one ends the connection with 1003. Default no.</summary>
    public bool TakesBinary { get; init; }

    /// <summary>Whether reserved bits that nothing was agreed about are ignored, rather than a fault. Default no.</summary>
    public bool IgnoresReservedBits { get; init; }

    /// <summary>Whether the close frame that answers a fault, or the client's own, says a code and what is wrong. Default yes.</summary>
    public bool SaysWhy { get; init; } = true;
}
