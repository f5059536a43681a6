using System.Diagnostics;

namespace Halley.Engine;

/// <summary>
/// Durations, counted in buckets. Any thread: a duration costs two additions and no allocation, so that each place that
/// measures keeps one of its own, and they are summed when somebody looks.
/// </summary>
public sealed class DurationHistogram
{
    private readonly long[] _bounds;
    private readonly long[] _counts;
    private long _sum;

    /// <param name="bounds">The upper bounds of the buckets, in seconds, rising; above them lies a last bucket.</param>
    public DurationHistogram(IReadOnlyList<double> bounds)
    {
        Bounds = bounds;
        _bounds = [.. bounds.Select(bound => (long)(bound * Stopwatch.Frequency))];
        _counts = new long[bounds.Count + 1];
    }

    /// <summary>The upper bounds of the buckets, in seconds; a duration of just that lies below.</summary>
    public IReadOnlyList<double> Bounds { get; }

    /// <summary>The number of durations in each bucket, the last one's without an upper bound.</summary>
    public long[] Counts => [.. Enumerable.Range(0, _counts.Length).Select(i => Volatile.Read(ref _counts[i]))];

    /// <summary>All durations together, in seconds.</summary>
    public double Sum => (double)Volatile.Read(ref _sum) / Stopwatch.Frequency;

    /// <summary>Counts a duration.</summary>
    /// <param name="elapsed">In ticks of <see cref="Stopwatch"/>.</param>
    public void Record(long elapsed)
    {
        var bucket = 0;
        while (bucket < _bounds.Length && elapsed > _bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _sum, elapsed);
    }
}
