using System.Diagnostics;
using System.Globalization;
using Halley.Load.Native;

namespace Halley.Load.Server;

/// <summary>The server under measurement, from outside: one process, or several whose sum counts.</summary>
internal sealed class ServerProcess(IReadOnlyList<int> pids)
{
    /// <summary>A server that uses less than this share of one core has nothing left to do but its timers.</summary>
    private const double QuietShare = 0.03;

    private static readonly TimeSpan QuietWindow = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan QuietLimit = TimeSpan.FromSeconds(20);

    public IReadOnlyList<int> Pids => pids;

    /// <summary>
    /// CPU used so far. The sum is exact to the nanosecond (the process's CPU clock); the kernel counts user and system time in ticks, so
    /// those two are only its shares of the sum: take them over an interval of many ticks.
    /// </summary>
    public CpuReading ReadCpu()
    {
        long nanoseconds = 0, userTicks = 0, systemTicks = 0;
        foreach (var pid in pids)
        {
            nanoseconds += ReadClock(pid);
            var fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ');
            userTicks += long.Parse(fields[11], CultureInfo.InvariantCulture);
            systemTicks += long.Parse(fields[12], CultureInfo.InvariantCulture);
        }

        return new CpuReading(nanoseconds, userTicks, systemTicks);
    }

    /// <summary>Resident memory in bytes, as smaps_rollup counts it: /proc/PID/status lags by up to 64 pages a thread.</summary>
    public long ReadResidentBytes() => pids.Sum(pid =>
        long.Parse(
            File.ReadLines($"/proc/{pid}/smaps_rollup").First(line => line.StartsWith("Rss:", StringComparison.Ordinal))[4..^2],
            CultureInfo.InvariantCulture) * 1024);

    /// <summary>Returns when the server has done what it had to do, compiling in the background included.</summary>
    public void WaitUntilQuiet()
    {
        var start = Stopwatch.GetTimestamp();
        for (var before = ReadCpu(); Stopwatch.GetElapsedTime(start) < QuietLimit;)
        {
            Thread.Sleep(QuietWindow);
            var after = ReadCpu();
            if (after.Nanoseconds - before.Nanoseconds < QuietWindow.TotalNanoseconds * QuietShare)
            {
                return;
            }

            before = after;
        }

        throw new LoadException($"The server was still busy after {QuietLimit.TotalSeconds} s.");
    }

    /// <summary>Resident memory once it has stayed within 64 KiB for half a second.</summary>
    public long ReadSettledResidentBytes()
    {
        WaitUntilQuiet();
        var start = Stopwatch.GetTimestamp();
        var last = ReadResidentBytes();
        while (Stopwatch.GetElapsedTime(start) < QuietLimit)
        {
            Thread.Sleep(500);
            var now = ReadResidentBytes();
            if (Math.Abs(now - last) <= 64 * 1024)
            {
                return now;
            }

            last = now;
        }

        throw new LoadException($"The server's memory did not settle within {QuietLimit.TotalSeconds} s.");
    }

    // What clock_getcpuclockid() computes: the process's number inverted, then 3 bits that say "scheduler's clock of a whole process".
    private static unsafe long ReadClock(int pid)
    {
        Libc.TimeSpec time;
        if (Libc.ClockGetTime((~pid << 3) | 2, &time) < 0)
        {
            throw new LoadException($"There is no process {pid}.");
        }

        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }
}
