namespace Halley.Broker;

/// <summary>
/// The places of publications with an idempotency key, for as long as their publishers may try again. Any thread.
/// </summary>
/// <remarks>
/// Every key is kept for the same time, so that the oldest is always the next to go.
/// </remarks>
internal sealed class IdempotencyKeys(HubOptions options, TimeProvider time)
{
    // Below that many, what was taken is kept for the next ones.
    private const int WorthGivingBack = 10_000;

    private readonly Lock _lock = new();
    private volatile HubOptions _options = options;
    private readonly Dictionary<UInt128, Entry> _entries = [];
    private readonly Queue<(UInt128 Id, long Since)> _byAge = [];

    /// <summary>The number of keys that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Takes over other limits.</summary>
    public void Change(HubOptions changed) => _options = changed;

    /// <summary>Finds the answer for a publication whose key is known, or whose key there is no room for.</summary>
    /// <returns>Null where it is to be published, and its key added then.</returns>
    public PublishResult? Find(UInt128 id, long fingerprint)
    {
        lock (_lock)
        {
            RemoveOld();
            if (_entries.TryGetValue(id, out var known))
            {
                return known.Fingerprint == fingerprint
                    ? known.Result with { IsRepeat = true }
                    : new PublishResult(PublishStatus.KeyReused, default);
            }

            return _entries.Count < _options.MaxIdempotencyKeys
                ? null
                : new PublishResult(PublishStatus.TooManyKeys, default);
        }
    }

    /// <summary>
    /// Remembers what was published. Publishers that ask at once may go beyond the limit by one each.
    /// </summary>
    public void Add(UInt128 id, long fingerprint, in PublishResult result)
    {
        lock (_lock)
        {
            _entries[id] = new Entry(result, fingerprint);
            _byAge.Enqueue((id, time.GetTimestamp()));
        }
    }

    /// <summary>Forgets what is too old, and gives its memory back where that was much.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            RemoveOld();
            if (_entries.Capacity > Math.Max(WorthGivingBack, 4 * _entries.Count))
            {
                _entries.TrimExcess();
                _byAge.TrimExcess();
            }
        }
    }

    private void RemoveOld()
    {
        while (_byAge.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Since) >= _options.IdempotencyWindow)
        {
            _byAge.Dequeue();
            _entries.Remove(oldest.Id);
        }
    }

    private readonly record struct Entry(PublishResult Result, long Fingerprint);
}
