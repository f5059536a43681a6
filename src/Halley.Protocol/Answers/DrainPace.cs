namespace Halley.Protocol.Answers;

/// <summary>
/// The pace at which connections or answers are ended: evenly over a time, so that their clients do not come back
/// together.
/// </summary>
/// <param name="total">How many there are.</param>
/// <param name="within">The time in which all of them are to have had their turn.</param>
/// <param name="parts">Into how many such numbers all are parted, each ended at its own pace.</param>
public readonly struct DrainPace(int total, TimeSpan within, int parts)
{
    // Few need not take all the time: with one of them at a time, nobody comes back together.
    private static readonly TimeSpan LeastApart = TimeSpan.FromMilliseconds(100);

    private readonly TimeSpan _time = within < LeastApart * parts * total ? within : LeastApart * parts * total;

    public int Total => total;

    /// <summary>The number whose turn has come, the first of them at once.</summary>
    public int DueAfter(TimeSpan elapsed) =>
        elapsed >= _time ? total : Math.Min(total, 1 + (int)(total * (elapsed / _time)));
}
