using System.Diagnostics;
using Halley.Testing;

namespace Halley.Clients.Tests;

/// <summary>Somebody's program, run as its users run it; what it prints is read line by line.</summary>
public sealed class ClientProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly List<string> _errors = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ClientProcess(Process process) => _process = process;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public static ClientProcess Start(string folder, string command, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = start.Environment["DOTNET_NOLOGO"] = "1";
        var client = new ClientProcess(new Process { StartInfo = start });
        client._process.OutputDataReceived += (_, line) => client.Append(client._lines, line.Data);
        client._process.ErrorDataReceived += (_, line) => client.Append(client._errors, line.Data);
        client._process.Start();
        client._process.StandardInput.Close();
        client._process.BeginOutputReadLine();
        client._process.BeginErrorReadLine();
        return client;
    }

    /// <summary>Runs a program to its end, which has to be a good one, and gives what it printed.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(
        string folder, string command, params IEnumerable<string> arguments)
    {
        await using var program = Start(folder, command, arguments);
        Assert.True(await program.UntilExitAsync() == 0, $"{command}: {program.Everything()}");
        return program.Lines;
    }

    /// <summary>Returns once a line was printed.</summary>
    public Task UntilAsync(string line) => UntilAsync($"\"{line}\"", lines => lines.Contains(line));

    /// <summary>Returns once what was printed is what was waited for.</summary>
    public Task UntilAsync(string what, Func<IReadOnlyList<string>, bool> condition) =>
        UntilAsync(what, _lines, condition);

    /// <summary>Returns once a line with this in it was said on standard error.</summary>
    public Task UntilSaidAsync(string part) =>
        UntilAsync($"\"{part}\"", _errors, lines => lines.Any(line => line.Contains(part, StringComparison.Ordinal)));

    /// <summary>Waits for the program to end by itself; its output is complete then.</summary>
    public async Task<int> UntilExitAsync()
    {
        using var patience = new CancellationTokenSource(2 * RawHttpClient.Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task UntilAsync(string what, List<string> said, Func<IReadOnlyList<string>, bool> condition)
    {
        using var patience = new CancellationTokenSource(2 * RawHttpClient.Patience);
        while (true)
        {
            Task more;
            List<string> soFar;
            lock (_lines)
            {
                more = _more.Task;
                soFar = [.. said];
            }

            if (condition(soFar))
            {
                return;
            }

            try
            {
                await more.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"{what} did not come. {Everything()}");
            }
        }
    }

    private string Everything()
    {
        lock (_lines)
        {
            return $"Printed:\n{string.Join('\n', _lines.TakeLast(30))}\n{string.Join('\n', _errors.TakeLast(30))}";
        }
    }

    private void Append(List<string> to, string? line)
    {
        lock (_lines)
        {
            if (line is not null)
            {
                to.Add(line);
            }

            _more.TrySetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
