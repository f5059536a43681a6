namespace Halley.Testing.Doubles;

/// <summary>
/// Time that passes when it is told to. Its timers are called meanwhile, on the caller's thread, in the order they are
/// due. Any thread may set one.
/// </summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _elapsed;

    /// <summary>When this time began.</summary>
    public DateTimeOffset Start { get; init; } = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How many timers wait to be called.</summary>
    public int TimerCount => _timers.Count;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => Start + _elapsed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass. A timer that is called finds the time it was due at.</summary>
    public void Advance(TimeSpan by)
    {
        var end = _elapsed + by;
        while (DueBy(end).MinBy(timer => timer.Due) is { } next)
        {
            _elapsed = next.Due;
            next.Call();
        }

        _elapsed = end;
    }

    public void AdvanceSeconds(double seconds) => Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>
    /// Lets time pass unseen, as where a process was stopped: what was due meanwhile is called once, at the end.
    /// </summary>
    public void Jump(TimeSpan by)
    {
        _elapsed += by;
        foreach (var timer in DueBy(_elapsed))
        {
            timer.Call();
        }
    }

    private ManualTimer[] DueBy(TimeSpan end)
    {
        lock (_lock)
        {
            return [.. _timers.Where(timer => timer.Due <= end)];
        }
    }

    private sealed class ManualTimer(ManualTime time, Action callback) : ITimer
    {
        private TimeSpan _period;

        public TimeSpan Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                _period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = time._elapsed + dueTime;
                    time._timers.Add(this);
                }
            }

            return true;
        }

        public void Call()
        {
            // The next time is counted from now, not from when it was due: a jump does not call it many times.
            Change(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan, _period);
            callback();
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
