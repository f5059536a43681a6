using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// The keys in Redis. In a cluster all keys of a channel have its name for a hash tag, so that one server has them all;
/// so have those of all nodes one of their own, and those of the events for the operator's servers.
/// </summary>
internal sealed class RedisKeys(RedisOptions options)
{
    private static readonly byte[] Open = [(byte)'{'];
    private static readonly byte[] Close = [(byte)'}'];

    // The tag of all names that begin with a closing brace.
    private static readonly byte[] ClosedAtOnce = "{-}"u8.ToArray();

    private readonly byte[] _prefix = System.Text.Encoding.UTF8.GetBytes(options.Prefix);

    /// <summary>The last stamp of all channels. In a cluster each channel has its own, in its hash.</summary>
    public RedisKey Clock => Shared("g"u8);

    /// <summary>All channels, by when they are to be looked at: milliseconds since 1970.</summary>
    public RedisKey Index => Shared("z"u8);

    /// <summary>All nodes, by when they count as gone: milliseconds since 1970.</summary>
    public RedisKey Nodes => OfNodes("n");

    /// <summary>The key of the tokens.</summary>
    public RedisKey Secret => Shared("k"u8);

    /// <summary>The topic that all nodes listen to.</summary>
    public RedisChannel Everybody => RedisChannel.Literal(Shared("c"u8));

    /// <summary>The events that wait for a receiver, and the number of those that found no room.</summary>
    public RedisKey[] Events(string receiver) => [OfOutbox("e:" + receiver), OfOutbox("el:" + receiver)];

    /// <summary>The node that tells a receiver.</summary>
    public RedisKey Teller(string receiver) => OfOutbox("et:" + receiver);

    /// <summary>At how many nodes a channel has subscribers, by its name.</summary>
    public RedisKey Occupied => OfOutbox("o");

    /// <summary>The channels that have subscribers at a node.</summary>
    public RedisKey OccupiedAt(string node) => OfOutbox("o:" + node);

    /// <summary>The nodes that have said so of a channel.</summary>
    public RedisKey OccupyingNodes => OfOutbox("on");

    /// <summary>In a cluster: the channels that may have staged events, by when somebody is to look.</summary>
    public RedisKey Watched => OfOutbox("ew");

    /// <summary>
    /// In a cluster: what of a channel is in the queues, the place of its last staged event and its counts of losses.
    /// </summary>
    public RedisKey LastTold(ReadOnlySpan<byte> channel)
    {
        byte[] kind = OfOutbox("ep:")!;
        return (byte[])[.. kind, .. channel];
    }

    /// <summary>In a cluster: the events of a channel that are not in the queues yet.</summary>
    public RedisKey Staged(ReadOnlySpan<byte> channel) => OfChannel("t:"u8, channel);

    public RedisKey Meta(ReadOnlySpan<byte> channel) => OfChannel("m:"u8, channel);

    public RedisKey Stream(ReadOnlySpan<byte> channel) => OfChannel("s:"u8, channel);

    /// <summary>The keys that every script is given.</summary>
    public RedisKey[] For(ReadOnlySpan<byte> channel) =>
        [Meta(channel), Stream(channel), options.IsCluster ? Meta(channel) : Index];

    /// <summary>The keys of a script that needs a stamp, too.</summary>
    public RedisKey[] WithClock(ReadOnlySpan<byte> channel) =>
        [.. For(channel), options.IsCluster ? Meta(channel) : Clock];

    /// <summary>The key of a publication with an idempotency key.</summary>
    public RedisKey Publication(ReadOnlySpan<byte> channel, in Publication publication)
    {
        Span<byte> both = stackalloc byte[32];
        _ = publication.IdOn(channel).TryFormat(both, out _, "x32");
        byte[] place = OfChannel("i:"u8, channel);
        return (byte[])[.. place, (byte)':', .. both];
    }

    /// <summary>
    /// A key on the server of a channel that is written to for nothing but its place after other writes.
    /// </summary>
    public RedisKey Mark(ReadOnlySpan<byte> channel) => options.IsCluster ? OfChannel("w:"u8, channel) : Shared("w"u8);

    public byte[] TopicOf(ReadOnlySpan<byte> channel) => OfChannel("p:"u8, channel);

    /// <summary>A node's account of itself, which is gone with its lease.</summary>
    public RedisKey Node(string name) => OfNodes("n:" + name);

    /// <summary>The things that a node leaves to others should it die.</summary>
    public RedisKey Estate(string node) => OfNodes("b:" + node);

    /// <summary>Those of a node that has died, until its heir has them.</summary>
    public RedisKey Inheritance(string node) => OfNodes("bi:" + node);

    /// <summary>
    /// The keys of the scripts that are about a node: all nodes, its account, its estate, its inheritance, when that
    /// was last taken, and who is its heir.
    /// </summary>
    public RedisKey[] OfNode(string node) =>
        [Nodes, Node(node), Estate(node), Inheritance(node), OfNodes("bt:" + node), OfNodes("bh:" + node)];

    /// <summary>The topic that one node alone listens to.</summary>
    public RedisChannel OneNode(string name) =>
        RedisChannel.Literal(Shared(System.Text.Encoding.UTF8.GetBytes("c:" + name)));

    private RedisKey OfOutbox(string what) =>
        Shared(System.Text.Encoding.UTF8.GetBytes(options.IsCluster ? "{e}" + what : what));

    // Also where it is no cluster: who only looks at the nodes need not know.
    private RedisKey OfNodes(string what) => Shared(System.Text.Encoding.UTF8.GetBytes("{n}" + what));

    private byte[] Shared(ReadOnlySpan<byte> what) => [.. _prefix, .. what];

    // A hash tag ends at its first closing brace, and is none where nothing stands before that.
    private byte[] OfChannel(ReadOnlySpan<byte> what, ReadOnlySpan<byte> channel) => !options.IsCluster
        ? [.. _prefix, .. what, .. channel]
        : channel is [(byte)'}', ..]
        ? [.. _prefix, .. ClosedAtOnce, .. what, .. channel]
        : [.. _prefix, .. what, .. Open, .. channel, .. Close];
}
