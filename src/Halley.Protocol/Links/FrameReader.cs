using System.Buffers.Binary;

namespace Halley.Protocol.Links;

/// <summary>
/// Reads the fields of a frame in their order. Where one is missing it gives zeros and says at the end that the frame
/// is broken.
/// </summary>
public ref struct FrameReader(ReadOnlySpan<byte> frame)
{
    private ReadOnlySpan<byte> _rest = frame;
    private bool _isShort;

    /// <summary>Whether all fields were there, and nothing behind them.</summary>
    public readonly bool IsWhole => !_isShort && _rest.IsEmpty;

    public byte ReadByte() => Take(sizeof(byte)) is [var value] ? value : (byte)0;

    public bool ReadBool() => ReadByte() != 0;

    public int ReadInt() =>
        Take(sizeof(int)) is { Length: sizeof(int) } bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;

    public uint ReadUInt() => unchecked((uint)ReadInt());

    public long ReadLong() =>
        Take(sizeof(long)) is { Length: sizeof(long) } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    /// <summary>Bytes with their length before them.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadInt();
        return length >= 0 ? Take(length) : Take(int.MaxValue);
    }

    /// <summary>The last field: what is left.</summary>
    public ReadOnlySpan<byte> ReadRest() => Take(_rest.Length);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            _isShort = true;
            return default;
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
