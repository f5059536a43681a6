namespace Halley.Protocol.WebSockets;

/// <summary>The codes of close frames (RFC 6455, 7.4) that this server sends. A client may send others.</summary>
public enum CloseCode : ushort
{
    /// <summary>The close frame says nothing.</summary>
    None = 0,
    Normal = 1000,
    GoingAway = 1001,
    ProtocolError = 1002,

    /// <summary>A kind of message that is not taken here.</summary>
    UnsupportedData = 1003,

    /// <summary>
    /// A message does not hold what its kind promises: text that is not UTF-8, data that cannot be decompressed.
    /// </summary>
    InvalidPayload = 1007,
    PolicyViolation = 1008,
    TooBig = 1009,
    InternalError = 1011,

    /// <summary>The server ends or restarts, and the client is to come back.</summary>
    ServiceRestart = 1012,
    TryAgainLater = 1013,
}
