using System.Runtime.InteropServices;
using Halley.Server.Native;

namespace Halley.Server.Processes;

/// <summary>Processes as /proc shows them.</summary>
internal sealed class LinuxProcesses : IProcesses
{
    public int Own => Environment.ProcessId;

    public bool IsAlive(int pid) =>
        // Without the right to signal it, kill fails too; but then there is something to signal.
        (Libc.Kill(pid, 0) == 0 || Marshal.GetLastPInvokeError() != Libc.ESRCH) && !IsZombie(pid);

    public string? ProgramOf(int pid)
    {
        if (Read($"/proc/{pid}/cmdline") is not { Length: > 0 } commandLine)
        {
            return null;
        }

        var words = commandLine.TrimEnd('\0').Split('\0');
        var program = Path.GetFileName(words[0]);

        // `dotnet halley.dll` is halley, not dotnet.
        return program == "dotnet" && Array.Find(words, word => word.EndsWith(".dll", StringComparison.Ordinal)) is { } assembly
            ? Path.GetFileNameWithoutExtension(assembly)
            : program;
    }

    public bool Terminate(int pid) => Libc.Kill(pid, Libc.SIGTERM) == 0;

    /// <summary>The state stands behind the program's name, which is in parentheses and may hold some itself.</summary>
    private static bool IsZombie(int pid) =>
        Read($"/proc/{pid}/stat") is { } stat && stat.AsSpan(stat.LastIndexOf(')') + 1).TrimStart() is ['Z' or 'X', ..];

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
