namespace Halley.Protocol.WebSockets;

/// <summary>
/// The limits on what an endpoint takes of its clients. By default what RFC 6455 wants, and no binary messages.
/// </summary>
public sealed record WebSocketOptions
{
    public static WebSocketOptions Default { get; } = new();

    /// <summary>Whether frames without a mask are taken, which the RFC forbids. Default no.</summary>
    public bool TakesUnmasked { get; init; }

    /// <summary>Whether binary messages are taken; else one ends the connection with 1003. Default no.</summary>
    public bool TakesBinary { get; init; }

    /// <summary>
    /// Whether reserved bits that nothing was agreed about are ignored, rather than a fault. Default no.
    /// </summary>
    public bool IgnoresReservedBits { get; init; }

    /// <summary>
    /// The longest message taken, in bytes; a longer one ends the connection with 1009. Default whatever the listener
    /// takes.
    /// </summary>
    public int MaxMessageBytes { get; init; } = int.MaxValue;

    /// <summary>
    /// The longest message that means anything here, in bytes. A longer one is checked, read to its end and dropped:
    /// nothing of it is kept or decompressed. 0: the client has nothing to say. Default any.
    /// </summary>
    public int MaxHeardBytes { get; init; } = int.MaxValue;

    /// <summary>
    /// The reason for which a client that says anything is let go with 1008, in UTF-8; null where it is not. Default
    /// null.
    /// </summary>
    public byte[]? Refusal { get; init; }

    /// <summary>
    /// Whether what a client says is published to the channels that it subscribes to: then it is not read while more of
    /// that waits to be told than may wait for one subscriber. Default no.
    /// </summary>
    public bool Publishes { get; init; }

    /// <summary>
    /// Whether the close frame that answers a fault, or the client's own, says a code and what is wrong. Default yes.
    /// </summary>
    public bool SaysWhy { get; init; } = true;
}
