namespace Halley.Protocol.Access;

/// <summary>
/// A limit on how often somebody may do something: so many times a second, and ten times as many at once after a while
/// of doing nothing. Any thread.
/// </summary>
/// <param name="perSecond">At least one.</param>
/// <param name="most">
/// How many are told apart; beyond that, those that come anew share one allowance, until others have not been seen for
/// ten seconds.
/// </param>
public sealed class TokenBuckets<TKey>(int perSecond, int most, TimeProvider time)
    where TKey : notnull
{
    private const int SecondsAtOnce = 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Bucket> _buckets = [];
    private long? _lookedThrough;
    private Bucket _ofOthers = new(time.GetTimestamp(), (double)perSecond * SecondsAtOnce);

    /// <summary>The number of times in a second.</summary>
    internal int PerSecond => perSecond;

    /// <summary>The number of times that it was too often.</summary>
    public long Refused { get; private set; }

    /// <summary>Takes some of an allowance, if there is as much.</summary>
    public bool TryTake(TKey key, int count = 1)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var isKnown = _buckets.TryGetValue(key, out var bucket);
            if (!isKnown && _buckets.Count >= most)
            {
                ForgetFull(now);
            }

            var isOwn = isKnown || _buckets.Count < most;
            bucket = isKnown ? bucket : isOwn ? new Bucket(now, Most) : _ofOthers;
            var left = Math.Min(Most, bucket.Left + (time.GetElapsedTime(bucket.Since, now).TotalSeconds * perSecond));
            var isTaken = left >= count;
            var after = new Bucket(now, isTaken ? left - count : left);
            if (isOwn)
            {
                _buckets[key] = after;
            }
            else
            {
                _ofOthers = after;
            }

            Refused += isTaken ? 0 : 1;
            return isTaken;
        }
    }

    private double Most => (double)perSecond * SecondsAtOnce;

    // All of them are looked at, so not for everybody who comes anew.
    private void ForgetFull(long now)
    {
        if (_lookedThrough is { } last && time.GetElapsedTime(last, now) < TimeSpan.FromSeconds(1))
        {
            return;
        }

        _lookedThrough = now;
        foreach (var (key, bucket) in _buckets)
        {
            if (time.GetElapsedTime(bucket.Since, now).TotalSeconds >= SecondsAtOnce)
            {
                _buckets.Remove(key);
            }
        }
    }

    private readonly record struct Bucket(long Since, double Left);
}
