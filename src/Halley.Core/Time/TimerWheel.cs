namespace Halley.Time;

/// <summary>
/// A hashed wheel: timers lie in the slot of their tick, so that scheduling and cancelling cost the same however many
/// there are. A timer further away than the wheel is round stays in its slot for another turn. Not thread-safe: it
/// belongs to one thread, or to the lock around it.
/// </summary>
public sealed class TimerWheel
{
    // One list for each tick of a turn, and one more for those that are due now.
    private readonly TimerNode?[] _lists;
    private readonly int _slots;
    private uint _now;

    /// <param name="slots">How many ticks one turn has; a power of two.</param>
    /// <param name="now">The tick to begin at.</param>
    public TimerWheel(int slots, uint now = 0)
    {
        if (!int.IsPow2(slots))
        {
            throw new ArgumentOutOfRangeException(nameof(slots), slots, "The number of slots must be a power of two.");
        }

        _slots = slots;
        _lists = new TimerNode?[slots + 1];
        _now = now;
    }

    /// <summary>The current tick.</summary>
    public uint Now => _now;

    /// <summary>The number of timers that wait.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Schedules a timer for a tick; one that is past counts as the next. Moves it where it already waits.
    /// </summary>
    public void Schedule(TimerNode node, uint due)
    {
        Cancel(node);
        node.Due = unchecked((int)(due - _now)) <= 0 ? _now + 1 : due;
        Link(node, SlotOf(node.Due));
    }

    /// <summary>Cancels a timer; does nothing where it does not wait.</summary>
    public void Cancel(TimerNode node)
    {
        if (node.List > 0)
        {
            Unlink(node);
        }
    }

    /// <summary>Advances to a tick, and calls every timer that is due by then, tick by tick.</summary>
    public void AdvanceTo(uint now) => AdvanceTo(now, int.MaxValue);

    /// <summary>Does the same in slices: timers left over stay due, to be called the next time.</summary>
    /// <param name="budget">The number of timers that may be called.</param>
    /// <returns>Whether <paramref name="now"/> was reached.</returns>
    public bool AdvanceTo(uint now, int budget)
    {
        while (true)
        {
            for (; _lists[_slots] is { } due; budget--)
            {
                if (budget == 0)
                {
                    return false;
                }

                Unlink(due);
                due.OnDue(_now);
            }

            if (unchecked((int)(now - _now)) <= 0)
            {
                return true;
            }

            _now++;
            CollectDue();
        }
    }

    // Those due are moved to a list of their own first: a timer that is called may schedule or cancel any other.
    private void CollectDue()
    {
        for (var node = _lists[SlotOf(_now)]; node is not null;)
        {
            var following = node.FollowingTimer;
            if (node.Due == _now)
            {
                Unlink(node);
                Link(node, _slots);
            }

            node = following;
        }
    }

    private int SlotOf(uint tick) => (int)(tick & (uint)(_slots - 1));

    private void Link(TimerNode node, int list)
    {
        Count++;
        node.List = list + 1;
        node.FollowingTimer = _lists[list];
        if (node.FollowingTimer is not null)
        {
            node.FollowingTimer.PreviousTimer = node;
        }

        _lists[list] = node;
    }

    private void Unlink(TimerNode node)
    {
        if (node.PreviousTimer is null)
        {
            _lists[node.List - 1] = node.FollowingTimer;
        }
        else
        {
            node.PreviousTimer.FollowingTimer = node.FollowingTimer;
        }

        if (node.FollowingTimer is not null)
        {
            node.FollowingTimer.PreviousTimer = node.PreviousTimer;
        }

        node.PreviousTimer = node.FollowingTimer = null;
        node.List = 0;
        Count--;
    }
}
