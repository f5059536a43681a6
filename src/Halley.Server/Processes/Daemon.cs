using System.Diagnostics;
using System.Globalization;
using Halley.Engine;
using Halley.Server.Native;

namespace Halley.Server.Processes;

/// <summary>
/// The server in the background. .NET cannot fork, so the program starts itself once more: the child leaves the
/// terminal and whatever else it was given, starts to listen, and says so through its standard output; until then
/// whatever it says is passed on, so that an error is seen.
/// </summary>
internal static class Daemon
{
    /// <summary>Set in the child alone, to the process that started it. Not HALLEY_…: those are options.</summary>
    public const string Mark = "_HALLEY_IS_DAEMON";

    /// <summary>
    /// The child's last line, on both of its outputs: it listens. A control character, which no other line is.
    /// </summary>
    private const string Ready = "\u0006";

    /// <summary>Whether this process is the child. A mark that was only inherited names another process.</summary>
    public static bool IsChild { get; } =
        Environment.GetEnvironmentVariable(Mark) == Libc.GetParent().ToString(CultureInfo.InvariantCulture);

    /// <summary>Starts the child and waits until it listens or has ended.</summary>
    /// <param name="arguments">The child's command line.</param>
    /// <param name="sockets">Those that the child listens on; null for none.</param>
    /// <returns>The exit status: 0 when the child listens, else the child's own.</returns>
    public static async Task<int> Launch(
        IEnumerable<string> arguments, HandedSockets? sockets, TextWriter output, TextWriter error)
    {
        Inheritance.KeepDescriptors();
        var start = StartAgain(arguments);
        if (sockets is not null)
        {
            StartSockets.HandDown(sockets, start.Environment);
        }

        using var child = Process.Start(start)!;
        child.StandardInput.Close();
        var errors = PassOn(child.StandardError, error);
        var (isReady, _) = await PassOn(child.StandardOutput, output);
        var (_, hasSaid) = await errors;
        if (isReady)
        {
            return 0;
        }

        await child.WaitForExitAsync();
        if (!hasSaid)
        {
            error.WriteLine(
                $"halley: the server in the background ended with status {child.ExitCode} before it listened, "
                    + "and did not say why; start it without -d to see more");
        }

        return child.ExitCode == 0 ? 1 : child.ExitCode;
    }

    /// <summary>
    /// In the child, once the configuration is read: a session of our own, so that no terminal can end us; a directory
    /// that no disk must stay mounted for; and standard files that lead nowhere, for us and the workers. What was given
    /// to us as outputs goes on to reach whoever started us.
    /// </summary>
    public static void Detach(TextWriter output, TextWriter error)
    {
        Environment.SetEnvironmentVariable(Mark, null);
        Environment.CurrentDirectory = "/";
        _ = Libc.SetSid();

        // .NET writes to copies of its own, made when an output is first asked for.
        output.Flush();
        error.Flush();
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        for (var standard = 0; standard <= 2; standard++)
        {
            _ = Libc.Dup2((int)nothing.DangerousGetHandle(), standard);
        }
    }

    /// <summary>In the child, once it listens: lets the parent go.</summary>
    public static void SayReady(TextWriter output, TextWriter error)
    {
        Outputs.Try(() => error.WriteLine(Ready));
        Outputs.Try(() => output.WriteLine(Ready));
    }

    private static ProcessStartInfo StartAgain(IEnumerable<string> arguments)
    {
        var start = ThisProgram.With(arguments);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment[Mark] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return start;
    }

    /// <returns>Whether the line came that says ready, and whether any other did.</returns>
    private static async Task<(bool IsReady, bool HasSaid)> PassOn(StreamReader from, TextWriter to)
    {
        var hasSaid = false;
        while (await from.ReadLineAsync() is { } line)
        {
            if (line == Ready)
            {
                return (true, hasSaid);
            }

            hasSaid = true;
            Outputs.Try(() => to.WriteLine(line));
        }

        return (false, hasSaid);
    }
}
