using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>Where Redis is, and how channels lie there.</summary>
public sealed record RedisOptions
{
    /// <summary>
    /// What StackExchange.Redis is given: addresses, who we are, TLS, Sentinel's name of the primary.
    /// </summary>
    public required ConfigurationOptions Connection { get; init; }

    /// <summary>
    /// What this node is called among those that share a Redis: of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.
    /// </summary>
    public required string Node { get; init; }

    /// <summary>Its release, for who looks at all nodes.</summary>
    public string Version { get; init; } = "";

    /// <summary>How many connections it holds, for the same. Any thread.</summary>
    public Func<long> Connections { get; init; } = static () => 0;

    /// <summary>What all keys begin with. Nodes with the same one share their channels.</summary>
    public string Prefix { get; init; } = "halley:";

    /// <summary>Whether it is a cluster: then all keys of a channel have its name for a hash tag.</summary>
    public bool IsCluster { get; init; }

    /// <summary>
    /// Whether a stream begins a new epoch when Redis was started again or another server was promoted; see
    /// <see cref="Script"/>.
    /// </summary>
    public bool IsFenced { get; init; } = true;

    /// <summary>
    /// Whether a message counts as published only when a replica has it, too; needs <see cref="IsFenced"/>.
    /// </summary>
    public bool WaitsForReplica { get; init; }

    /// <summary>
    /// How long a publication with an idempotency key may be repeated without being published again.
    /// </summary>
    public TimeSpan IdempotencyWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long Redis may take for an answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often a channel that is followed is compared with its stream, and how often a node says that it lives.
    /// </summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a node's word holds: that it lives, and how many subscribers it has. Three of those intervals.
    /// </summary>
    internal TimeSpan Lease => CheckInterval * 3;

    /// <summary>How many channels there may be; in a cluster that holds only for those that a node follows.</summary>
    public int MaxChannels { get; init; } = int.MaxValue;

    /// <summary>How many messages a channel keeps whose publisher does not say.</summary>
    public int HistorySize { get; init; } = 10;

    /// <summary>How long a channel is kept after its last use.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
