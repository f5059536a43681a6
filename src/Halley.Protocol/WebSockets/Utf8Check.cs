using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Halley.Protocol.WebSockets;

/// <summary>
/// Whether text that comes in pieces is UTF-8. Says no at the first byte that cannot be, not at the end of the text.
/// </summary>
internal struct Utf8Check
{
    // The beginning of a character whose rest has not come: at most three bytes, the first in the lowest place.
    private uint _begun;
    private int _count;

    /// <summary>Whether the text so far ends where a character ends.</summary>
    public readonly bool IsWhole => _count == 0;

    /// <returns>False where the text is not UTF-8, whatever follows.</returns>
    public bool Take(ReadOnlySpan<byte> piece)
    {
        while (_count > 0)
        {
            if (piece.IsEmpty)
            {
                return true;
            }

            if (!TakeIntoBegun(piece[0]))
            {
                return false;
            }

            piece = piece[1..];
        }

        var whole = piece.Length - BegunAtEnd(piece);
        if (!Utf8.IsValid(piece[..whole]))
        {
            return false;
        }

        foreach (var value in piece[whole..])
        {
            if (!TakeIntoBegun(value))
            {
                return false;
            }
        }

        return true;
    }

    private bool TakeIntoBegun(byte value)
    {
        _begun |= (uint)value << (8 * _count);
        _count++;
        ReadOnlySpan<byte> bytes = [(byte)_begun, (byte)(_begun >> 8), (byte)(_begun >> 16), (byte)(_begun >> 24)];
        switch (Rune.DecodeFromUtf8(bytes[.._count], out _, out _))
        {
            case OperationStatus.Done:
                (_begun, _count) = (0, 0);
                return true;
            case OperationStatus.NeedMoreData:
                return true;
            default:
                return false;
        }
    }

    // How many bytes at the end begin a character that may go on in the next piece.
    private static int BegunAtEnd(ReadOnlySpan<byte> piece)
    {
        for (var count = 1; count <= Math.Min(3, piece.Length); count++)
        {
            var value = piece[^count];
            if (value >= 0xC0)
            {
                return Rune.DecodeFromUtf8(piece[^count..], out _, out _) == OperationStatus.NeedMoreData ? count : 0;
            }

            if (value < 0x80)
            {
                return 0;
            }
        }

        return 0;
    }
}
