using System.Buffers;
using System.Runtime.InteropServices;

namespace Halley.Protocol.Dialects.Centrifugo.Differences;

/// <summary>
/// Says how some bytes come of others, in the format of Fossil's deltas: the length of the result, then pieces that are
/// copied from the base or given as they are, then a checksum of the result.
/// </summary>
internal static class FossilDelta
{
    // A piece of the base that is found again is at least that long: what says so takes up to ten bytes.
    private const int BlockBytes = 16;

    // Blocks of the base with the same hash that are looked at: many in a text that repeats itself.
    private const int MostCandidates = 8;

    private const int MostDigits = 6;

    private static ReadOnlySpan<byte> Digits => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"u8;

    /// <param name="keepsCharacters">
    /// Whether no character of UTF-8 is cut, so that where both are text, the difference is, too.
    /// </param>
    public static byte[] Write(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool keepsCharacters)
    {
        var output = new ByteBuffer(64 + (to.Length / 4));
        WriteNumber((uint)to.Length, output);
        output.WriteByte((byte)'\n');
        if (from.Length >= BlockBytes && to.Length >= BlockBytes)
        {
            WritePieces(from, to, keepsCharacters, output);
        }
        else
        {
            WriteGiven(to, output);
        }

        WriteNumber(ChecksumOf(to), output);
        output.WriteByte((byte)';');
        return output.Written.ToArray();
    }

    private static void WritePieces(
        ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool keepsCharacters, ByteBuffer output)
    {
        // For each hash the last block that has it, and for each block the one before it; 0 for none.
        var blocks = from.Length / BlockBytes;
        var last = ArrayPool<int>.Shared.Rent((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)blocks));
        var before = ArrayPool<int>.Shared.Rent(blocks + 1);
        var mask = (1 << System.Numerics.BitOperations.Log2((uint)last.Length)) - 1;
        last.AsSpan().Clear();
        for (var block = 1; block <= blocks; block++)
        {
            ref var first = ref last[HashOf(from[((block - 1) * BlockBytes)..]) & mask];
            before[block] = first;
            first = block;
        }

        var written = 0;
        for (var at = 0; at + BlockBytes <= to.Length;)
        {
            var best = default(Copy);
            var block = last[HashOf(to[at..]) & mask];
            for (var left = MostCandidates; block > 0 && left > 0; left--, block = before[block])
            {
                var copy = Extend(from, to, (block - 1) * BlockBytes, at, written, keepsCharacters);
                best = copy.Length > best.Length ? copy : best;
            }

            if (best.Length < BlockBytes)
            {
                at++;
                continue;
            }

            WriteGiven(to[written..best.To], output);
            WriteNumber((uint)best.Length, output);
            output.WriteByte((byte)'@');
            WriteNumber((uint)best.From, output);
            output.WriteByte((byte)',');
            written = at = best.To + best.Length;
        }

        WriteGiven(to[written..], output);
        ArrayPool<int>.Shared.Return(last);
        ArrayPool<int>.Shared.Return(before);
    }

    // What is the same on both sides of two places, as far as it is not written already.
    private static Copy Extend(
        ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, int fromAt, int toAt, int written, bool keepsCharacters)
    {
        var length = from[fromAt..].CommonPrefixLength(to[toAt..]);
        while (fromAt > 0 && toAt > written && from[fromAt - 1] == to[toAt - 1])
        {
            fromAt--;
            toAt--;
            length++;
        }

        if (keepsCharacters)
        {
            for (; length > 0 && IsInsideCharacter(to, toAt); fromAt++, toAt++)
            {
                length--;
            }

            for (; length > 0 && IsInsideCharacter(to, toAt + length);)
            {
                length--;
            }
        }

        return new Copy(fromAt, toAt, length);
    }

    private static bool IsInsideCharacter(ReadOnlySpan<byte> text, int at) =>
        at < text.Length && (text[at] & 0xC0) == 0x80;

    private static int HashOf(ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes[..BlockBytes]);
        var hash = (words[0] * 0x9E37_79B9_7F4A_7C15) ^ (words[1] * 0xC2B2_AE3D_27D4_EB4F);
        return (int)(hash >> 33);
    }

    // Four bytes are one number, the first its highest.
    private static uint ChecksumOf(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        for (var i = 0; i < bytes.Length; i++)
        {
            sum += (uint)bytes[i] << (24 - (8 * (i & 3)));
        }

        return sum;
    }

    private static void WriteGiven(ReadOnlySpan<byte> bytes, ByteBuffer output)
    {
        if (!bytes.IsEmpty)
        {
            WriteNumber((uint)bytes.Length, output);
            output.WriteByte((byte)':');
            output.Write(bytes);
        }
    }

    private static void WriteNumber(uint number, ByteBuffer output)
    {
        Span<byte> digits = stackalloc byte[MostDigits];
        var at = MostDigits;
        do
        {
            digits[--at] = Digits[(int)(number & 63)];
            number >>= 6;
        }
        while (number > 0);

        output.Write(digits[at..]);
    }

    private readonly record struct Copy(int From, int To, int Length);
}
