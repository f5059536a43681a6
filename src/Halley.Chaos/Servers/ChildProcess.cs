using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Halley.Chaos.Servers;

/// <summary>A process of ours that serves: it is killed, stands still, is asked to end, and is started again.</summary>
internal sealed partial class ChildProcess(IReadOnlyList<string> command, IPEndPoint address) : IAsyncDisposable
{
    private const int MostSaid = 16 * 1024;
    private const int Hup = 1;
    private const int Quit = 3;
    private const int Term = 15;
    private const int Cont = 18;
    private const int StandStill = 19;

    // Linux: the size of a file that a process may write.
    private const int FileSize = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly StringBuilder _said = new();
    private Process? _process;

    // The end of what it wrote.
    private string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>Starts it, and returns when it accepts connections.</summary>
    /// <exception cref="ChaosException">It ends, or does not listen.</exception>
    public async Task StartAsync()
    {
        // A write beyond the limit is refused, and does not end it.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Where(
            static name => name.StartsWith("HALLEY_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        _process?.Dispose();
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new ChaosException($"{command[0]} cannot be started: {missing.Message}", missing);
        }

        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await UntilListeningAsync().ConfigureAwait(false);
    }

    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>Kills one of the processes that it has started; does nothing where there is none.</summary>
    public void KillChild(Random dice)
    {
        var children = Children();
        if (children.Count > 0)
        {
            _ = Kill(children[dice.Next(children.Count)], 9);
        }
    }

    public async Task StandStillAsync(TimeSpan time)
    {
        int[] all = [_process!.Id, .. Children()];
        foreach (var id in all)
        {
            _ = Kill(id, StandStill);
        }

        await Task.Delay(time).ConfigureAwait(false);
        foreach (var id in all)
        {
            _ = Kill(id, Cont);
        }
    }

    public void Reload() => _ = Kill(_process!.Id, Hup);

    /// <summary>Asks it to end, and waits for that; one that does not is killed.</summary>
    /// <param name="gently">Whether that is SIGQUIT, as nginx has it, rather than SIGTERM.</param>
    public async Task EndAsync(bool gently = false)
    {
        _ = Kill(_process!.Id, gently ? Quit : Term);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await KillAsync().ConfigureAwait(false);
            throw new ChaosException($"{command[0]} does not end within {Patience.TotalSeconds} s of being asked to");
        }
    }

    /// <summary>Has no file of it grow beyond a size for a while.</summary>
    public async Task LimitFilesAsync(long bytes, TimeSpan time)
    {
        SetFileSize(bytes);
        await Task.Delay(time).ConfigureAwait(false);
        SetFileSize(-1);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync().ConfigureAwait(false);
        }

        _process?.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "prlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetLimit(int process, int resource, in Limit limit, nint former);

    private void SetFileSize(long bytes) => _ = SetLimit(_process!.Id, FileSize, new Limit(bytes, -1), 0);

    private List<int> Children()
    {
        var children = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(static f => char.IsAsciiDigit(f[^1])))
        {
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat")).Split(") ")[^1].Split(' ');
                if (int.Parse(stat[1], CultureInfo.InvariantCulture) == _process!.Id)
                {
                    children.Add(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture));
                }
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        return children;
    }

    private async Task UntilListeningAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address).ConfigureAwait(false);
                return;
            }
            catch (SocketException) when (!_process!.HasExited && Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Moment).ConfigureAwait(false);
            }
            catch (SocketException notThere)
            {
                throw new ChaosException($"{string.Join(' ', command)} does not listen at {address}\n{Said}", notThere);
            }
        }
    }

    private void Note(string? line)
    {
        lock (_said)
        {
            _said.Append(line).Append('\n');
            if (_said.Length > 2 * MostSaid)
            {
                _said.Remove(0, _said.Length - MostSaid);
            }
        }
    }

    // rlimit: what holds, and how far it may be raised; -1 for no limit.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Limit(long current, long most)
    {
        private readonly long _current = current;
        private readonly long _most = most;
    }
}
