using System.Numerics;

namespace Halley.Protocol.WebSockets;

/// <summary>
/// Takes off the mask that a client puts on its payload (RFC 6455, 5.3), or puts it on: it is the same.
/// </summary>
internal static class Masking
{
    /// <param name="bytes">A part of the payload; changed in place.</param>
    /// <param name="key">As a frame's header has it.</param>
    /// <param name="offset">Where in the payload the part begins.</param>
    public static void Apply(Span<byte> bytes, uint key, long offset)
    {
        key = BitOperations.RotateRight(key, 8 * (int)(offset & 3));
        if (bytes.Length >= Vector<byte>.Count)
        {
            var mask = Vector.AsVectorByte(new Vector<uint>(key));
            do
            {
                (new Vector<byte>(bytes) ^ mask).CopyTo(bytes);
                bytes = bytes[Vector<byte>.Count..];
            }
            while (bytes.Length >= Vector<byte>.Count);
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= (byte)(key >> (8 * (i & 3)));
        }
    }
}
