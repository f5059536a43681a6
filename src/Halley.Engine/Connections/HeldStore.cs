using Halley.Protocol;

namespace Halley.Engine.Connections;

/// <summary>
/// The body of a request, or a WebSocket's message, while it has not come whole. Has memory only then. Belongs to one
/// reactor.
/// </summary>
/// <param name="count">Counts its memory; null where it does not count.</param>
internal sealed class HeldStore(UnfinishedBytes? count) : IByteStore, IDisposable
{
    private const int FirstCapacity = 256;

    // Bytes. A larger block is given back after its use.
    private const int MaxKept = 4096;

    private HeldMemory? _memory;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _memory is null ? default : _memory.Bytes[..Length];

    /// <summary>Whether it has pages of its own.</summary>
    public bool IsLarge => _memory is { IsLarge: true };

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            bytes.CopyTo(GetSpan(bytes.Length));
            Length += bytes.Length;
        }
    }

    public Span<byte> GetSpan(int sizeHint)
    {
        var needed = (long)Length + Math.Max(sizeHint, 1);
        _memory ??= new HeldMemory((int)Math.Max(needed, FirstCapacity), count);
        if (needed > _memory.Capacity)
        {
            _memory.Grow((int)Math.Min(needed, Array.MaxLength));
        }

        return _memory.Bytes[Length..];
    }

    public void Advance(int count) => Length += count;

    public void Clear()
    {
        Length = 0;
        if (_memory is { Capacity: > MaxKept })
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        Length = 0;
        _memory?.Dispose();
        _memory = null;
    }
}
