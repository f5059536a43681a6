using System.Globalization;
using Halley.Engine;

namespace Halley.Server.Processes;

/// <summary>
/// Sockets that this process was started with: by the process of which it is the daemon, or by a service manager
/// (systemd's socket activation).
/// </summary>
internal static class StartSockets
{
    private const string FromParent = "_HALLEY_SOCKETS";
    private const string ManagersProcess = "LISTEN_PID";
    private const string ManagersCount = "LISTEN_FDS";
    private const string ManagersNames = "LISTEN_FDNAMES";

    // Behind the standard three, says sd_listen_fds(3).
    private const int First = 3;
    private const int Most = 1000;

    /// <summary>Takes them, once: processes that this one starts are told of none.</summary>
    /// <returns>Null where there are none.</returns>
    public static HandedSockets? Take()
    {
        var fromParent = Environment.GetEnvironmentVariable(FromParent);
        var (process, count) = (
            Environment.GetEnvironmentVariable(ManagersProcess), Environment.GetEnvironmentVariable(ManagersCount));
        foreach (var name in (string[])[FromParent, ManagersProcess, ManagersCount, ManagersNames])
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        if (Daemon.IsChild && fromParent is { Length: > 0 })
        {
            return new HandedSockets(
                fromParent.Split(',').Select(fd => int.Parse(fd, NumberStyles.None, CultureInfo.InvariantCulture)));
        }

        return process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var sockets)
            && sockets is > 0 and <= Most
            ? new HandedSockets(Enumerable.Range(First, sockets)) { LeavesFiles = true }
            : null;
    }

    /// <summary>Hands some down to the daemon that is started next; see <see cref="Take"/>.</summary>
    public static void HandDown(HandedSockets sockets, IDictionary<string, string?> environment)
    {
        sockets.HandDown();
        environment[FromParent] = string.Join(
            ',', sockets.Descriptors.Select(fd => fd.ToString(CultureInfo.InvariantCulture)));
    }
}
