using Halley.Engine.Native;
using Microsoft.Extensions.Logging;

namespace Halley.Engine;

/// <summary>What the reactors of an engine share: its options, its clock, its log, and the count of open connections.</summary>
internal sealed unsafe class EngineState
{
    /// <summary>Descriptors that connections of clients leave free: for publishers, listeners, log files, the runtime itself.</summary>
    public const int Reserve = 256;

    private const int LimitNumberOfFiles = 7;

    private int _open;

    public EngineState(EngineOptions options, TimeProvider time, ILogger logger)
    {
        Options = options;
        Time = time;
        Logger = logger;
        var limits = stackalloc ulong[2];
        var descriptors = Libc.GetResourceLimit(LimitNumberOfFiles, limits) == 0 ? (int)Math.Min(limits[0], int.MaxValue) : int.MaxValue;
        var most = Math.Max(1, descriptors - Reserve);
        MaxConnections = options.MaxConnections > 0 ? Math.Min(options.MaxConnections, most) : most;
    }

    public EngineOptions Options { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public int MaxConnections { get; }

    public bool IsFull => Volatile.Read(ref _open) >= MaxConnections;

    public void Opened() => Interlocked.Increment(ref _open);

    public void Closed() => Interlocked.Decrement(ref _open);
}
