using System.Runtime.InteropServices;

namespace Halley.Server.Native;

/// <summary>The system calls .NET has no name for. Decides nothing; errors are in <see cref="Marshal.GetLastPInvokeError"/>.</summary>
internal static partial class Libc
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGTERM = 15;

    /// <summary>No such process.</summary>
    public const int ESRCH = 3;

    /// <summary>Makes this process the leader of a new session, without a terminal.</summary>
    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    public static partial int SetSid();

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    public static partial int Dup2(int from, int to);

    /// <summary>Says what a signal does; 1 is nothing.</summary>
    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    public static partial nint Signal(int signal, nint action);

    /// <summary>Sends a signal; signal 0 only asks whether one could be sent.</summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);
}
