using System.Buffers.Binary;

namespace Halley.Protocol.Links;

/// <summary>Writes the fields of frames as <see cref="FrameReader"/> reads them.</summary>
public static class FieldWriter
{
    public static void WriteBool(this ByteBuffer output, bool value) => output.WriteByte(value ? (byte)1 : (byte)0);

    public static void WriteInt(this ByteBuffer output, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), value);
        output.Advance(sizeof(int));
    }

    public static void WriteUInt(this ByteBuffer output, uint value) => output.WriteInt(unchecked((int)value));

    public static void WriteLong(this ByteBuffer output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    /// <summary>Bytes with their length before them.</summary>
    public static void WriteBytes(this ByteBuffer output, ReadOnlySpan<byte> bytes)
    {
        output.WriteInt(bytes.Length);
        output.Write(bytes);
    }
}
