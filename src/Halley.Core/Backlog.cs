namespace Halley;

/// <summary>
/// The announcements that a dispatcher's audiences have not heard yet, as what they keep in memory. While it is full, a
/// publisher that adds to it is not answered before its message is told: so what waits stays small, and so does the
/// time that it waits. Any thread.
/// </summary>
public sealed class Backlog
{
    /// <summary>
    /// Bytes, above which it is full. Small messages fill it with 130,000 deliveries, which take a reactor 0.1 to 0.2
    /// seconds.
    /// </summary>
    public const long Most = 4 << 20;

    // A segment in the queue of a subscriber that does not take its message at once.
    private const int BytesPerDelivery = 32;

    // No message fills it alone, nor do eight: a reactor always has the next ones at hand.
    private const long MostForDeliveries = Most / 8;

    private long _bytes;

    /// <summary>The bytes that wait.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether publishers wait.</summary>
    public bool IsFull => Bytes > Most;

    /// <summary>The share of deliveries in what an announcement keeps.</summary>
    internal static int BytesFor(int deliveries) =>
        (int)Math.Min((long)deliveries * BytesPerDelivery, MostForDeliveries);

    internal void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);
}
