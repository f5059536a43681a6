namespace Halley.Client.Tests;

/// <summary>
/// Time that passes when it is told to, for a client on other threads: a test can wait until something waits. Any
/// thread.
/// </summary>
internal sealed class WaitingTime : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private readonly Lock _lock = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _elapsed.Ticks;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Returns once something waits for a time between these, and says how long that is from now.</summary>
    public async Task<TimeSpan> UntilWaitedForAsync(TimeSpan least, TimeSpan most)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                var waits = _timers.Select(timer => timer.Due - _elapsed).ToList();
                if (waits.Exists(wait => wait >= least && wait <= most))
                {
                    return waits.Find(wait => wait >= least && wait <= most);
                }

                more = _more.Task;
            }

            await more.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    public Task<TimeSpan> UntilWaitedForAsync(double seconds) =>
        UntilWaitedForAsync(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds));

    public void Advance(TimeSpan by)
    {
        List<Timer> due;
        lock (_lock)
        {
            _elapsed += by;
            due = [.. _timers.Where(timer => timer.Due <= _elapsed)];
            _timers.RemoveAll(due.Contains);
        }

        due.ForEach(timer => timer.Call());
    }

    private sealed class Timer(WaitingTime time, Action callback) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Call() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = time._elapsed + dueTime;
                    time._timers.Add(this);
                }

                time._more.TrySetResult();
                time._more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, default);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
