namespace Halley.Workers;

/// <summary>
/// The timeout of a silent link, counted in beats of this process's own <see cref="Pulse"/>: while this process stands
/// still, or is late, nobody else's time runs out. Any thread.
/// </summary>
/// <param name="timeout">Zero for no limit.</param>
internal sealed class SilenceTimeout(TimeSpan timeout)
{
    private readonly int _beats = (int)Math.Min(int.MaxValue, Math.Ceiling(timeout / Pulse.Interval));
    private int _silentBeats;

    /// <summary>Begins anew: the other side has sent something.</summary>
    public void Reset() => Volatile.Write(ref _silentBeats, 0);

    /// <summary>Counts a beat without a frame.</summary>
    /// <returns>Whether the timeout has passed.</returns>
    public bool CountBeat() => Interlocked.Increment(ref _silentBeats) > _beats && _beats > 0;
}
