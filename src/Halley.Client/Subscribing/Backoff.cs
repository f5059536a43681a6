namespace Halley.Client.Subscribing;

/// <summary>
/// The time that a subscriber waits before it connects again: at random, so that a server that comes back is not met by
/// all at once, and the longer the longer it has been gone. So an outage is made longer by two fifths at most.
/// </summary>
/// <param name="dice">From 0 up to, and without, 1.</param>
internal sealed class Backoff(TimeProvider time, TimeSpan least, TimeSpan most, Func<double> dice)
{
    /// <summary>
    /// The longest wait that the server may ask for: one that is mistaken must not keep a subscriber away for ever.
    /// </summary>
    internal static readonly TimeSpan MostAskedFor = TimeSpan.FromMinutes(5);

    private const double PartOfOutage = 0.4;

    private long? _lostAt;

    /// <summary>A connection has lasted: the next loss is a new one.</summary>
    public void Lasted() => _lostAt = null;

    /// <summary>The wait after a loss, or a further try that failed.</summary>
    /// <param name="asked">What the server wants to be waited at least.</param>
    public TimeSpan Next(TimeSpan asked)
    {
        _lostAt ??= time.GetTimestamp();
        var part = time.GetElapsedTime(_lostAt.Value) * PartOfOutage;
        var ceiling = part < least ? least : part > most ? most : part;
        var floor = asked < TimeSpan.Zero ? TimeSpan.Zero : asked > MostAskedFor ? MostAskedFor : asked;
        return floor + (ceiling * dice());
    }
}
