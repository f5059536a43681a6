using System.ComponentModel;
using System.Diagnostics;
using Halley.Engine.Links;
using Halley.Server.Logging;
using Halley.Server.Processes;
using Halley.Workers;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Workers;

/// <summary>One worker process, from its start to its end, as the main process sees it.</summary>
internal sealed class WorkerProcess : IWorkerWatch, IDisposable
{
    // One at a time: what is handed down to one must not be handed down to the next, which would keep it open.
    private static readonly Lock Starting = new();

    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _linkEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _number;
    private readonly ILogger _logger;
    private readonly Process _process;

    private WorkerProcess(int number, Process process, ILogger logger)
    {
        _number = number;
        _process = process;
        _logger = logger;
    }

    /// <inheritdoc/>
    public int Number => _number;

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>Completes when it listens, with true, or when it is clear that it never will.</summary>
    public Task<bool> Ready => _ready.Task;

    /// <summary>Completes when its link has ended, with the reason.</summary>
    public Task<string> LinkEnded => _linkEnded.Task;

    /// <summary>Its exit status, once it has ended.</summary>
    public int Status => _process.ExitCode;

    /// <summary>Starts one and gives it its link.</summary>
    /// <param name="open">Takes up our end of the link.</param>
    /// <exception cref="IOException">The system has no further descriptors.</exception>
    /// <exception cref="Win32Exception">The system starts no further process.</exception>
    public static WorkerProcess Start(int number, Action<int, WorkerProcess> open, ILogger logger)
    {
        WorkerProcess worker;
        int own;
        lock (Starting)
        {
            (own, var other) = LinkSocket.OpenPair();
            try
            {
                LinkSocket.HandDown(other);
                worker = new WorkerProcess(number, Process.Start(StartInfo(other))!, logger);
            }
            catch
            {
                LinkSocket.Close(own);
                throw;
            }
            finally
            {
                LinkSocket.Close(other);
            }
        }

        open(own, worker);
        return worker;
    }

    /// <summary>Waits until the process has ended, and ends it where it does not end by itself.</summary>
    public async Task UntilExit(TimeSpan patience)
    {
        using var cancellation = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(cancellation.Token);
        }
        catch (OperationCanceledException)
        {
            _logger.WorkerKilled(_number);
            Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public void OnReady()
    {
        _logger.WorkerServes(_number, Id);
        _ready.TrySetResult(true);
    }

    /// <inheritdoc/>
    public void OnLog(int level, string source, string line, IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        if (_logger.IsEnabled((LogLevel)level))
        {
            _logger.Log(
                (LogLevel)level,
                default,
                new WorkerLine(_number, source, line, fields),
                null,
                static (said, _) => said.ToString());
        }
    }

    /// <inheritdoc/>
    public void OnSilent()
    {
        _logger.WorkerStandsStill(_number, Id);
        Kill();
    }

    /// <summary>Ends the process now, also one that is stopped. Any thread.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
        {
            // It has ended meanwhile.
        }
    }

    /// <inheritdoc/>
    public void OnEnded(string reason)
    {
        _linkEnded.TrySetResult(reason);
        _ready.TrySetResult(false);
    }

    public void Dispose() => _process.Dispose();

    private static ProcessStartInfo StartInfo(int link)
    {
        var start = ThisProgram.With(WorkerCommand.Write(link));
        foreach (var (name, value) in WorkerRuntime.Settings)
        {
            // The operator's own settings go before ours.
            start.Environment.TryAdd(name, value);
        }

        return start;
    }
}
