namespace Halley.Server.Tests;

/// <summary>Time that passes by being waited for: a timer is due at once, and the clock then says so.</summary>
internal sealed class QuickTime : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How long each wait was, in order.</summary>
    public List<TimeSpan> Waits { get; } = [];

    /// <summary>What happens meanwhile: called at each wait, before it is over.</summary>
    public Action? Meanwhile { get; set; }

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            Waits.Add(dueTime);
            Interlocked.Add(ref _now, dueTime.Ticks);
            Meanwhile?.Invoke();
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new Nothing();
    }

    private sealed class Nothing : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
