namespace Halley.Time;

/// <summary>
/// A timer, which waits in one <see cref="TimerWheel"/>, once. A base class, so that a million timers need no object of
/// their own.
/// </summary>
public abstract class TimerNode
{
    internal TimerNode? FollowingTimer { get; set; }

    internal TimerNode? PreviousTimer { get; set; }

    /// <summary>The tick that it waits for; meaningful while it is scheduled.</summary>
    internal uint Due { get; set; }

    /// <summary>The number of the wheel's list that it lies in, plus one; 0 while it waits for nothing.</summary>
    internal int List { get; set; }

    /// <summary>
    /// Is called when its tick has come. It is no longer scheduled, and may schedule itself again. By the wheel's
    /// owner.
    /// </summary>
    /// <param name="now">The tick that the wheel has reached.</param>
    protected internal abstract void OnDue(uint now);
}
