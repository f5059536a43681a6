namespace Halley.Load.Server;

/// <summary>One look at a process's CPU clocks; the difference of two is a <see cref="CpuTime"/>.</summary>
internal readonly record struct CpuReading(long Nanoseconds, long UserTicks, long SystemTicks)
{
    public static CpuTime operator -(CpuReading after, CpuReading before)
    {
        var total = TimeSpan.FromMicroseconds((after.Nanoseconds - before.Nanoseconds) / 1000.0);
        var user = (double)(after.UserTicks - before.UserTicks);
        var ticks = user + after.SystemTicks - before.SystemTicks;
        return ticks > 0 ? new CpuTime(total * (user / ticks), total * (1 - (user / ticks))) : new CpuTime(TimeSpan.Zero, total);
    }
}
