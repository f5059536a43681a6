namespace Halley.Protocol;

/// <summary>
/// A store for a stranger's bytes until the whole has come. The host decides out of which memory. Belongs to one
/// thread.
/// </summary>
public interface IByteStore
{
    int Length { get; }

    ReadOnlySpan<byte> Written { get; }

    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Room behind what is written, at least so many bytes.</summary>
    Span<byte> GetSpan(int sizeHint);

    /// <summary>Says how many bytes of that room were written.</summary>
    void Advance(int count);

    /// <summary>Forgets what was written, and gives back memory that only something large needed.</summary>
    void Clear();
}
