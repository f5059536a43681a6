using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Halley.Testing;

namespace Halley.Proxies.Tests;

/// <summary>
/// A program of this machine, started for a test and ended with it: its output, and its end by SIGTERM as its own
/// documentation has it.
/// </summary>
public sealed class ProxyProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Dictionary<string, TaskCompletionSource> _awaited = [];

    private ProxyProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>What it wrote on both of its outputs, so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static ProxyProcess Start(
        string program, string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        Assert.True(
            File.Exists(program),
            $"{program} is not there. On Debian: apt-get install nginx haproxy php-fpm php-sqlite3");
        var start = new ProcessStartInfo(
            DefaultSignals.Before[0], [.. DefaultSignals.Before.Skip(1), program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        // The runtime that runs this test runs the server, where the program starts one.
        start.Environment.TryAdd(
            "DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")));
        var started = new ProxyProcess(new Process { StartInfo = start });
        started._process.OutputDataReceived += (_, line) => started.Append(line.Data);
        started._process.ErrorDataReceived += (_, line) => started.Append(line.Data);
        started._process.Start();
        started._process.StandardInput.Close();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    /// <summary>
    /// Starts a proxy with a configuration of samples/proxies as it is committed, but for ports and times.
    /// </summary>
    /// <param name="folder">Where it may write, and find what the configuration names.</param>
    /// <param name="arguments">What is to stand behind the program's name, for the path of the configuration.</param>
    /// <param name="changes">What of its text is meant to be otherwise.</param>
    public static async Task<ProxyProcess> StartSampleAsync(
        string program,
        string name,
        DirectoryInfo folder,
        Func<string, string[]> arguments,
        params (string Written, string Meant)[] changes)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(HalleyCommand.Root(), "samples", "proxies", name));
        foreach (var (written, meant) in changes)
        {
            text = text.Replace(written, meant, StringComparison.Ordinal);
        }

        // Where a test runs as root, nginx's workers would be nobody, who may not come in here.
        Directory.CreateDirectory(
            Path.Combine(folder.FullName, name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..].Split('.')[0]));
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
        var file = Path.Combine(folder.FullName, name);
        await File.WriteAllTextAsync(file, text);
        return Start(program, folder.FullName, arguments(file));
    }

    /// <summary>Returns when it accepts connections there.</summary>
    public async Task UntilListeningAsync(params IPEndPoint[] addresses)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        foreach (var address in addresses)
        {
            while (!await ServerProcess.IsListeningAsync(address))
            {
                Assert.False(_process.HasExited, $"It ended instead of listening on {address}.\n{Output}");
                Assert.False(patience.IsCancellationRequested, $"It does not listen on {address}.\n{Output}");
                await Task.Delay(10, CancellationToken.None);
            }
        }
    }

    /// <summary>Returns when it has written this.</summary>
    public async Task UntilSaidAsync(string text)
    {
        Task said;
        lock (_output)
        {
            if (_output.ToString().Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            said = (_awaited[text] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        var ended = _process.WaitForExitAsync();
        var first = await Task.WhenAny(said, ended, Task.Delay(RawHttpClient.Patience));
        Assert.True(
            first == said || said.IsCompleted, $"\"{text}\" was not said (ended: {ended.IsCompleted}).\n{Output}");
    }

    /// <summary>Waits for it to end and gives its exit status.</summary>
    public async Task<int> UntilExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(RawHttpClient.Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        // Not killed: what it has started itself would stay behind.
        if (!_process.HasExited)
        {
            ServerProcess.Signal(_process.Id, PosixSignal.SIGTERM);
            await UntilExitAsync();
        }

        _process.Dispose();
    }

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.Append(line).Append(line is null ? "" : "\n");
            foreach (var text in _awaited.Keys
                .Where(text => line?.Contains(text, StringComparison.Ordinal) == true)
                .ToList())
            {
                _awaited[text].TrySetResult();
            }
        }
    }
}
