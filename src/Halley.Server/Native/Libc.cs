using System.Runtime.InteropServices;

namespace Halley.Server.Native;

/// <summary>
/// The system calls .NET has no name for. Decides nothing; errors are in <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
internal static partial class Libc
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGQUIT = 3;
    public const int SIGUSR1 = 10;
    public const int SIGPIPE = 13;
    public const int SIGTERM = 15;
    public const int SIGCHLD = 17;
    public const int SIGXFSZ = 25;

    /// <summary>No such file.</summary>
    public const int ENOENT = 2;

    /// <summary>No such process.</summary>
    public const int ESRCH = 3;

    /// <summary>A pipe that nobody reads.</summary>
    public const int ENXIO = 6;

    /// <summary>Somebody else has the lock.</summary>
    public const int EWOULDBLOCK = 11;

    /// <summary>There is such a file.</summary>
    public const int EEXIST = 17;

    /// <summary>Part of the path is a file.</summary>
    public const int ENOTDIR = 20;

    /// <summary>The path's end is a link, and <see cref="O_NOFOLLOW"/> was asked for.</summary>
    public const int ELOOP = 40;

    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_NOCTTY = 0x100;
    public const int O_APPEND = 0x400;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;

    public const int LOCK_SH = 1;
    public const int LOCK_EX = 2;
    public const int LOCK_NB = 4;

    private const int SetDescriptorFlags = 2;
    private const int SetStatusFlags = 4;
    private const int CloseOnExec = 1;

    /// <summary>The one flag of these whose value differs: 0x20000 on x86, 0x8000 on ARM.</summary>
    public static readonly int O_NOFOLLOW =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>Makes this process the leader of a new session, without a terminal.</summary>
    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    public static partial int SetSid();

    /// <summary>The process that started this one; 1, or another that takes in orphans, where that has ended.</summary>
    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int GetParent();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    public static partial int Dup2(int from, int to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(int descriptor, int operation);

    /// <summary>Says what a signal does; 0 is its default, 1 is nothing.</summary>
    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    public static partial nint Signal(int signal, nint action);

    /// <summary>Sends a signal; signal 0 only asks whether one could be sent.</summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    /// <summary>Keeps a descriptor from the processes that are started from now on.</summary>
    public static void KeepFromChildren(int descriptor) => _ = Control(descriptor, SetDescriptorFlags, CloseOnExec);

    /// <summary>Lets a descriptor wait again that was opened with <see cref="O_NONBLOCK"/>.</summary>
    /// <param name="flags">Those that stay: <see cref="O_APPEND"/> is one of the same set.</param>
    public static void Block(int descriptor, int flags) => _ = Control(descriptor, SetStatusFlags, flags);

    /// <summary>Lets every signal through to this thread, and to those that it starts.</summary>
    public static void UnblockSignals()
    {
        const int SetMask = 2;
        const int BytesOfMask = 128;
        Span<byte> none = stackalloc byte[BytesOfMask];
        none.Clear();
        _ = MaskSignals(SetMask, ref MemoryMarshal.GetReference(none), 0);
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int MaskSignals(int how, ref byte mask, nint previous);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Status(int directory, string path, int flags, uint mask, ref byte status);
}
