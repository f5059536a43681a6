namespace Halley.Load.Server;

/// <summary>CPU time used by a process, on all its threads.</summary>
internal readonly record struct CpuTime(TimeSpan User, TimeSpan System)
{
    public TimeSpan Total => User + System;

    public static CpuTime operator -(CpuTime a, CpuTime b) => new(a.User - b.User, a.System - b.System);

    public static CpuTime operator +(CpuTime a, CpuTime b) => new(a.User + b.User, a.System + b.System);

    /// <summary>Microseconds for each of so many operations: in all, and how much of it in user space and in the kernel.</summary>
    public (double Total, double User, double System) PerOperation(long operations) =>
        (Total.TotalMicroseconds / operations, User.TotalMicroseconds / operations, System.TotalMicroseconds / operations);
}
