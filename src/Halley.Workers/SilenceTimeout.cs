namespace Halley.Workers;

/// <summary>
/// How long the other side of a link may say nothing, counted in beats of our own <see cref="Pulse"/>: while this process stands still, or is
/// late, nobody else's time runs out. Any thread.
/// </summary>
/// <param name="timeout">Zero for no limit.</param>
internal sealed class SilenceTimeout(TimeSpan timeout)
{
    private readonly int _beats = (int)Math.Min(int.MaxValue, Math.Ceiling(timeout / Pulse.Interval));
    private int _silentBeats;

    /// <summary>The other side has said something.</summary>
    public void Reset() => Volatile.Write(ref _silentBeats, 0);

    /// <summary>A beat has gone by.</summary>
    /// <returns>Whether it was one too many.</returns>
    public bool CountBeat() => Interlocked.Increment(ref _silentBeats) > _beats && _beats > 0;
}
