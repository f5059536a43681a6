using System.Buffers.Binary;

namespace Halley.Protocol.WebSockets;

/// <summary>The bytes before a frame's payload (RFC 6455, 5.2).</summary>
/// <param name="Opcode">What the frame is; any of 16 values, as it came.</param>
/// <param name="IsFinal">Whether it is the last of its message.</param>
/// <param name="Reserved">The three reserved bits, in their places in the first byte.</param>
/// <param name="Key">What the payload is masked with, in the order of memory; 0 where it is not masked.</param>
/// <param name="Length">
/// Of the payload, in bytes; negative where the highest bit of 64 was set, which is not allowed.
/// </param>
/// <param name="IsShortest">Whether the length was written in as few bytes as it can be.</param>
public readonly record struct FrameHeader(
    Opcode Opcode, bool IsFinal, byte Reserved, bool IsMasked, uint Key, long Length, bool IsShortest)
{
    /// <summary>
    /// The reserved bit that says, at the first frame of a message, that it is compressed (RFC 7692, 6).
    /// </summary>
    public const byte Deflated = 0x40;

    /// <summary>The longest header of a client's: two bytes, a length of 64 bits, a key.</summary>
    public const int MaxBytes = 14;

    /// <summary>The longest header of ours, which has no key.</summary>
    public const int MaxBytesSent = 10;

    private const byte Final = 0x80;
    private const byte AllReserved = 0x70;
    private const byte Masked = 0x80;
    private const int Length16 = 126;
    private const int Length64 = 127;
    private const int KeyBytes = 4;

    public bool IsControl => ((byte)Opcode & 0x8) != 0;

    /// <summary>Measures a header, whose length its second byte tells.</summary>
    public static int BytesOf(byte second) =>
        2 + ((second & 0x7F) switch { Length16 => 2, Length64 => 8, _ => 0 }) + ((second & Masked) != 0 ? KeyBytes : 0);

    /// <param name="bytes">At least as many as <see cref="BytesOf"/> says.</param>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes)
    {
        var (first, second) = (bytes[0], bytes[1]);
        var isMasked = (second & Masked) != 0;
        var (length, least) = (second & 0x7F) switch
        {
            Length16 => (BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), Length16),
            Length64 => (BinaryPrimitives.ReadInt64BigEndian(bytes[2..]), ushort.MaxValue + 1),
            var small => ((long)small, 0),
        };
        var key = isMasked ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[(BytesOf(second) - KeyBytes)..]) : 0;
        return new(
            (Opcode)(first & 0xF),
            (first & Final) != 0,
            (byte)(first & AllReserved),
            isMasked,
            key,
            length,
            length >= least);
    }

    /// <summary>Writes the header of a frame of ours: whole, and not masked.</summary>
    /// <returns>Its length in bytes: the shortest that can say how long the payload is.</returns>
    public static int Write(Span<byte> output, Opcode opcode, byte reserved, int length)
    {
        output[0] = (byte)(Final | reserved | (byte)opcode);
        if (length < Length16)
        {
            output[1] = (byte)length;
            return 2;
        }

        if (length <= ushort.MaxValue)
        {
            output[1] = Length16;
            BinaryPrimitives.WriteUInt16BigEndian(output[2..], (ushort)length);
            return 4;
        }

        output[1] = Length64;
        BinaryPrimitives.WriteInt64BigEndian(output[2..], length);
        return MaxBytesSent;
    }
}
