using System.Diagnostics;
using Halley.Server.Native;

namespace Halley.Server.Processes;

/// <summary>
/// The server in the background. .NET cannot fork, so the program starts itself once more: the child leaves the terminal's session,
/// starts to listen, and says so through its standard output; until then whatever it says is passed on, so that an error is seen.
/// </summary>
internal static class Daemon
{
    /// <summary>Set in the child alone. Not HALLEY_…: those are options.</summary>
    private const string Mark = "_HALLEY_IS_DAEMON";

    /// <summary>The child's last line, on both of its outputs: it listens. A control character, which no other line is.</summary>
    private const string Ready = "\u0006";

    /// <summary>Whether this process is the child.</summary>
    public static bool IsChild { get; } = Environment.GetEnvironmentVariable(Mark) is not null;

    /// <summary>Starts the child and waits until it listens or has ended.</summary>
    /// <returns>The exit status: 0 when the child listens, else the child's own.</returns>
    public static async Task<int> Launch(TextWriter output, TextWriter error)
    {
        using var child = Process.Start(StartAgain())!;
        child.StandardInput.Close();
        var errors = PassOn(child.StandardError, error);
        var isReady = await PassOn(child.StandardOutput, output);
        await errors;
        if (isReady)
        {
            return 0;
        }

        await child.WaitForExitAsync();
        return child.ExitCode == 0 ? 1 : child.ExitCode;
    }

    /// <summary>In the child, first of all: a session of our own, so that no terminal can end us.</summary>
    public static void LeaveSession()
    {
        Environment.SetEnvironmentVariable(Mark, null);
        _ = Libc.SetSid();
    }

    /// <summary>In the child, once it listens: lets the parent go, and the terminal with it.</summary>
    public static void SayReady(TextWriter output, TextWriter error)
    {
        error.WriteLine(Ready);
        output.WriteLine(Ready);
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        for (var standard = 0; standard <= 2; standard++)
        {
            _ = Libc.Dup2((int)nothing.DangerousGetHandle(), standard);
        }
    }

    /// <summary>This very program with these very arguments; the child reads them again.</summary>
    private static ProcessStartInfo StartAgain()
    {
        var start = ThisProgram.With(Environment.GetCommandLineArgs()[1..]);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment[Mark] = "1";
        return start;
    }

    /// <returns>Whether the line came that says ready.</returns>
    private static async Task<bool> PassOn(StreamReader from, TextWriter to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            if (line == Ready)
            {
                return true;
            }

            await to.WriteLineAsync(line);
        }

        return false;
    }
}
