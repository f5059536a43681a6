using Halley.Outbox;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>The address of Redis, and the rules for channels there.</summary>
public sealed record RedisOptions
{
    /// <summary>
    /// The configuration of StackExchange.Redis: addresses, credentials, TLS, Sentinel's name of the primary.
    /// </summary>
    public required ConfigurationOptions Connection { get; init; }

    /// <summary>
    /// This node's name among those that share a Redis: of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.
    /// </summary>
    public required string Node { get; init; }

    /// <summary>Its release, for who looks at all nodes.</summary>
    public string Version { get; init; } = "";

    /// <summary>The number of connections that this node holds, for the same. Any thread.</summary>
    public Func<long> Connections { get; init; } = static () => 0;

    /// <summary>The beginning of all keys. Nodes with the same one share their channels.</summary>
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
    /// The time in which a publication with an idempotency key may be repeated without being published again.
    /// </summary>
    public TimeSpan IdempotencyWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The rule for what the operator's own servers are told of a publication, in the same step. Default: null,
    /// nothing.
    /// </summary>
    public OutboxRule? TellOf { get; init; }

    /// <summary>The limits of their queues.</summary>
    public OutboxLimits OutboxLimits { get; init; } = new(100_000, long.MaxValue);

    /// <summary>
    /// The time that the node that tells them may take between two looks, before another one tells in its place.
    /// </summary>
    internal TimeSpan TellerLease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The time after which another node looks for what was written in that step and never told, in a cluster.
    /// </summary>
    internal TimeSpan StagedPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest time that Redis may take to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The interval at which a channel that is followed is compared with its stream, and at which a node finds out
    /// whether it hears what is published.
    /// </summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time for which a node's word holds how many subscribers it has. Three of those intervals.
    /// </summary>
    internal TimeSpan Lease => CheckInterval * 3;

    /// <summary>The interval at which a node says that it lives.</summary>
    internal TimeSpan BeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The time after its last word from which on a node counts as dead. Six of those intervals.</summary>
    internal TimeSpan LifeLease => BeatInterval * 6;

    /// <summary>The number of channels that may exist; in a cluster, of those that a node follows.</summary>
    public int MaxChannels { get; init; } = int.MaxValue;

    /// <summary>The number of messages that a channel keeps whose publisher does not say.</summary>
    public int HistorySize { get; init; } = 10;

    /// <summary>The time for which a channel is kept after its last use.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
