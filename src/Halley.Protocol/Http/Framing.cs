using System.Buffers.Binary;
using System.Text.Unicode;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Http;

/// <summary>
/// The way in which the pieces of an answer of unknown length are told apart on the wire: as chunks (RFC 9112, 7.1), as
/// a WebSocket's messages (RFC 6455), or not at all, where the end of the connection ends the answer.
/// </summary>
public readonly record struct Framing
{
    // Room for the longest of either: ten hexadecimal digits, CR, LF; and a frame's first bytes with a length of 64
    // bits.
    private const int MaxPrefix = MaxDigits + 2;

    // A terabyte.
    private const int MaxDigits = 10;

    // Bytes. A shorter message hardly gets shorter, for 20 µs of work.
    private const int LeastDeflated = 256;

    // Bytes. A longer message would keep everybody else on the reactor waiting for more than some 3 ms.
    private const int MostDeflated = 128 * 1024;

    // RFC 6455, 5.5: a control frame's payload, less the code.
    private const int MaxCloseReason = 123;

    private readonly Kind _kind;
    private readonly bool _isDeflated;

    private Framing(Kind kind, bool isDeflated = false)
    {
        _kind = kind;
        _isDeflated = isDeflated;
    }

    private enum Kind : byte
    {
        None,
        Chunks,
        Text,
        Binary,
    }

    /// <summary>The pieces just follow each other, as HTTP/1.0 has them.</summary>
    public static Framing None => default;

    /// <summary>Each piece is a chunk: HTTP/1.1.</summary>
    public static Framing Chunked => new(Kind.Chunks);

    /// <summary>
    /// Each piece is a text message of a WebSocket, and is made UTF-8 where it is not; see <see cref="Utf8Text"/>.
    /// </summary>
    public static Framing WebSocket => new(Kind.Text);

    /// <summary>Whether it is a WebSocket's.</summary>
    public bool IsWebSocket => _kind is Kind.Text or Kind.Binary;

    /// <summary>
    /// The same, where a WebSocket has permessage-deflate: pieces that are long enough are compressed, each for itself.
    /// </summary>
    /// <remarks>
    /// For what is written once for many. A compressor for each client would be work without a limit.
    /// </remarks>
    public Framing Deflated => new(_kind, IsWebSocket);

    /// <summary>The same without compression.</summary>
    public Framing NotDeflated => new(_kind);

    /// <summary>The same, but a WebSocket's messages are binary rather than text.</summary>
    public Framing Binary => IsWebSocket ? new(Kind.Binary, _isDeflated) : this;

    /// <summary>Begins a piece; what is written from here on belongs to it.</summary>
    /// <returns>What <see cref="End"/> wants to know.</returns>
    public int Begin(ByteBuffer output)
    {
        var start = output.Length;
        if (_kind != Kind.None)
        {
            output.Skip(MaxPrefix);
        }

        return start;
    }

    /// <summary>Finds the beginning of a piece's content.</summary>
    /// <param name="start">What <see cref="Begin"/> gave.</param>
    public int ContentAt(int start) => _kind == Kind.None ? start : start + MaxPrefix;

    /// <summary>Ends the piece. A chunk without content must not be written: it would end the answer.</summary>
    public void End(ByteBuffer output, int start)
    {
        switch (_kind)
        {
            case Kind.Chunks:
                EndChunk(output, start);
                break;
            case Kind.Text or Kind.Binary:
                EndMessage(output, start);
                break;
        }
    }

    /// <summary>Ends the answer.</summary>
    /// <param name="code">What the close frame of a WebSocket says.</param>
    /// <param name="reason">
    /// And why, in UTF-8; what is longer than 123 bytes is cut, and what is not UTF-8 is left out.
    /// </param>
    public void EndAll(ByteBuffer output, CloseCode code = CloseCode.None, ReadOnlySpan<byte> reason = default)
    {
        if (_kind == Kind.Chunks)
        {
            output.Write("0\r\n\r\n"u8);
        }
        else if (IsWebSocket)
        {
            WriteClose(output, code, reason);
        }
    }

    /// <summary>Writes a ping to a WebSocket's client; elsewhere nothing.</summary>
    public void WritePing(ByteBuffer output)
    {
        if (IsWebSocket)
        {
            WriteControl(output, Opcode.Ping, default);
        }
    }

    /// <summary>Answers a ping of a WebSocket's client.</summary>
    /// <param name="payload">The ping's, which the pong repeats.</param>
    public static void WritePong(ByteBuffer output, ReadOnlySpan<byte> payload) =>
        WriteControl(output, Opcode.Pong, payload);

    private static void EndChunk(ByteBuffer output, int start)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        output.LengthFrom(start + MaxPrefix).TryFormat(digits, out var count, "x", null);
        var prefix = output.Span(start);
        var unused = MaxPrefix - count - 2;
        digits[..count].CopyTo(prefix[unused..]);
        "\r\n"u8.CopyTo(prefix[(unused + count)..]);
        output.Remove(start, unused);
        output.Write("\r\n"u8);
    }

    private void EndMessage(ByteBuffer output, int start)
    {
        var content = start + MaxPrefix;
        var length = output.LengthFrom(content);
        if (_kind == Kind.Text && length == output.Length - content)
        {
            // What is shared was made UTF-8 by its form.
            Utf8Text.Mend(output, content);
            length = output.Length - content;
        }

        var isDeflated = _isDeflated
            && length == output.Length - content
            && output.Length - content is >= LeastDeflated and <= MostDeflated
            && MessageDeflate.TryDeflate(output, content);
        Span<byte> header = stackalloc byte[FrameHeader.MaxBytesSent];
        var count = FrameHeader.Write(
            header,
            _kind == Kind.Text ? Opcode.Text : Opcode.Binary,
            isDeflated ? FrameHeader.Deflated : (byte)0,
            isDeflated ? output.Length - content : (int)length);
        var unused = MaxPrefix - count;
        header[..count].CopyTo(output.Span(start)[unused..]);
        output.Remove(start, unused);
    }

    private static void WriteClose(ByteBuffer output, CloseCode code, ReadOnlySpan<byte> reason)
    {
        if (code == CloseCode.None)
        {
            WriteControl(output, Opcode.Close, default);
            return;
        }

        Span<byte> payload = stackalloc byte[2 + MaxCloseReason];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        var length = Math.Min(reason.Length, MaxCloseReason);
        while (length < reason.Length && length > 0 && (reason[length] & 0xC0) == 0x80)
        {
            // Not in the middle of a character.
            length--;
        }

        length = Utf8.IsValid(reason[..length]) ? length : 0;
        reason[..length].CopyTo(payload[2..]);
        WriteControl(output, Opcode.Close, payload[..(2 + length)]);
    }

    private static void WriteControl(ByteBuffer output, Opcode opcode, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[FrameHeader.MaxBytesSent];
        output.Write(header[..FrameHeader.Write(header, opcode, reserved: 0, payload.Length)]);
        output.Write(payload);
    }
}
