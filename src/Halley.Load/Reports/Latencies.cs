using System.Diagnostics;
using System.Numerics;

namespace Halley.Load.Reports;

/// <summary>
/// The durations of deliveries, counted in classes: microseconds are exact up to 127, above that 64 classes for each
/// doubling, so that a percentile is said too high by at most 1.6 %, and never too low. The largest is kept as it is.
/// Those of several processes add up.
/// </summary>
internal sealed class Latencies
{
    private const int ClassBits = 6;
    private const long Largest = 1L << 40;    // twelve days

    private readonly long[] _counts = new long[IndexOf(Largest) + 1];

    public long Count { get; private set; }

    private long MaxMicroseconds { get; set; }

    public double MaxMilliseconds => MaxMicroseconds / 1000.0;

    /// <param name="ticks">Of the Stopwatch.</param>
    public void Add(long ticks)
    {
        var microseconds = Math.Clamp(ticks / (Stopwatch.Frequency / 1_000_000), 0, Largest);
        _counts[IndexOf(microseconds)]++;
        Count++;
        MaxMicroseconds = Math.Max(MaxMicroseconds, microseconds);
    }

    /// <summary>The time that a share of all deliveries did not exceed, in milliseconds; 0: there were none.</summary>
    /// <param name="share">0.99 for the 99th percentile.</param>
    public double Percentile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (var index = 0; index < _counts.Length && Count > 0; index++)
        {
            seen += _counts[index];
            if (seen >= rank)
            {
                return Math.Min(LargestOf(index), MaxMicroseconds) / 1000.0;
            }
        }

        return 0;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        (Count, MaxMicroseconds) = (0, 0);
    }

    /// <summary>
    /// The classes that are not empty, for another process: the largest value, then index and count in turn.
    /// </summary>
    public long[] ToArray()
    {
        List<long> pairs = [MaxMicroseconds];
        for (var index = 0; index < _counts.Length; index++)
        {
            if (_counts[index] > 0)
            {
                pairs.Add(index);
                pairs.Add(_counts[index]);
            }
        }

        return [.. pairs];
    }

    /// <summary>Adds what <see cref="ToArray"/> gave in another process.</summary>
    public void Add(long[] pairs)
    {
        MaxMicroseconds = Math.Max(MaxMicroseconds, pairs.Length > 0 ? pairs[0] : 0);
        for (var i = 1; i + 1 < pairs.Length; i += 2)
        {
            _counts[pairs[i]] += pairs[i + 1];
            Count += pairs[i + 1];
        }
    }

    private static int IndexOf(long microseconds)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)microseconds) - ClassBits);
        return (shift << ClassBits) + (int)(microseconds >> shift);
    }

    private static long LargestOf(int index)
    {
        var shift = Math.Max(0, (index >> ClassBits) - 1);
        return (((long)index - (shift << ClassBits) + 1) << shift) - 1;
    }
}
