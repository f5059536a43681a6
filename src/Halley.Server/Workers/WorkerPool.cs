using System.ComponentModel;
using Halley.Server.Logging;
using Halley.Workers;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Workers;

/// <summary>
/// The worker processes of this server: started together, each started again when it ends before it is to.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    // A process that lived so long has not ended because of how it was started.
    private static readonly TimeSpan LongLife = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeastDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostDelay = TimeSpan.FromSeconds(10);

    // They end in milliseconds; this is for a machine that swaps.
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(5);

    // Some hundred milliseconds of a core for each; this is for a thousand of them on two.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(5);

    // Where one stands still, it is ended and started again before that (engine.worker_patience), as it is built in.
    private static readonly TimeSpan ReloadTimeout = TimeSpan.FromSeconds(10);

    private readonly Engine.Engine _engine;
    private readonly Hub _hub;
    private WorkerSetup _setup;
    private readonly Protocol.Links.LinkOptions _limits;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LinkedWorkers _linked = new();
    private readonly CancellationTokenSource _ending = new();
    private Task[] _running = [];
    private volatile bool _isDraining;

    /// <param name="patience">How long a worker may stand still; zero: for ever.</param>
    public WorkerPool(
        Engine.Engine engine,
        Hub hub,
        WorkerSetup setup,
        Protocol.Links.LinkOptions limits,
        TimeSpan patience,
        TimeProvider time,
        ILogger logger)
    {
        _engine = engine;
        _hub = hub;
        _hub.AsksAlso(_linked.Survey);
        _setup = setup;
        _limits = limits;
        _patience = patience;
        _time = time;
        _logger = logger;
    }

    /// <summary>Starts them; returns when all listen.</summary>
    /// <exception cref="WorkerException">One of them does not come up.</exception>
    public void Start(int count)
    {
        var workers = new List<WorkerProcess>();
        try
        {
            for (var number = 1; number <= count; number++)
            {
                workers.Add(WorkerProcess.Start(number, Open, _logger));
            }
        }
        catch (Exception refused) when (refused is IOException or Win32Exception)
        {
            Keep(workers);
            throw new WorkerException($"worker {workers.Count + 1} of {count} cannot be started: {refused.Message}");
        }

        Keep(workers);
        foreach (var (index, worker) in workers.Index())
        {
            if (!worker.Ready.Wait(StartTimeout) || !worker.Ready.Result)
            {
                var reason = worker.LinkEnded.IsCompleted ? worker.LinkEnded.Result : "it does not get ready";
                throw new WorkerException($"worker {index + 1} of {count} does not come up: {reason}");
            }
        }
    }

    /// <summary>Asks every worker; see <see cref="LinkedWorkers.AskEach"/>.</summary>
    public Task<IReadOnlyList<(int Number, byte[] Answer)>> AskEach(string question, TimeSpan patience) =>
        _linked.AskEach(question, patience, _time);

    /// <summary>Has all of them take over other options; those that are started from now on have them, too.</summary>
    /// <exception cref="WorkerException">One of them cannot; nothing has changed.</exception>
    public async Task Change(byte[] options, Protocol.Links.LinkOptions limits)
    {
        if (limits.MaxFrameBytes > _limits.MaxFrameBytes)
        {
            throw new WorkerException(
                "with engine.workers, requests longer than all that were allowed at the start need a restart "
                    + "(max_request_head, max_request_body, max_body)");
        }

        foreach (var (number, answer) in await AskAll(WorkerReload.Prepare, options))
        {
            if (answer.Length > 0)
            {
                throw new WorkerException($"worker {number}: {System.Text.Encoding.UTF8.GetString(answer)}");
            }
        }

        _setup = _setup with { Options = options };
        try
        {
            foreach (var (number, answer) in await AskAll(WorkerReload.Commit, options))
            {
                if (answer.Length > 0)
                {
                    _logger.WorkerChangesLate($"worker {number}: {System.Text.Encoding.UTF8.GetString(answer)}");
                }
            }
        }
        catch (WorkerException late)
        {
            // It has been told, and takes it over when it goes on, or has it from its start.
            _logger.WorkerChangesLate(late.Message);
        }
    }

    private async Task<IReadOnlyList<(int Number, byte[] Answer)>> AskAll(string question, byte[] options)
    {
        try
        {
            return await _linked.AskAll(question, options).WaitAsync(ReloadTimeout, _time);
        }
        catch (TimeoutException)
        {
            throw new WorkerException($"a worker has not answered for {ReloadTimeout.TotalSeconds} s");
        }
    }

    /// <summary>
    /// Has all of them end their connections within a time; from now on, none is started again. Completes when all
    /// have.
    /// </summary>
    public Task Drain(TimeSpan within)
    {
        _isDraining = true;
        return _linked.Drain(within);
    }

    /// <summary>From now on, none is started again.</summary>
    public void BeginToEnd() => _ending.Cancel();

    /// <summary>Returns when all have ended; after the engine, with which their links end.</summary>
    public void Dispose()
    {
        Task.WaitAll(_running);
        _ending.Dispose();
    }

    private void Keep(List<WorkerProcess> workers) =>
        _running = [.. workers.Select((worker, index) => KeepRunning(index + 1, worker))];

    private async Task KeepRunning(int number, WorkerProcess? worker)
    {
        var delay = LeastDelay;
        while (true)
        {
            var started = _time.GetTimestamp();
            if (worker is not null)
            {
                await UntilEnded(number, worker);
            }

            if (_isDraining)
            {
                return;
            }

            delay = worker is not null && _time.GetElapsedTime(started) >= LongLife ? LeastDelay : delay;
            try
            {
                if (!_ending.IsCancellationRequested)
                {
                    _logger.WorkerStartsAgain(number, delay.TotalSeconds);
                }

                await Task.Delay(delay, _time, _ending.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (_isDraining)
            {
                return;
            }

            delay = TimeSpan.FromTicks(Math.Min(MostDelay.Ticks, delay.Ticks * 2));
            worker = StartAgain(number);
        }
    }

    private async Task UntilEnded(int number, WorkerProcess worker)
    {
        string reason;
        try
        {
            await UntilReady(number, worker);
            reason = await worker.LinkEnded.WaitAsync(_ending.Token);
        }
        catch (OperationCanceledException)
        {
            reason = "the node stops";
        }

        await worker.UntilExit(ExitTimeout);
        if (!_ending.IsCancellationRequested)
        {
            _logger.WorkerEnded(number, reason, worker.Id, worker.Status);
        }

        worker.Dispose();
    }

    private async Task UntilReady(int number, WorkerProcess worker)
    {
        try
        {
            _ = await worker.Ready.WaitAsync(StartTimeout, _time, _ending.Token);
        }
        catch (TimeoutException)
        {
            _logger.WorkerNotReady(number, worker.Id);
            worker.Kill();
        }
    }

    private WorkerProcess? StartAgain(int number)
    {
        try
        {
            return WorkerProcess.Start(number, Open, _logger);
        }
        catch (Exception refused) when (refused is IOException or Win32Exception)
        {
            _logger.WorkerNotStarted(refused, number);
            return null;
        }
    }

    private void Open(int link, WorkerProcess worker) =>
        _engine.OpenLink(
            link, _limits, opened => new WorkerDesk(_hub, opened, _setup, _linked, worker, _patience, _time));
}
