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

    /// <summary>
    /// A server with very many subscribers may always have something to do: after this it is measured all the same.
    /// </summary>
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(5);

    public IReadOnlyList<int> Pids => pids;

    /// <summary>False: nobody said which processes to read.</summary>
    public bool IsKnown => pids.Count > 0;

    /// <param name="withChildren">Their descendants count too: a server with workers.</param>
    /// <exception cref="LoadException">There is no such process.</exception>
    public static ServerProcess Find(IEnumerable<int> pids, bool withChildren)
    {
        List<int> found = [.. pids.Distinct()];
        foreach (var pid in found)
        {
            if (!Directory.Exists($"/proc/{pid}"))
            {
                throw new LoadException(
                    $"There is no process {pid}: --pid wants the server's, as pgrep or its pidfile say it");
            }
        }

        for (var i = 0; withChildren && i < found.Count; i++)
        {
            found.AddRange(ChildrenOf(found[i]).Except(found));
        }

        return new ServerProcess(found);
    }

    /// <summary>
    /// CPU used so far. The sum is exact to the nanosecond (the process's CPU clock); the kernel counts user and system
    /// time in ticks, so those two are only its shares of the sum: take them over an interval of many ticks.
    /// </summary>
    public CpuReading ReadCpu()
    {
        long nanoseconds = 0, userTicks = 0, systemTicks = 0;
        foreach (var pid in pids)
        {
            nanoseconds += ReadClock(pid);
            var fields = Read(pid, "stat").Split(") ")[^1].Split(' ');
            userTicks += long.Parse(fields[11], CultureInfo.InvariantCulture);
            systemTicks += long.Parse(fields[12], CultureInfo.InvariantCulture);
        }

        return new CpuReading(nanoseconds, userTicks, systemTicks);
    }

    /// <summary>
    /// Resident memory in bytes, as smaps_rollup counts it: /proc/PID/status lags by up to 64 pages a thread.
    /// </summary>
    public long ReadResidentBytes() => pids.Sum(pid => Field(Read(pid, "smaps_rollup"), "Rss:") * 1024);

    /// <summary>Memory that no other process shares, in bytes: what one more of these costs.</summary>
    public long ReadPrivateBytes() =>
        pids.Sum(
            pid => Read(pid, "smaps_rollup") is var text
                ? (Field(text, "Private_Clean:") + Field(text, "Private_Dirty:")) * 1024
                : 0);

    /// <summary>Reads the number of descriptors that these processes may have open together.</summary>
    public long ReadDescriptorLimit() =>
        pids.Sum(pid => Math.Min(Field(Read(pid, "limits"), "Max open files"), int.MaxValue));

    /// <summary>Returns when the server has done what it had to do, compiling in the background included.</summary>
    /// <exception cref="LoadException">It has always something to do.</exception>
    public void WaitUntilQuiet()
    {
        if (!IsQuietWithin(QuietLimit))
        {
            throw new LoadException(
                $"The server was still busy after {QuietLimit.TotalSeconds} s: are its timeouts (heartbeats, noop) "
                    + "longer than a measure?");
        }
    }

    /// <summary>Returns when the server has done what it had to do, or has had time for it.</summary>
    public void Settle() => IsQuietWithin(SettleLimit);

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

    private bool IsQuietWithin(TimeSpan limit)
    {
        if (!IsKnown)
        {
            Thread.Sleep(QuietWindow);
            return true;
        }

        var start = Stopwatch.GetTimestamp();
        for (var before = ReadCpu(); Stopwatch.GetElapsedTime(start) < limit;)
        {
            Thread.Sleep(QuietWindow);
            var after = ReadCpu();
            if (after.Nanoseconds - before.Nanoseconds < QuietWindow.TotalNanoseconds * QuietShare)
            {
                return true;
            }

            before = after;
        }

        return false;
    }

    private static IEnumerable<int> ChildrenOf(int pid)
    {
        foreach (var folder in Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(folder[^1])))
        {
            var child = int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
            if (TryRead(child, "stat", out var stat)
                && int.Parse(stat.Split(") ")[^1].Split(' ')[1], CultureInfo.InvariantCulture) == pid)
            {
                yield return child;
            }
        }
    }

    private static string Read(int pid, string file) =>
        TryRead(pid, file, out var text) ? text : throw new LoadException(
            $"The server's process {pid} has ended, or its /proc may not be read: run as its user or as root");

    private static bool TryRead(int pid, string file, out string text)
    {
        try
        {
            text = File.ReadAllText($"/proc/{pid}/{file}");
            return text.Length > 0;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            text = "";
            return false;
        }
    }

    /// <summary>The first number after a name; no number is "unlimited".</summary>
    private static long Field(string text, string name)
    {
        var at = text.IndexOf(name, StringComparison.Ordinal);
        var word = at < 0
            ? ""
            : text[(at + name.Length)..].Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries)[0];
        return long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : long.MaxValue;
    }

    // What clock_getcpuclockid() computes: the process's number inverted, then 3 bits that say "scheduler's clock of a
    // whole process".
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
