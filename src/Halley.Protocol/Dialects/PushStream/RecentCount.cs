namespace Halley.Protocol.Dialects.PushStream;

/// <summary>A count of something in the last seconds. Any thread.</summary>
internal sealed class RecentCount
{
    // A power of two, more than any span asked for.
    private const int Seconds = 16;

    private readonly Lock _lock = new();
    private readonly (long Second, long Count)[] _counts = new (long, long)[Seconds];

    public void Add(long second, long count)
    {
        lock (_lock)
        {
            ref var slot = ref _counts[second & (Seconds - 1)];
            slot = slot.Second == second ? (second, slot.Count + count) : (second, count);
        }
    }

    /// <summary>
    /// Those that are at least <paramref name="from"/> and less than <paramref name="to"/> seconds old.
    /// </summary>
    public long Sum(long now, int from, int to)
    {
        lock (_lock)
        {
            return _counts.Where(slot => now - slot.Second >= from && now - slot.Second < to).Sum(slot => slot.Count);
        }
    }
}
