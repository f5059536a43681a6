using Halley.Channels;
using Halley.Following;

namespace Halley.Redis;

/// <summary>A stream, as it was read.</summary>
/// <param name="Next">The offset that its next message will have.</param>
/// <param name="Kept">What is kept from the offset on that was asked for.</param>
internal readonly record struct StreamReading(long Epoch, long Next, Losses Losses, IReadOnlyList<CopiedMessage> Kept)
{
    /// <summary>There is none, and may be none: there are too many channels.</summary>
    public static StreamReading Full { get; } = new(0, 0, default, []);

    public bool IsFull => Next == 0;
}
