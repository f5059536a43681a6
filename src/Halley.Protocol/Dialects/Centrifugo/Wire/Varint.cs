using System.Numerics;

namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>Numbers as Protobuf has them: seven bits in a byte, the lowest first.</summary>
internal static class Varint
{
    private const int MostBytes = 10;
    private const byte More = 0x80;

    public static int Length(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    public static void Write(ulong value, ByteBuffer output)
    {
        var bytes = output.GetSpan(MostBytes);
        var count = 0;
        for (; value >= More; value >>= 7)
        {
            bytes[count++] = (byte)(value | More);
        }

        bytes[count++] = (byte)value;
        output.Advance(count);
    }

    /// <summary>Takes a number off the front.</summary>
    /// <returns>False where it is cut off, or too large.</returns>
    public static bool TryRead(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(bytes.Length, MostBytes); i++)
        {
            var bits = bytes[i] & ~More;
            if (i == MostBytes - 1 && bits > 1)
            {
                return false;
            }

            value |= (ulong)bits << (7 * i);
            if (bytes[i] < More)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
