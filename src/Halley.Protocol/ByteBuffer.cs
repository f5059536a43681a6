using System.Buffers;
using System.Buffers.Text;

namespace Halley.Protocol;

/// <summary>
/// Bytes being written: grows as needed and is used again after <see cref="Clear"/>. Where its reader knows of that,
/// bytes that others have too may stand between its own without being copied. Belongs to one thread.
/// </summary>
/// <param name="kept">Bytes of memory that <see cref="Clear"/> keeps at most.</param>
public sealed class ByteBuffer(int capacity = 1024, int kept = 64 * 1024) : IBufferWriter<byte>, IByteStore
{
    // Longest decimal of a long, with its sign.
    private const int MaxDecimalDigits = 20;

    private byte[] _bytes = new byte[capacity];
    private List<(int At, byte[] Bytes)>? _shared;

    /// <summary>Bytes of its own.</summary>
    public int Length { get; private set; }

    /// <summary>Whether <see cref="Share"/> copies nothing.</summary>
    public bool CanShare { get; init; }

    /// <summary>Bytes of others between its own.</summary>
    public long SharedLength { get; private set; }

    /// <summary>
    /// The bytes of others that stand between its own, in order, each with the place in <see cref="Written"/> that it
    /// stands before.
    /// </summary>
    public IReadOnlyList<(int At, byte[] Bytes)> Shared => _shared ?? [];

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Forgets what was written, and gives back memory that only something large needed.</summary>
    public void Clear()
    {
        Length = 0;
        ForgetShared();
        if (_bytes.Length > kept)
        {
            _bytes = new byte[capacity];
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Writes bytes that others have too, and nobody writes to any more.</summary>
    public void Share(byte[] bytes)
    {
        if (!CanShare)
        {
            Write(bytes);
        }
        else if (bytes.Length > 0)
        {
            (_shared ??= []).Add((Length, bytes));
            SharedLength += bytes.Length;
        }
    }

    /// <summary>Forgets what others have, once its reader has taken note of it.</summary>
    public void ForgetShared()
    {
        if (SharedLength > 0)
        {
            _shared = null;
            SharedLength = 0;
        }
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

    /// <summary>Counts the bytes written from a place on, its own and those of others.</summary>
    public long LengthFrom(int from)
    {
        var length = (long)Length - from;
        for (var i = _shared?.Count - 1 ?? -1; i >= 0 && _shared![i].At >= from; i--)
        {
            length += _shared[i].Bytes.Length;
        }

        return length;
    }

    /// <summary>Its own of what was written from a place on.</summary>
    public Span<byte> Span(int from) => _bytes.AsSpan(from, Length - from);

    /// <summary>Takes bytes of its own out of what was written; what follows them moves up.</summary>
    public void Remove(int from, int count)
    {
        for (var i = _shared?.Count - 1 ?? -1; i >= 0 && _shared![i].At > from; i--)
        {
            _shared[i] = (_shared[i].At - count, _shared[i].Bytes);
        }

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
