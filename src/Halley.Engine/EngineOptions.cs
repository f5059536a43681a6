using System.Diagnostics.Metrics;

namespace Halley.Engine;

/// <summary>The limits of the connection engine. Nobody writes to them any more once an engine has them.</summary>
public sealed class EngineOptions
{
    /// <summary>The tag that says which reactor a measurement is of.</summary>
    public const string ReactorTag = "halley.reactor";

    /// <summary>
    /// Is told the time of every turn in seconds, with <see cref="ReactorTag"/>, as long as somebody listens to it.
    /// Default: nobody.
    /// </summary>
    public Histogram<double>? TurnDuration { get; set; }

    /// <summary>
    /// The number of reactors (threads with an epoll each) that share the work. Default: one per core.
    /// </summary>
    public int Reactors { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// The connections that the kernel may hold before they are accepted, per reactor; it cuts this at
    /// net.core.somaxconn. Default 65,535.
    /// </summary>
    public int ListenBacklog { get; set; } = 65_535;

    /// <summary>
    /// The time that a request may take to arrive whole, before the connection is closed; and the time over which
    /// <see cref="MinSendRate"/> is measured, but no less than ten seconds. Default 60 seconds.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The bytes a second that a client must take of what waits for it: an answer, or the messages of a held one. A
    /// client that takes less, and not all that waited, is closed as too slow. 0 asks for one byte. Default 4,096.
    /// </summary>
    public int MinSendRate { get; set; } = 4096;

    /// <summary>The time that a connection may be open between two requests. Default 5 minutes.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The silence after which the kernel asks whether a client is still there (TCP keepalive); one that has not
    /// answered a minute later is gone. In whole seconds, at most 32,767; zero asks nobody. Default 2 minutes.
    /// </summary>
    public TimeSpan TcpKeepAlive { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The bytes that may wait for a subscriber that does not read; one more message ends it as too slow. Default 1
    /// MiB.
    /// </summary>
    public int MaxQueuedBytes { get; set; } = 1 << 20;

    /// <summary>
    /// The memory, in bytes, of requests and WebSocket messages that have not come whole, of all connections together;
    /// a further one is refused with 503 or 1013. Large ones, from 64 KiB on, may have three quarters of it. Default
    /// 256 MiB.
    /// </summary>
    public long MaxUnfinishedBytes { get; set; } = 256 << 20;

    /// <summary>
    /// The unshared bytes that may wait for all clients together, such as many small messages that each has missed.
    /// Beyond that, a client for whom more than 64 KiB of them wait is closed as too slow. Default 256 MiB.
    /// </summary>
    public long MaxUnsharedBytes { get; set; } = 256L << 20;

    /// <summary>
    /// The kernel's send buffer per connection while little waits, in bytes (SO_SNDBUF, which the kernel doubles). A
    /// client that does not read can always pin as much. Small, because it fills before <see cref="MaxQueuedBytes"/>
    /// even begins to count. Default 16 KiB.
    /// </summary>
    public int SendBufferBytes { get; set; } = 16 * 1024;

    /// <summary>
    /// The connections that may be open to listeners without the right to the reserve; 0 takes what the descriptor
    /// limit allows. Either way some descriptors are kept for those that have it, and for files. Default 0.
    /// </summary>
    public int MaxConnections { get; set; }

    /// <summary>
    /// The descriptors that others in this process may take: as many fewer are for connections. Default 0.
    /// </summary>
    public int OthersDescriptors { get; set; }

    /// <summary>
    /// The connections that one address, or one IPv6 network of 64 bits, may have open to listeners without the right
    /// to the reserve; a further one is answered with 503 and closed. Trusted proxies are not limited. Default 0: a
    /// client with more than half of all gets none of the last sixteenth.
    /// </summary>
    public int MaxConnectionsPerAddress { get; set; }

    /// <summary>
    /// The lines a second that the log has for requests that are refused; the others are counted in one line. 0 logs
    /// none. Default 100.
    /// </summary>
    public int MaxRefusalLines { get; set; } = 100;

    /// <summary>
    /// Whether connections that have something to send at the same time send with one system call (io_uring). Default:
    /// where the kernel allows it.
    /// </summary>
    public IoUringUse IoUring { get; set; } = IoUringUse.Auto;
}
