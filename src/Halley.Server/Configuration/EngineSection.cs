using System.Diagnostics.Metrics;
using Halley.Engine;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>The limits of the connection engine, in the file's units: whole seconds and bytes.</summary>
internal sealed class EngineSection
{
    /// <summary>Threads that serve connections, in each process. Default 0: one per core, over all workers.</summary>
    [ConfigurationKeyName("reactors")]
    public int Reactors { get; set; }

    /// <summary>Processes that hold the subscribers' connections. Default 0: this one alone.</summary>
    [ConfigurationKeyName("workers")]
    public int Workers { get; set; }

    /// <summary>
    /// Seconds that a worker may stand still before it is ended and started again. Default 5; 0: for ever.
    /// </summary>
    [ConfigurationKeyName("worker_patience")]
    public int WorkerPatience { get; set; } = 5;

    /// <summary>Connections the kernel may hold before they are accepted, per reactor. Default 65,535.</summary>
    [ConfigurationKeyName("listen_backlog")]
    public int ListenBacklog { get; set; } = 65_535;

    /// <summary>
    /// Connections of one address. Default 0: who has more than half of all gets none of the last sixteenth.
    /// </summary>
    [ConfigurationKeyName("max_connections_per_address")]
    public int MaxConnectionsPerAddress { get; set; }

    /// <summary>Seconds for a request to arrive whole, and over which the least rate is measured. Default 60.</summary>
    [ConfigurationKeyName("request_timeout")]
    public int RequestTimeout { get; set; } = 60;

    /// <summary>Bytes a second that a client must take of what waits for it. Default 4 KiB.</summary>
    [ConfigurationKeyName("min_send_rate")]
    public int MinSendRate { get; set; } = 4 << 10;

    /// <summary>Seconds between two requests of a connection. Default 300.</summary>
    [ConfigurationKeyName("keep_alive_timeout")]
    public int KeepAliveTimeout { get; set; } = 300;

    /// <summary>
    /// Seconds of silence before a client is asked whether it is still there. Default 120; 0 asks nobody.
    /// </summary>
    [ConfigurationKeyName("tcp_keepalive")]
    public int TcpKeepAlive { get; set; } = 120;

    /// <summary>Bytes that may wait for a subscriber that does not read. Default 1 MiB.</summary>
    [ConfigurationKeyName("max_queued_bytes")]
    public int MaxQueuedBytes { get; set; } = 1 << 20;

    /// <summary>
    /// Bytes of memory in requests and messages that have not come whole, of all connections of a process. Default 256
    /// MiB.
    /// </summary>
    [ConfigurationKeyName("max_unfinished_bytes")]
    public long MaxUnfinishedBytes { get; set; } = 256 << 20;

    /// <summary>Bytes that nobody else has and that may wait for all clients together. Default 256 MiB.</summary>
    [ConfigurationKeyName("max_unshared_bytes")]
    public long MaxUnsharedBytes { get; set; } = 256L << 20;

    /// <summary>Bytes of the kernel's send buffer per connection. Default 16 KiB.</summary>
    [ConfigurationKeyName("send_buffer_bytes")]
    public int SendBufferBytes { get; set; } = 16 << 10;

    /// <summary>auto, on or off. Default auto.</summary>
    [ConfigurationKeyName("io_uring")]
    public string IoUring { get; set; } = "auto";

    /// <param name="reactors">How many, where the operator leaves that to us.</param>
    /// <param name="turns">Is told the time of their turns.</param>
    public EngineOptions ToOptions(int reactors, Histogram<double>? turns = null) => new()
    {
        TurnDuration = turns,
        Reactors = Reactors > 0 ? Reactors : reactors,
        ListenBacklog = ListenBacklog,
        MaxConnectionsPerAddress = MaxConnectionsPerAddress,
        RequestTimeout = TimeSpan.FromSeconds(RequestTimeout),
        MinSendRate = MinSendRate,
        KeepAliveTimeout = TimeSpan.FromSeconds(KeepAliveTimeout),
        TcpKeepAlive = TimeSpan.FromSeconds(TcpKeepAlive),
        MaxQueuedBytes = MaxQueuedBytes,
        MaxUnfinishedBytes = MaxUnfinishedBytes,
        MaxUnsharedBytes = MaxUnsharedBytes,
        SendBufferBytes = SendBufferBytes,
        IoUring = Enum.Parse<IoUringUse>(IoUring, ignoreCase: true),
    };
}
