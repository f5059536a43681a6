using System.Globalization;
using Halley.Workers;

namespace Halley.Server.Processes;

/// <summary>
/// Tells a service manager that asks for it (systemd's WatchdogSec) that the server is alive, as long as every one of
/// its threads has its turns.
/// </summary>
internal static class Watchdog
{
    private const string Interval = "WATCHDOG_USEC";
    private const string Process = "WATCHDOG_PID";

    /// <summary>Begins to tell; disposed of, it stops.</summary>
    /// <returns>Null where nobody asks.</returns>
    public static IDisposable? Begin(IReadOnlyList<IDispatcher> dispatchers, ServiceManager manager, TimeProvider time)
    {
        var process = Environment.GetEnvironmentVariable(Process);
        if (!long.TryParse(
                Environment.GetEnvironmentVariable(Interval),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var microseconds)
            || (process is { Length: > 0 }
                && process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture)))
        {
            return null;
        }

        var half = TimeSpan.FromMicroseconds(microseconds) / 2;
        var told = long.MinValue;
        return Pulse.Start(
            dispatchers,
            () =>
            {
                // Less than a beat too early is better than one too late.
                if (told == long.MinValue || time.GetElapsedTime(told) + Pulse.Interval >= half)
                {
                    told = time.GetTimestamp();
                    ThreadPool.UnsafeQueueUserWorkItem(_ => manager.SayAlive(), null);
                }
            },
            time);
    }
}
