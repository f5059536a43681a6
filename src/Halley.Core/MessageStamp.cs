namespace Halley;

/// <summary>
/// The time of a publication: a second, and a number that starts at 1 in every second and is given once over all
/// channels of a node. So two stamps of a node are never equal and the later one is the greater, also where the clock
/// was set back: then the last second continues.
/// </summary>
/// <remarks>nginx-push-stream resumes by it, with Last-Modified and Etag.</remarks>
public readonly record struct MessageStamp : IComparable<MessageStamp>
{
    /// <summary>
    /// The greatest tag. 16 million messages a second are more than a node publishes; a further one counts into the
    /// next second.
    /// </summary>
    public const int MaxTag = (1 << TagBits) - 1;

    private const int TagBits = 24;

    private readonly long _packed;

    private MessageStamp(long packed) => _packed = packed;

    /// <param name="time">Seconds since 1970, UTC; not negative.</param>
    /// <param name="tag">From 0 to <see cref="MaxTag"/>; a value outside counts as the nearer end.</param>
    public MessageStamp(long time, int tag) => _packed = (time << TagBits) | (long)Math.Clamp(tag, 0, MaxTag);

    /// <summary>Seconds since 1970, UTC.</summary>
    public long Time => _packed >> TagBits;

    public int Tag => (int)(_packed & MaxTag);

    /// <summary>The stamp of the next message: tag 1 of this second, or the one after the last.</summary>
    /// <param name="last">The last one given, packed; many threads may ask at once.</param>
    internal static MessageStamp Next(ref long last, DateTimeOffset now)
    {
        var first = (now.ToUnixTimeSeconds() << TagBits) | 1;
        while (true)
        {
            var seen = Volatile.Read(ref last);
            var next = Math.Max(first, seen + 1);
            if (Interlocked.CompareExchange(ref last, next, seen) == seen)
            {
                return new MessageStamp(next);
            }
        }
    }

    public int CompareTo(MessageStamp other) => _packed.CompareTo(other._packed);

    public static bool operator <(MessageStamp left, MessageStamp right) => left._packed < right._packed;

    public static bool operator >(MessageStamp left, MessageStamp right) => left._packed > right._packed;

    public static bool operator <=(MessageStamp left, MessageStamp right) => left._packed <= right._packed;

    public static bool operator >=(MessageStamp left, MessageStamp right) => left._packed >= right._packed;
}
