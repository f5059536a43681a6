namespace Halley.Protocol.WebSockets;

public enum IncomingKind : byte
{
    /// <summary>Nothing is whole: more bytes are needed.</summary>
    None,
    Text,
    Binary,
    Ping,
    Pong,
    Close,

    /// <summary>
    /// A message that means nothing here has ended; see <see cref="WebSocketOptions.MaxHeardBytes"/>.
    /// </summary>
    Dropped,

    /// <summary>The client broke a rule. Nothing more of it can be understood.</summary>
    Fault,
}

/// <summary>Something whole that a client sent.</summary>
/// <param name="content">
/// The message; of a ping its payload; of a close its reason; of a fault a sentence that says what is wrong.
/// </param>
/// <param name="code">Of a close, what the client said; of a fault, what to answer.</param>
public readonly ref struct Incoming(IncomingKind kind, ReadOnlySpan<byte> content, CloseCode code = CloseCode.None)
{
    public IncomingKind Kind { get; } = kind;

    /// <summary>Gone with the next bytes that are read.</summary>
    public ReadOnlySpan<byte> Content { get; } = content;

    public CloseCode Code { get; } = code;
}
