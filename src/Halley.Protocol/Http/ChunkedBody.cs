using System.Buffers;
using System.Buffers.Text;

namespace Halley.Protocol.Http;

/// <summary>
/// Reads a request body that comes in chunks (RFC 9112, 7.1). Keeps its place, so that the body may come in any pieces.
/// </summary>
public struct ChunkedBody
{
    // A chunk's length line and a trailer line are short; longer ones are an attack.
    private const int MaxLineLength = 4096;

    // Hexadecimal digits of the largest length taken.
    private const int MaxLengthDigits = 8;

    // Bytes of a body. Nobody sends more extensions than data: whoever does wants them read for nothing.
    private const int MaxExtensionLength = 64 * 1024;

    private const int MaxTrailerLength = 64 * 1024;

    private State _state;
    private int _extensionLength;
    private int _trailerLength;
    private int _left;

    private enum State
    {
        Length,
        Data,
        DataEnd,
        Trailer,
        Done,
    }

    /// <summary>Takes what it can of the bytes that came, and appends what they carry to the body.</summary>
    /// <param name="consumed">How many bytes of <paramref name="bytes"/> are used up.</param>
    /// <param name="maxLength">How long the body may become.</param>
    /// <param name="error">Why the body is not taken; set with <see cref="OperationStatus.InvalidData"/>.</param>
    public OperationStatus Read(
        ReadOnlySpan<byte> bytes, IByteStore body, int maxLength, out int consumed, out RequestError? error)
    {
        consumed = 0;
        error = null;
        while (_state != State.Done)
        {
            var rest = bytes[consumed..];
            if (_state == State.Data)
            {
                var part = rest[..Math.Min(_left, rest.Length)];
                body.Write(part);
                consumed += part.Length;
                _left -= part.Length;
                if (_left > 0)
                {
                    return OperationStatus.NeedMoreData;
                }

                _state = State.DataEnd;
                continue;
            }

            if (_state == State.DataEnd && rest is [not (byte)'\r', ..])
            {
                error = RequestError.Chunk;
                return OperationStatus.InvalidData;
            }

            var lineEnd = rest.IndexOf((byte)'\n');
            if (lineEnd > MaxLineLength || (lineEnd < 0 && rest.Length > MaxLineLength))
            {
                error = RequestError.Chunk;
                return OperationStatus.InvalidData;
            }

            if (lineEnd < 0)
            {
                return OperationStatus.NeedMoreData;
            }

            error = ReadLine(rest[..lineEnd], maxLength - body.Length);
            if (error is not null)
            {
                return OperationStatus.InvalidData;
            }

            consumed += lineEnd + 1;
        }

        return OperationStatus.Done;
    }

    private RequestError? ReadLine(ReadOnlySpan<byte> line, int room)
    {
        // Strict here, where a proxy that read it differently would see other requests than we do.
        if (line is not [.., (byte)'\r'])
        {
            return RequestError.Chunk;
        }

        line = line[..^1];
        switch (_state)
        {
            case State.Length:
                return ReadLength(line, room);
            case State.DataEnd:
                _state = State.Length;
                return line.IsEmpty ? null : RequestError.Chunk;
            default:
                // The trailer: checked and dropped, up to its empty line.
                _state = line.IsEmpty ? State.Done : State.Trailer;
                _trailerLength += line.Length;
                return !line.IsEmpty && !RequestParser.IsField(line, out _) ? RequestError.Trailer
                    : _trailerLength > MaxTrailerLength ? RequestError.HeadTooLarge
                    : null;
        }
    }

    private RequestError? ReadLength(ReadOnlySpan<byte> line, int room)
    {
        var isNumber = Utf8Parser.TryParse(line, out uint length, out var digits, 'x') && digits <= MaxLengthDigits;
        if (!isNumber || !AreExtensions(line[digits..]))
        {
            return RequestError.Chunk;
        }

        _extensionLength += line.Length - digits;
        if (_extensionLength > MaxExtensionLength)
        {
            return RequestError.Extensions;
        }

        if (length > room)
        {
            return RequestError.BodyTooLarge;
        }

        _left = (int)length;
        _state = length == 0 ? State.Trailer : State.Data;
        return null;
    }

    // RFC 9112, 7.1.1: each is a semicolon, a name, and perhaps = and a value; blanks may stand around the two signs,
    // and nowhere else.
    private static bool AreExtensions(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            if (!TryTake((byte)';', ref text) || !TryTakeToken(ref text))
            {
                return false;
            }

            if (TryTake((byte)'=', ref text) && !TryTakeToken(ref text) && !TryTakeQuoted(ref text))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryTake(byte sign, ref ReadOnlySpan<byte> text)
    {
        var rest = text.TrimStart(" \t"u8);
        if (rest.IsEmpty || rest[0] != sign)
        {
            return false;
        }

        text = rest[1..].TrimStart(" \t"u8);
        return true;
    }

    private static bool TryTakeToken(ref ReadOnlySpan<byte> text)
    {
        var token = RequestParser.TokenAt(text);
        text = text[token.Length..];
        return !token.IsEmpty;
    }

    // RFC 9110, 5.6.4: a backslash takes the next character for what it is.
    private static bool TryTakeQuoted(ref ReadOnlySpan<byte> text)
    {
        for (var i = 1; text is [(byte)'"', ..] && i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'"':
                    text = text[(i + 1)..];
                    return true;
                case (byte)'\\':
                    i++;
                    break;
            }

            if (i == text.Length || text[i] is < 0x20 and not (byte)'\t' or 0x7F)
            {
                return false;
            }
        }

        return false;
    }
}
