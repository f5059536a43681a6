using System.Buffers.Binary;
using System.Buffers.Text;

namespace Halley.Load.Wire;

/// <summary>The framing of an answer's body, between two reads: 16 bytes a connection.</summary>
internal struct Body
{
    private const int LongestSizeLine = 1024;
    private const int FinalBit = 0x80, OpcodeBits = 0x0F, MaskBit = 0x80, LengthBits = 0x7F, Opcode8 = 8, OpcodePing = 9, OpcodePong = 10;

    private Kind _kind;
    private bool _isFinalFrame;

    /// <summary>Of the chunk (with its line end), the frame or the answer: bytes to come.</summary>
    private long _left;

    private enum Kind : byte
    {
        None,
        Chunks,
        Length,
        UntilClose,
        Frames,
    }

    public static Body Chunks => new() { _kind = Kind.Chunks };

    public static Body UntilClose => new() { _kind = Kind.UntilClose };

    public static Body Frames => new() { _kind = Kind.Frames };

    public static Body OfLength(long length) => new() { _kind = Kind.Length, _left = length };

    /// <summary>Whether the connection's end is the answer's regular end.</summary>
    public readonly bool EndsWithConnection => _kind == Kind.UntilClose;

    /// <summary>Takes the next piece. Until it says none, there may be more.</summary>
    /// <exception cref="LoadException">It is no such body.</exception>
    public Piece Take(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> piece)
    {
        piece = default;
        switch (_kind)
        {
            case Kind.Chunks:
                return TakeChunk(ref bytes, out piece);
            case Kind.Frames:
                return TakeFrame(ref bytes, out piece);
            case Kind.Length when _left == 0:
                return Piece.End;
            case Kind.Length:
                return TakeLeft(ref bytes, out piece) ? Piece.LastText : bytes.Length == 0 && piece.Length == 0 ? Piece.None : Piece.Text;
            default:
                piece = bytes;
                bytes = default;
                return piece.Length > 0 ? Piece.LastText : Piece.None;
        }
    }

    private Piece TakeChunk(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> piece)
    {
        piece = default;
        if (_left == 0)
        {
            var line = bytes.IndexOf("\r\n"u8);
            if (line < 0)
            {
                return bytes.Length <= LongestSizeLine ? Piece.None : throw new LoadException("The server sent something that is not a chunk.");
            }

            if (!Utf8Parser.TryParse(bytes[..line], out int size, out var used, 'x') || (used != line && bytes[used] is not ((byte)';' or (byte)' ')))
            {
                throw new LoadException("The server sent something that is not a chunk.");
            }

            if (size == 0)
            {
                var isWhole = bytes.Length >= line + 4;
                bytes = isWhole ? bytes[(line + 4)..] : bytes;
                return isWhole ? Piece.End : Piece.None;
            }

            bytes = bytes[(line + 2)..];
            _left = size + 2;
        }

        if (bytes.Length == 0)
        {
            return Piece.None;
        }

        var text = (int)Math.Min(bytes.Length, _left - 2);
        piece = bytes[..Math.Max(text, 0)];
        var isLast = TakeLeft(ref bytes, out _);
        return isLast ? Piece.LastText : Piece.Text;
    }

    private Piece TakeFrame(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> piece)
    {
        piece = default;
        while (_left == 0)
        {
            if (!TryReadFrameHead(bytes, out var opcode, out var head, out var length))
            {
                return Piece.None;
            }

            if (opcode >= Opcode8)
            {
                if (bytes.Length < head + length)
                {
                    return Piece.None;
                }

                piece = bytes.Slice(head, (int)length);
                bytes = bytes[(head + (int)length)..];
                switch (opcode)
                {
                    case OpcodePing:
                        return Piece.Ping;
                    case OpcodePong:
                        continue;
                    default:
                        return Piece.End;
                }
            }

            _isFinalFrame = (bytes[0] & FinalBit) != 0;
            bytes = bytes[head..];
            _left = length;
        }

        if (bytes.Length == 0)
        {
            return Piece.None;
        }

        return TakeLeft(ref bytes, out piece) && _isFinalFrame ? Piece.LastText : Piece.Text;
    }

    private static bool TryReadFrameHead(ReadOnlySpan<byte> bytes, out int opcode, out int head, out long length)
    {
        (opcode, head, length) = (0, 2, 0);
        if (bytes.Length < 2)
        {
            return false;
        }

        opcode = bytes[0] & OpcodeBits;
        length = bytes[1] & LengthBits;
        if ((bytes[1] & MaskBit) != 0)
        {
            throw new LoadException("The server masked a WebSocket frame, which only clients do.");
        }

        head += length == 126 ? 2 : length == 127 ? 8 : 0;
        if (bytes.Length < head)
        {
            return false;
        }

        length = head switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            10 => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
            _ => length,
        };
        return true;
    }

    /// <summary>True: that was all of it.</summary>
    private bool TakeLeft(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> piece)
    {
        var count = (int)Math.Min(bytes.Length, _left);
        piece = bytes[..count];
        bytes = bytes[count..];
        _left -= count;
        return _left == 0;
    }
}
