namespace Halley.Sqlite;

/// <summary>Stamps as a number, to be stored and compared.</summary>
internal static class Stamps
{
    private const int TagBits = 24;

    public static long Pack(MessageStamp stamp) => (stamp.Time << TagBits) | (uint)stamp.Tag;

    public static MessageStamp Unpack(long packed) =>
        new(packed >> TagBits, (int)(packed & MessageStamp.MaxTag));

    /// <summary>The stamp after the last one: tag 1 of this second, or the next.</summary>
    public static long Next(long last, DateTimeOffset now) =>
        Math.Max((now.ToUnixTimeSeconds() << TagBits) | 1, last + 1);

    /// <summary>The last one that could have been given until now.</summary>
    public static long Latest(DateTimeOffset now) => (now.ToUnixTimeSeconds() << TagBits) | MessageStamp.MaxTag;
}
