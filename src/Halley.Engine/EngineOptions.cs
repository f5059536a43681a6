namespace Halley.Engine;

/// <summary>The limits of the connection engine. The engine copies what it needs when it is built.</summary>
public sealed class EngineOptions
{
    /// <summary>How many reactors (threads with an epoll each) share the work. Default: one per core.</summary>
    public int Reactors { get; set; } = Environment.ProcessorCount;

    /// <summary>How many connections the kernel may hold for us before they are accepted, per reactor; it cuts this at net.core.somaxconn. Default 65,535.</summary>
    public int ListenBacklog { get; set; } = 65_535;

    /// <summary>How long a request may take to arrive whole, and an answer to be taken, before the connection is closed. Default 60 seconds.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection may be open between two requests. Default 5 minutes.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many bytes may wait for a subscriber that does not read; one more message ends it as too slow. Default 1 MiB.</summary>
    public int MaxQueuedBytes { get; set; } = 1 << 20;

    /// <summary>
    /// How many bytes of memory there may be in requests and WebSockets' messages that have not come whole, of all connections together; a further one is
    /// refused with 503 or 1013. Large ones, from 64 KiB on, may have three quarters of it. Default 256 MiB.
    /// </summary>
    public long MaxUnfinishedBytes { get; set; } = 256 << 20;

    /// <summary>
    /// The kernel's send buffer per connection, in bytes (SO_SNDBUF, which the kernel doubles). Small, because it is what a client that does not
    /// read can pin before <see cref="MaxQueuedBytes"/> even begins. Default 16 KiB.
    /// </summary>
    public int SendBufferBytes { get; set; } = 16 * 1024;

    /// <summary>
    /// How many connections may be open to listeners without the right to the reserve; 0 takes what the descriptor limit allows. Either way some
    /// descriptors are kept for those that have it, and for files. Default 0.
    /// </summary>
    public int MaxConnections { get; set; }

    /// <summary>Whether connections that have something to send at the same time send with one system call (io_uring). Default: where the kernel lets us.</summary>
    public IoUringUse IoUring { get; set; } = IoUringUse.Auto;
}
