namespace Halley.Time;

/// <summary>What can wait in a <see cref="TimerWheel"/>: in one, once. A base class, so that a million timers need no object of their own.</summary>
public abstract class TimerNode
{
    internal TimerNode? FollowingTimer { get; set; }

    internal TimerNode? PreviousTimer { get; set; }

    /// <summary>The tick it waits for; meaningful while it is scheduled.</summary>
    internal uint Due { get; set; }

    /// <summary>The wheel's list it lies in, plus one; 0 while it waits for nothing.</summary>
    internal int List { get; set; }

    /// <summary>The time has come; it is no longer scheduled, and may schedule itself again. Called by the wheel's owner.</summary>
    /// <param name="now">The tick that the wheel has reached.</param>
    protected internal abstract void OnDue(uint now);
}
