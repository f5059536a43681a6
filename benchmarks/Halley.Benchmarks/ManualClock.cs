namespace Halley.Benchmarks;

/// <summary>
/// Time that passes when it is told to. Nothing has timers on it but the engine, which looks at it whenever it turns.
/// </summary>
internal sealed class ManualClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
