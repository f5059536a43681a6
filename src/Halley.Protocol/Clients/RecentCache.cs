using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Halley.Protocol.Clients;

/// <summary>
/// A cache of findings about secrets that clients show, by their hash: in two generations, of which the older one goes
/// when the younger is full. Any thread.
/// </summary>
/// <param name="size">How many a generation has.</param>
internal sealed class RecentCache<T>(int size, TimeProvider time)
    where T : class
{
    private readonly Lock _lock = new();
    private Dictionary<UInt128, (T Value, DateTimeOffset? Until)> _young = [];
    private Dictionary<UInt128, (T Value, DateTimeOffset? Until)> _old = [];

    /// <summary>The key of what a client shows.</summary>
    // Half of the hash: nobody finds another text with the same 128 bits.
    public static UInt128 KeyOf(ReadOnlySpan<byte> text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, digest);
        return MemoryMarshal.Read<UInt128>(digest);
    }

    /// <returns>Null where it is not known, or not any more.</returns>
    public T? Find(UInt128 key)
    {
        lock (_lock)
        {
            if (!_young.TryGetValue(key, out var found) && _old.Remove(key, out found))
            {
                Keep(key, found);
            }

            return found.Until <= time.GetUtcNow() ? null : found.Value;
        }
    }

    /// <param name="until">When it does not hold any more; null for never.</param>
    public void Add(UInt128 key, T value, DateTimeOffset? until)
    {
        lock (_lock)
        {
            Keep(key, (value, until));
        }
    }

    private void Keep(UInt128 key, (T Value, DateTimeOffset? Until) entry)
    {
        if (_young.Count >= size)
        {
            (_old, _young) = (_young, []);
        }

        _young[key] = entry;
    }
}
