using System.Globalization;
using Halley.Server.Native;

namespace Halley.Server.Processes;

/// <summary>What a process is given by whoever started it, beside its arguments: signals that are ignored or blocked, and open descriptors.</summary>
internal static class Inheritance
{
    /// <summary>nohup and scripts ignore some of these for what they start; a server must hear them: it is stopped and told to reload by signals.</summary>
    private static readonly int[] OfServers = [Libc.SIGHUP, Libc.SIGUSR1, Libc.SIGTERM];

    /// <summary>A shell's background jobs ignore these two so that Ctrl-C at the terminal does not end them; a daemon has no terminal.</summary>
    private static readonly int[] OfTerminals = [Libc.SIGINT, Libc.SIGQUIT];

    /// <summary>Lets the signals through that a server answers. Called before anything else answers signals: .NET leaves alone what it finds ignored.</summary>
    public static void HearSignals(bool isDaemon)
    {
        Libc.UnblockSignals();

        // A log that may not grow further (ulimit -f) is one that cannot be written, and ends nobody.
        _ = Libc.Signal(Libc.SIGXFSZ, 1);
        var ignored = Ignored();
        foreach (var signal in isDaemon ? [.. OfServers, .. OfTerminals] : OfServers)
        {
            if ((ignored & (1UL << (signal - 1))) != 0)
            {
                _ = Libc.Signal(signal, 0);
            }
        }
    }

    /// <summary>Keeps every descriptor but the standard three from the processes that we start; what .NET and the engine open is kept from them anyway.</summary>
    public static void KeepDescriptors()
    {
        foreach (var link in Directory.EnumerateFileSystemEntries("/proc/self/fd").ToList())
        {
            if (int.TryParse(Path.GetFileName(link), NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor) && descriptor > 2)
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
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
            return line is not null && ulong.TryParse(line.AsSpan(Field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var set) ? set : 0;
        }
        catch (Exception unseen) when (unseen is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
