using System.Text;
using Halley.Access;
using Halley.Protocol.Links;
using Halley.Testing.Doubles;

namespace Halley.Workers.Tests;

/// <summary>A worker and the main process's end of its link, without processes between them.</summary>
internal sealed class Worker : IWorkerWatch, IDisposable
{
    private readonly ManualDispatcher _mainDispatcher = new();

    public Worker(Hub hub, HubOptions limits, LinkedWorkers all, TimeProvider time, LinkOptions? options = null)
    {
        Down = new MemoryLink(_mainDispatcher, options);
        Up = new MemoryLink(Dispatcher);
        Hub = new Hub(limits, time);
        Main = new MainLink(Hub, limits.IdleTimeout, time, reason => WhyEnded = reason);
        Up.HeardBy(new AfterSetup(Main.Open(Up), this));
        Down.HeardBy(
            new WorkerDesk(hub, Down, new WorkerSetup(new byte[32], [1, 2, 3]), all, this, World.SilenceTimeout, time));
    }

    /// <summary>The main process's end.</summary>
    public MemoryLink Down { get; }

    /// <summary>The worker's end.</summary>
    public MemoryLink Up { get; }

    public MainLink Main { get; }

    public Hub Hub { get; }

    public int Number { get; init; }

    /// <summary>The thread that its subscribers live on.</summary>
    public ManualDispatcher Dispatcher { get; } = new();

    public WorkerSetup? Setup { get; private set; }

    public bool IsReady { get; private set; }

    /// <summary>Whether the main process has found it to stand still.</summary>
    public bool WasSilent { get; private set; }

    /// <summary>Why the main process's end ended, and then the worker's.</summary>
    public string? WhyDeskEnded { get; private set; }

    public string? WhyEnded { get; private set; }

    public List<string> LogLines { get; } = [];

    /// <summary>Whether its process is stopped: it hears and does nothing.</summary>
    public bool StandsStill { get; set; }

    /// <summary>Whether the main process is, as this worker sees it.</summary>
    public bool MainStandsStill { get; set; }

    /// <summary>Carries and runs whatever there is at both ends.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Step(int bytes = int.MaxValue)
    {
        return (!MainStandsStill && StepMain(bytes)) | (!StandsStill && StepWorker(bytes));
    }

    private bool StepMain(int bytes)
    {
        var hasWork = _mainDispatcher.Waiting > 0;
        _mainDispatcher.RunAll();
        return (!StandsStill && Down.CarryTo(Up, bytes)) | hasWork;
    }

    private bool StepWorker(int bytes)
    {
        var hasWork = Dispatcher.Waiting > 0;
        Dispatcher.RunAll();
        return (!MainStandsStill && Up.CarryTo(Down, bytes)) | hasWork;
    }

    /// <summary>Runs the main process alone, and carries what it says.</summary>
    public void StepMain()
    {
        _mainDispatcher.RunAll();
        Down.CarryTo(Up);
    }

    /// <summary>A client that wants to listen; it is handled, and again whenever it may go on.</summary>
    public Client Subscribe(string channel, long from = 1, bool mayCreate = true, ClientBlock creator = default) =>
        new(this, Encoding.UTF8.GetBytes(channel), from, mayCreate, creator);

    public void Dispose()
    {
        Main.Dispose();
        Hub.Dispose();
    }

    void IWorkerWatch.OnReady() => IsReady = true;

    void IWorkerWatch.OnLog(
        int level, string source, string line, IReadOnlyList<KeyValuePair<string, string>> fields) =>
        LogLines.Add(
            $"{level} {source} {line}{string.Concat(fields.Select(field => $" {field.Key}={field.Value}"))}");

    void IWorkerWatch.OnSilent() => WasSilent = true;

    void IWorkerWatch.OnEnded(string reason) => WhyDeskEnded = reason;

    /// <summary>The setup is read before the link is one.</summary>
    private sealed class AfterSetup(ILinkHandler handler, Worker worker) : ILinkHandler
    {
        public string? OnFrame(ReadOnlySpan<byte> frame)
        {
            if (worker.Setup is null)
            {
                worker.Setup = WorkerSetup.TryRead(frame);
                return worker.Setup is null ? "the first frame is no setup" : null;
            }

            return handler.OnFrame(frame);
        }

        public void OnEnded(string reason) => handler.OnEnded(reason);
    }
}
