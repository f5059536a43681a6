using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Halley.Load.Processes;

/// <summary>One client process, from the measuring process's side. Its answers are read on another thread.</summary>
internal sealed class ClientProcess : IDisposable
{
    /// <summary>
    /// A small, steady process: a collector without threads, small generations, nothing compiled a second time with
    /// profiles, no diagnostics.
    /// </summary>
    private static readonly (string Name, string Value)[] Runtime =
    [
        ("DOTNET_gcServer", "0"),
        ("DOTNET_gcConcurrent", "0"),
        ("DOTNET_GCgen0size", "0x100000"),
        ("DOTNET_TieredPGO", "0"),
        ("DOTNET_EnableDiagnostics", "0"),
    ];

    private readonly Process _process;
    private readonly Task _reading;
    private volatile ClientReport _last = new() { IsDone = true };
    private volatile bool _isBusy, _hasEnded;

    private ClientProcess(Process process)
    {
        _process = process;
        _reading = Task.Run(ReadAnswers);
    }

    public int Id => _process.Id;

    /// <summary>The last thing it said.</summary>
    public ClientReport Last => _last;

    /// <summary>Whether it is still at its last order.</summary>
    public bool IsBusy => _isBusy;

    /// <param name="command">This program and the words that make it a client.</param>
    public static ClientProcess Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in Runtime)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new ClientProcess(Process.Start(start)!);
        }
        catch (Win32Exception failed)
        {
            throw new LoadException(
                $"A client process could not be started: {failed.Message}; is there memory, "
                    + "and may there be more processes (ulimit -u)?");
        }
    }

    /// <exception cref="LoadException">It is.</exception>
    public void ThrowIfFailed()
    {
        if (_hasEnded || _last.Error is not null)
        {
            throw new LoadException(
                _last.Error ?? "A client process ended unexpectedly: was there no memory for it (dmesg says so)?");
        }
    }

    /// <summary>Goes on with one that could not do its last order.</summary>
    public void ClearError() => _last = _last with { Error = null };

    public void Send(ClientOrder order)
    {
        _isBusy = true;
        try
        {
            _process.StandardInput.WriteLine(JsonSerializer.Serialize(order, ClientJson.Default.ClientOrder));
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            _reading.Wait();    // it has ended; what it said last tells why
            _isBusy = false;
        }
    }

    /// <summary>Has it end: all its connections close.</summary>
    public void Dismiss()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // it has ended before
        }
    }

    public void Dispose()
    {
        Dismiss();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(30)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ReadAnswers()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var report = JsonSerializer.Deserialize(line, ClientJson.Default.ClientReport)!;
            _last = report;
            _isBusy = !report.IsDone;
        }

        _hasEnded = true;
        _isBusy = false;
    }
}
