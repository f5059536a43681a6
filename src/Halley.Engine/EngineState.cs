using Halley.Engine.Connections;
using Halley.Engine.Native;
using Halley.Protocol.Clients;
using Halley.Protocol.Explaining;
using Microsoft.Extensions.Logging;

namespace Halley.Engine;

/// <summary>The options, clock, log and count of open connections that the reactors of an engine share.</summary>
internal sealed unsafe class EngineState
{
    // Descriptors that no connection takes, beyond those open when the engine is built: for log files and the runtime.
    private const int KeptFree = 64;

    // Descriptors that only listeners with the right to the reserve take: publishers must get through when subscribers
    // have all the rest.
    private const int Reserve = 128;

    // A listener that has left its port takes it again when one in so many connections is free.
    private const int RoomToReturn = 100;

    private const int LimitNumberOfFiles = 7;
    private const string OwnDescriptors = "/proc/self/fd";

    private static readonly TimeSpan TimeBetweenWarnings = TimeSpan.FromSeconds(10);

    private readonly int _maxOpen;
    private int _open;
    private int _openWithoutReserve;
    private volatile EngineOptions _options;
    private volatile bool _isDraining;
    private long _lastWarning;

    /// <exception cref="IoUringException">io_uring was asked for, and there is none.</exception>
    public EngineState(EngineOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        Unfinished = new UnfinishedBytes(options.MaxUnfinishedBytes);
        Time = time;
        Logger = logger;
        Watches = new Watches(time);
        Incidents = new Incidents(time);
        Refusals = new RefusalLog(options.MaxRefusalLines, time, logger);
        IoUringError = options.IoUring == IoUringUse.Off ? null : FindIoUring();
        _maxOpen = Math.Max(
            2, MaxDescriptors() - CountDescriptors() - KeptFree - options.OthersDescriptors);
        MaxConnections = Math.Max(1, _maxOpen - Reserve);
        if (options.MaxConnections > 0)
        {
            MaxConnections = Math.Min(MaxConnections, options.MaxConnections);
        }

        Shares.MaxPerClient = options.MaxConnectionsPerAddress;
    }

    /// <summary>The options that hold now.</summary>
    public EngineOptions Options => _options;

    /// <summary>Takes over other options, but for those that count from the start. Any thread.</summary>
    public void Change(EngineOptions options)
    {
        _options = options;
        Unfinished.Change(options.MaxUnfinishedBytes);
        Shares.MaxPerClient = options.MaxConnectionsPerAddress;
    }

    /// <summary>The number of this engine among all hosts whose connections may be listed together.</summary>
    public uint HostNumber { get; } = ConnectionPlace.DrawHost();

    /// <summary>
    /// Whether the connections are being ended: every answer is then its connection's last. Any thread.
    /// </summary>
    public bool IsDraining
    {
        get => _isDraining;
        set => _isDraining = value;
    }

    /// <summary>The requests and messages that have not come whole, of all connections.</summary>
    public UnfinishedBytes Unfinished { get; }

    public TimeProvider Time { get; }

    /// <summary>The connections whose fate somebody wants explained.</summary>
    public Watches Watches { get; }

    /// <summary>Recent refusals and slow consumers; kept only while somebody looks.</summary>
    public Incidents Incidents { get; }

    public ILogger Logger { get; }

    public RefusalLog Refusals { get; }

    /// <summary>The reason why io_uring cannot be used; null where it can, or is not to be used.</summary>
    public string? IoUringError { get; }

    /// <summary>The highest number of connections to listeners without the right to the reserve.</summary>
    public int MaxConnections { get; }

    /// <summary>
    /// The silence after which a client of a listener is asked whether it is still there; zero for never.
    /// </summary>
    public TimeSpan ProbeAfter(ListenerOptions listener) => listener.TcpKeepAlive ?? Options.TcpKeepAlive;

    /// <summary>The connections of each client.</summary>
    public ConnectionShares Shares { get; } = new();

    /// <summary>
    /// Whether less than one in so many connections is left for listeners without the right to the reserve.
    /// </summary>
    public bool IsScarce(int oneIn) => Volatile.Read(ref _openWithoutReserve) > MaxConnections - MaxConnections / oneIn;

    public int ConnectionCount => Volatile.Read(ref _open);

    /// <summary>Whether a listener has to wait until a connection ends.</summary>
    public bool IsFullFor(ListenerOptions listener) =>
        Volatile.Read(ref _open) >= _maxOpen
            || (!listener.MayUseReserve && Volatile.Read(ref _openWithoutReserve) >= MaxConnections);

    /// <summary>Whether no listener at all may take a connection.</summary>
    public bool IsExhausted => Volatile.Read(ref _open) >= _maxOpen;

    /// <summary>Whether there is room for more than a few connections, for a listener that waits for that.</summary>
    public bool HasRoomFor(ListenerOptions listener) =>
        !IsFullFor(listener)
            && Volatile.Read(ref _openWithoutReserve) <= MaxConnections - Math.Max(1, MaxConnections / RoomToReturn);

    public void Opened(ListenerOptions listener) => Count(listener, 1);

    public void Closed(ListenerOptions listener) => Count(listener, -1);

    /// <summary>Whether a warning may be written: one in ten seconds, of all reactors together.</summary>
    public bool MayWarn()
    {
        var now = Time.GetTimestamp();
        var last = Interlocked.Read(ref _lastWarning);
        return (last == 0 || Time.GetElapsedTime(last, now) >= TimeBetweenWarnings)
            && Interlocked.CompareExchange(ref _lastWarning, now, last) == last;
    }

    /// <summary>The highest number of descriptors of this process.</summary>
    public static int MaxDescriptors()
    {
        var limits = stackalloc ulong[2];
        return Libc.GetResourceLimit(LimitNumberOfFiles, limits) == 0
            ? (int)Math.Min(limits[0], int.MaxValue)
            : int.MaxValue;
    }

    private void Count(ListenerOptions listener, int by)
    {
        Interlocked.Add(ref _open, by);
        if (!listener.MayUseReserve)
        {
            Interlocked.Add(ref _openWithoutReserve, by);
        }
    }

    private string? FindIoUring()
    {
        using var batch = SendBatch.TryOpen();
        if (batch is not null)
        {
            return null;
        }

        var why = Errno.Last switch
        {
            Errno.NoSuchCall => "this kernel has none",
            Errno.InvalidArgument => "this kernel is older than Linux 5.18",
            Errno.NotPermitted or Errno.AccessDenied =>
                "it is forbidden here, by the sysctl kernel.io_uring_disabled or by a container's seccomp profile",
            var errno => Errno.Describe(errno),
        };
        return Options.IoUring == IoUringUse.Auto
            ? why
            : throw new IoUringException(
                $"io_uring cannot be used: {why}. Set engine.io_uring to auto to send without it there.");
    }

    private static int CountDescriptors() =>
        Directory.Exists(OwnDescriptors) ? Directory.GetFileSystemEntries(OwnDescriptors).Length : 0;
}
