using System.Globalization;
using Halley.Server.Native;

namespace Halley.Server.Processes;

/// <summary>
/// The inheritance of a process from whoever started it, beside its arguments: signals that are ignored or blocked, and
/// open descriptors.
/// </summary>
internal static class Inheritance
{
    /// <summary>As many as Linux has.</summary>
    private const int Signals = 64;

    /// <summary>
    /// nohup and scripts ignore some signals for what they start. These a server must hear: it is stopped and told to
    /// reload by them, and learns by one of them that a worker has ended. A shell's background jobs ignore SIGINT and
    /// SIGQUIT, so that Ctrl-C at the terminal does not end them; that is respected.
    /// </summary>
    private static readonly int[] OfServers = [Libc.SIGHUP, Libc.SIGUSR1, Libc.SIGTERM, Libc.SIGCHLD];

    /// <summary>
    /// Those that are to be ignored: a peer that is gone is a result of sending, and a log that may not grow (ulimit
    /// -f) one of writing.
    /// </summary>
    private static readonly int[] Ignorable = [Libc.SIGPIPE, Libc.SIGXFSZ];

    /// <summary>
    /// Lets the signals through that a server answers. Called before anything else answers signals: .NET leaves alone
    /// what it finds ignored.
    /// </summary>
    /// <param name="isDaemon">Whether all do what they do by default: there is no terminal to be ignored for.</param>
    public static void HearSignals(bool isDaemon)
    {
        Libc.UnblockSignals();
        _ = Libc.Signal(Libc.SIGXFSZ, 1);
        var ignored = Ignored();
        foreach (var signal in isDaemon ? Enumerable.Range(1, Signals).Except(Ignorable) : OfServers)
        {
            if ((ignored & (1UL << (signal - 1))) != 0)
            {
                _ = Libc.Signal(signal, 0);
            }
        }
    }

    /// <summary>
    /// Keeps every descriptor but the standard three from the processes that we start; what .NET and the engine open is
    /// kept from them anyway.
    /// </summary>
    public static void KeepDescriptors()
    {
        foreach (var link in Directory.EnumerateFileSystemEntries("/proc/self/fd").ToList())
        {
            if (int.TryParse(
                Path.GetFileName(link), NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor)
                && descriptor > 2)
            {
                Libc.KeepFromChildren(descriptor);
            }
        }
    }

    /// <summary>One bit for each signal, from 1; none where /proc cannot be read.</summary>
    private static ulong Ignored()
    {
        const string Field = "SigIgn:";
        try
        {
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(
                line => line.StartsWith(Field, StringComparison.Ordinal));
            return line is not null && ulong.TryParse(
                line.AsSpan(Field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var set)
                ? set
                : 0;
        }
        catch (Exception unseen) when (unseen is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
