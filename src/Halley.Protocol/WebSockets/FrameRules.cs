namespace Halley.Protocol.WebSockets;

/// <summary>The rules that a client's frames must keep to.</summary>
/// <param name="Options">The endpoint's.</param>
/// <param name="MaxMessageBytes">
/// The longest message taken, also after it was decompressed; the options may take less.
/// </param>
/// <param name="IsDeflateAgreed">Whether the handshake agreed on permessage-deflate.</param>
public readonly record struct FrameRules(WebSocketOptions Options, int MaxMessageBytes, bool IsDeflateAgreed)
{
    // RFC 6455, 5.5.
    private const int MaxControlPayload = 125;

    /// <summary>The longest message taken, by the endpoint and by its listener.</summary>
    public int MaxLength => Math.Min(MaxMessageBytes, Options.MaxMessageBytes);

    /// <summary>Looks at a header.</summary>
    /// <param name="message">
    /// What the message is that has begun and not ended; Continuation where there is none.
    /// </param>
    /// <param name="soFar">How many bytes of it have come, also where they were not kept.</param>
    /// <returns>What is wrong with it; of kind None where nothing is.</returns>
    public Incoming Check(in FrameHeader header, Opcode message, long soFar)
    {
        if (
            header.Opcode is not (
                Opcode.Continuation or Opcode.Text or Opcode.Binary or Opcode.Close or Opcode.Ping or Opcode.Pong))
        {
            return Fault("This opcode is reserved."u8);
        }

        if (!header.IsMasked && !Options.TakesUnmasked)
        {
            return Fault("A client must mask its frames."u8);
        }

        var mayBeDeflated = IsDeflateAgreed && header.Opcode is Opcode.Text or Opcode.Binary;
        if (!Options.IgnoresReservedBits && (header.Reserved & ~(mayBeDeflated ? FrameHeader.Deflated : 0)) != 0)
        {
            return Fault("A reserved bit is set that nothing was agreed about."u8);
        }

        if (header.Length < 0)
        {
            return Fault("The highest bit of a length must be 0."u8);
        }

        if (!header.IsShortest)
        {
            return Fault("A length must be written in as few bytes as it can be."u8);
        }

        return header.IsControl ? CheckControl(header) : CheckData(header, message, soFar);
    }

    public static Incoming Fault(ReadOnlySpan<byte> sentence, CloseCode code = CloseCode.ProtocolError) =>
        new(IncomingKind.Fault, sentence, code);

    public static Incoming TooBig() => Fault("The message is longer than this server takes."u8, CloseCode.TooBig);

    private static Incoming CheckControl(in FrameHeader header) =>
        !header.IsFinal ? Fault("A control frame must not be fragmented."u8)
        : header.Length > MaxControlPayload ? Fault("A control frame has at most 125 bytes of payload."u8)
        : default;

    private Incoming CheckData(in FrameHeader header, Opcode message, long soFar)
    {
        var isFirst = message == Opcode.Continuation;
        if (isFirst && header.Opcode == Opcode.Continuation)
        {
            return Fault("There is no message to continue."u8);
        }

        if (!isFirst && header.Opcode != Opcode.Continuation)
        {
            return Fault("The message before has not ended."u8);
        }

        if (header.Opcode == Opcode.Binary && !Options.TakesBinary)
        {
            return Fault("Only text messages are taken here."u8, CloseCode.UnsupportedData);
        }

        return isFirst && Options.Refusal is { } sentence ? Fault(sentence, CloseCode.PolicyViolation)
            : header.Length > MaxLength - soFar ? TooBig()
            : default;
    }
}
