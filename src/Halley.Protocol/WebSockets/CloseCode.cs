namespace Halley.Protocol.WebSockets;

/// <summary>
/// What a close frame says (RFC 6455, 7.4): the codes that this server sends. A client may send others.
/// </summary>
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
    /// What the message holds is not what its kind promises: text that is not UTF-8, data that cannot be decompressed.
    /// </summary>
    InvalidPayload = 1007,
    PolicyViolation = 1008,
    TooBig = 1009,
    InternalError = 1011,
    TryAgainLater = 1013,
}
