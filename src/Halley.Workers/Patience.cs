namespace Halley.Workers;

/// <summary>
/// How long the other side of a link may say nothing, counted in beats of our own <see cref="Pulse"/>: while this process stands still, or is
/// late, nobody else's time runs out. Any thread.
/// </summary>
/// <param name="term">Zero: for ever.</param>
internal sealed class Patience(TimeSpan term)
{
    private readonly int _beats = (int)Math.Min(int.MaxValue, Math.Ceiling(term / Pulse.Interval));
    private int _silentBeats;

    /// <summary>The other side has said something.</summary>
    public void Hear() => Volatile.Write(ref _silentBeats, 0);

    /// <summary>A beat has gone by.</summary>
    /// <returns>Whether it was one too many.</returns>
    public bool RunsOut() => Interlocked.Increment(ref _silentBeats) > _beats && _beats > 0;
}
