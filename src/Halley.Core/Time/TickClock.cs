namespace Halley.Time;

/// <summary>
/// The time of one thread, in ticks, and the timers that wait for a tick. It stands still between updates.
/// </summary>
public sealed class TickClock
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _tickLength;
    private readonly long _started;

    /// <param name="tickLength">The grain of every timeout.</param>
    /// <param name="slots">The ticks in one turn of the timers' wheel; a power of two.</param>
    public TickClock(TimeSpan tickLength, int slots, TimeProvider time)
    {
        _tickLength = tickLength;
        _time = time;
        _started = time.GetTimestamp();
        Timers = new TimerWheel(slots);
    }

    /// <summary>The current tick.</summary>
    public uint Now { get; private set; }

    public TimerWheel Timers { get; }

    /// <summary>Reads the time. No timer is called.</summary>
    public void Update() => Now = (uint)(_time.GetElapsedTime(_started) / _tickLength);

    /// <summary>The ticks that a time span takes; at least one.</summary>
    public uint ToTicks(TimeSpan span) => (uint)Math.Max(1, span / _tickLength);

    /// <summary>The tick that comes a time span from now.</summary>
    public uint After(TimeSpan span) => Now + ToTicks(span);

    /// <summary>Schedules a timer, or moves it.</summary>
    public void Schedule(TimerNode timer, TimeSpan delay) => Timers.Schedule(timer, After(delay));

    /// <summary>Whether a tick has come by <paramref name="now"/>. Ticks wrap around.</summary>
    public static bool IsPast(uint tick, uint now) => unchecked((int)(now - tick)) >= 0;

    /// <summary>The earlier of two ticks; null where both are.</summary>
    public static uint? Sooner(uint? one, uint? other) =>
        one is null || (other is not null && !IsPast(one.Value, other.Value)) ? other : one;
}
