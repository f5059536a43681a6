using Halley.Engine.Native;
using Microsoft.Extensions.Logging;

namespace Halley.Engine;

/// <summary>What the reactors of an engine share: its options, its clock, its log, and the count of open connections.</summary>
internal sealed unsafe class EngineState
{
    /// <summary>Descriptors that connections of clients leave free: for publishers, listeners, log files, the runtime itself.</summary>
    public const int Reserve = 256;

    private const int LimitNumberOfFiles = 7;

    private static readonly TimeSpan TimeBetweenWarnings = TimeSpan.FromSeconds(10);

    private int _open;
    private long _lastWarning;

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

    /// <summary>Whether listeners that may not use the reserve have as many connections as they may have.</summary>
    public bool IsFull => Volatile.Read(ref _open) >= MaxConnections;

    public void Opened(ListenerOptions listener)
    {
        if (!listener.MayUseReserve)
        {
            Interlocked.Increment(ref _open);
        }
    }

    public void Closed(ListenerOptions listener)
    {
        if (!listener.MayUseReserve)
        {
            Interlocked.Decrement(ref _open);
        }
    }

    /// <summary>Whether a warning may be written: one in ten seconds, of all reactors together.</summary>
    public bool MayWarn()
    {
        var now = Time.GetTimestamp();
        var last = Interlocked.Read(ref _lastWarning);
        return (last == 0 || Time.GetElapsedTime(last, now) >= TimeBetweenWarnings)
            && Interlocked.CompareExchange(ref _lastWarning, now, last) == last;
    }
}
