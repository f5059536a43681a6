using Halley.Outbox;

namespace Halley.Sqlite;

/// <summary>The place of the channels, and how much of them is kept.</summary>
public sealed record SqliteOptions
{
    /// <summary>The directory of the file and what belongs to it; created where there is none.</summary>
    public required string Directory { get; init; }

    public Durability Durability { get; init; }

    /// <summary>The longest time that a message waits to be written, with <see cref="Durability.Memory"/>.</summary>
    public TimeSpan WriteDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The limits of all channels, whether anybody listens to them or not.</summary>
    public HubOptions Limits { get; init; } = new();

    /// <summary>
    /// The bytes of publications that may wait for the disk; a further one is refused. Default 256 MiB.
    /// </summary>
    public long MaxWaitingBytes { get; init; } = 256L << 20;

    /// <summary>
    /// The rule for what the operator's own servers are told of a publication, in the same transaction. Default: null,
    /// nothing.
    /// </summary>
    public OutboxRule? TellOf { get; init; }

    /// <summary>The limits of their queues.</summary>
    public OutboxLimits OutboxLimits { get; init; } = new(100_000, 256L << 20);

    /// <summary>The size that the file may grow to, in pages of 4 KiB; 0 for what the disk has.</summary>
    public long MaxPages { get; init; }

    /// <summary>
    /// Whether the storage has a thread of its own; a simulation has it work on its own, see
    /// <see cref="SqliteBroker.Turn"/>.
    /// </summary>
    internal bool HasThread { get; init; } = true;
}
