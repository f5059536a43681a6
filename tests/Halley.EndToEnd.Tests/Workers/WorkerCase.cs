using System.Diagnostics;
using System.Globalization;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Workers;

/// <summary>What every case about worker processes needs: to know them.</summary>
public abstract class WorkerCase(SharedServer server) : ICometCase(server)
{
    protected const int Workers = 3;

    /// <summary>The worker processes there are now, by what the system calls them.</summary>
    internal static List<int> WorkersOf(int main) =>
    [
        .. Directory.GetDirectories("/proc")
            .Select(path =>
                int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    ? id
                    : 0)
            .Where(id => id > 0 && ParentOf(id) == main)
            .Order(),
    ];

    internal static async Task UntilAsync(Func<bool> isSo, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < RawHttpClient.Patience, what);
            await Task.Delay(20);
        }
    }

    /// <summary>The number of sockets that a process has open; 0 where it has ended.</summary>
    internal static int SocketsOf(int process)
    {
        try
        {
            return Directory.GetFileSystemEntries($"/proc/{process}/fd").Count(IsSocket);
        }
        catch (DirectoryNotFoundException)
        {
            return 0;
        }
    }

    // One that is closed while they are counted is none.
    private static bool IsSocket(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false) is { } target
                && target.Name.StartsWith("socket:", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    // Behind the name, which stands in parentheses: the state, and then the parent.
    private static int ParentOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" ? 0 : int.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
