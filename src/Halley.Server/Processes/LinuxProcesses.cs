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

    /// <summary>
    /// By the file it runs, which it cannot choose to show otherwise; by what it was called where that is not ours to
    /// see.
    /// </summary>
    public string? ProgramOf(int pid)
    {
        var words = WordsOf($"/proc/{pid}/cmdline");
        if ((ExecutableOf(pid) ?? words.FirstOrDefault()) is not { Length: > 0 } path)
        {
            return null;
        }

        // `dotnet halley.dll` is halley, not dotnet.
        var program = Path.GetFileName(path);
        return program == "dotnet"
            && Array.Find(words, word => word.EndsWith(".dll", StringComparison.Ordinal)) is { } assembly
            ? Path.GetFileNameWithoutExtension(assembly)
            : program;
    }

    public IReadOnlyList<string> ArgumentsOf(int pid)
    {
        var words = WordsOf($"/proc/{pid}/cmdline");
        var isHosted = words is [var program, var assembly, ..]
            && Path.GetFileName(program) == "dotnet"
            && assembly.EndsWith(".dll", StringComparison.Ordinal);
        return [.. words.Skip(isHosted ? 2 : 1)];
    }

    public bool HasVariable(int pid, string name) =>
        WordsOf($"/proc/{pid}/environ").Any(variable => variable.StartsWith(name + "=", StringComparison.Ordinal));

    public bool Terminate(int pid) => Libc.Kill(pid, Libc.SIGTERM) == 0;

    public bool Reload(int pid) => Libc.Kill(pid, Libc.SIGHUP) == 0;

    /// <returns>Null for another user's process.</returns>
    private static string? ExecutableOf(int pid)
    {
        const string Replaced = " (deleted)";
        try
        {
            var path = new FileInfo($"/proc/{pid}/exe").LinkTarget;

            // An upgrade replaces the file that a server runs.
            return path is not null && path.EndsWith(Replaced, StringComparison.Ordinal)
                ? path[..^Replaced.Length]
                : path;
        }
        catch (Exception unseen) when (unseen is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The state stands behind the program's name, which is in parentheses and may hold some itself.</summary>
    private static bool IsZombie(int pid) =>
        Read($"/proc/{pid}/stat") is { } stat && stat.AsSpan(stat.LastIndexOf(')') + 1).TrimStart() is ['Z' or 'X', ..];

    /// <summary>Reads the words of a file of the kernel's, which has a NUL behind each; empty words count.</summary>
    private static string[] WordsOf(string path) =>
        Read(path) is { Length: > 0 } text ? (text.EndsWith('\0') ? text[..^1] : text).Split('\0') : [];

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
