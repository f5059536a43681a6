using System.Buffers;
using System.Buffers.Text;

namespace Halley.Protocol;

/// <summary>Bytes being written: grows as needed and is used again after <see cref="Clear"/>. Belongs to one thread.</summary>
public sealed class ByteBuffer(int capacity = 1024) : IBufferWriter<byte>, IByteStore
{
    // Longest decimal of a long, with its sign.
    private const int MaxDecimalDigits = 20;

    private const int MaxKept = 64 * 1024;

    private byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Forgets what was written, and gives back memory that only something large needed.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > MaxKept)
        {
            _bytes = new byte[capacity];
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    public void WriteByte(byte value)
    {
        GetSpan(1)[0] = value;
        Length++;
    }

    public void WriteDecimal(long value)
    {
        Utf8Formatter.TryFormat(value, GetSpan(MaxDecimalDigits), out var written);
        Length += written;
    }

    /// <summary>Leaves room to be filled in later through <see cref="Span"/>.</summary>
    public void Skip(int count)
    {
        GetSpan(count);
        Length += count;
    }

    /// <summary>What was written from a place on.</summary>
    public Span<byte> Span(int from) => _bytes.AsSpan(from, Length - from);

    /// <summary>Takes bytes out of what was written; what follows them moves up.</summary>
    public void Remove(int from, int count)
    {
        _bytes.AsSpan(from + count, Length - from - count).CopyTo(_bytes.AsSpan(from));
        Length -= count;
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _bytes.AsSpan(Length);
    }

    private void EnsureRoom(int count)
    {
        var needed = (long)Length + Math.Max(count, 1);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, _bytes.Length * 2L)));
        }
    }
}
