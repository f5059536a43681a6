using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Halley.Testing;

/// <summary>
/// The server as its users run it: a process with arguments, a working directory, output, signals and an exit status.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private ServerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    /// <summary>Starts the server and returns at once.</summary>
    /// <param name="descriptors">How many files it may have open; null for as many as the test may.</param>
    /// <param name="through">A command and words of its own that run the server in their place; null for none.</param>
    public static ServerProcess Start(
        string workingDirectory,
        IEnumerable<string> arguments,
        int? descriptors = null,
        IReadOnlyList<string>? through = null)
    {
        IReadOnlyList<string> words =
        [
            .. DefaultSignals.Before,
            .. through ?? [],
            .. descriptors is null
                ? Array.Empty<string>()
                : ["/bin/sh", "-c", $"ulimit -n {descriptors}; exec \"$0\" \"$@\""],
            HalleyCommand.Executable,
            .. arguments,
        ];
        var start = new ProcessStartInfo(words[0], words.Skip(1))
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // Variables with our name configure the server; here the configuration is the case's alone.
        foreach (var name in start.Environment.Keys
            .Where(name => name.StartsWith("HALLEY_", StringComparison.Ordinal))
            .ToList())
        {
            start.Environment.Remove(name);
        }

        // The runtime that runs this test runs the server, wherever it is installed.
        start.Environment.TryAdd(
            "DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")));

        var server = new ServerProcess(new Process { StartInfo = start });
        server._process.OutputDataReceived += (_, line) => Append(server._output, line.Data);
        server._process.ErrorDataReceived += (_, line) => Append(server._errors, line.Data);
        server._process.Start();
        server._process.StandardInput.Close();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Returns when all of these addresses accept connections.</summary>
    /// <exception cref="InvalidOperationException">The process ended instead.</exception>
    public async Task UntilListeningAsync(params IPEndPoint[] addresses)
    {
        foreach (var address in addresses)
        {
            using var patience = new CancellationTokenSource(RawHttpClient.Patience);
            while (!await IsListeningAsync(address))
            {
                if (_process.HasExited)
                {
                    await _process.WaitForExitAsync(patience.Token);
                    throw new InvalidOperationException(
                        $"The server ended with {_process.ExitCode} instead of listening.\n{Output}{Errors}");
                }

                if (patience.IsCancellationRequested)
                {
                    throw new TimeoutException($"The server does not listen on {address}.\n{Output}{Errors}");
                }

                await Task.Delay(10, CancellationToken.None);
            }
        }
    }

    public static async Task<bool> IsListeningAsync(IPEndPoint address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>
    /// Waits for the process to end by itself and gives its exit status; its output is complete then.
    /// </summary>
    public Task<int> UntilExitAsync() => UntilExitAsync(RawHttpClient.Patience);

    /// <param name="patienceTime">Where it has not ended by then, it never will.</param>
    public async Task<int> UntilExitAsync(TimeSpan patienceTime)
    {
        using var patience = new CancellationTokenSource(patienceTime);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                $"The process (exited: {_process.HasExited}) or its output did not end.\n{Output}{Errors}");
        }
    }

    public void Signal(PosixSignal signal) => Signal(_process.Id, signal);

    public static void Signal(int process, PosixSignal signal)
    {
        var number = signal switch
        {
            PosixSignal.SIGHUP => 1,
            PosixSignal.SIGINT => 2,
            PosixSignal.SIGTERM => 15,
            > 0 => (int)signal,
            _ => throw new ArgumentOutOfRangeException(nameof(signal)),
        };
        if (kill(process, number) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Lets the process stand still: its sockets stay open, and nothing is done.</summary>
    public void Pause() => _ = kill(_process.Id, 19);

    /// <summary>Lets it go on.</summary>
    public void Continue() => _ = kill(_process.Id, 18);

    /// <summary>Whether a process of this number runs on this machine.</summary>
    public static bool IsRunning(int process) => kill(process, 0) == 0;

    /// <summary>Ends the process as a crash does: it has no chance to clear up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // Its workers too: one that a test has stopped would keep our end of its output open for ever.
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.Append(line).Append(line is null ? "" : "\n");
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
