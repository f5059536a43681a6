namespace Halley.Nodes;

/// <summary>
/// Who has which channel, as this node sees it at one moment: immutable, but for a memory of what was looked up lately. Any thread.
/// </summary>
public sealed class NodeView
{
    // Channels that are remembered; a power of two. A further one of the same place takes it.
    private const int Remembered = 1 << 14;
    private const int MaxRememberedName = 128;

    private readonly NodeEntry[] _serving;
    private readonly byte[][] _names;
    private readonly Memory?[] _memory;

    /// <param name="own">This node.</param>
    /// <param name="serving">The nodes that may have channels: this one among them where it serves.</param>
    public NodeView(NodeEntry own, IEnumerable<NodeEntry> serving)
    {
        Own = own;
        _serving = [.. serving];
        _names = [.. _serving.Select(node => node.Utf8Name)];
        IsAlone = _serving is [var only] && only == own;
        _memory = IsAlone ? [] : new Memory?[Remembered];
    }

    public NodeEntry Own { get; }

    public IReadOnlyList<NodeEntry> Serving => _serving;

    /// <summary>Whether there is nobody else: every channel is here.</summary>
    public bool IsAlone { get; }

    /// <summary>The node that has a channel; null where no node serves.</summary>
    public NodeEntry? OwnerOf(ReadOnlySpan<byte> channel)
    {
        if (_serving.Length < 2)
        {
            return _serving.Length == 0 ? null : _serving[0];
        }

        if (channel.Length > MaxRememberedName)
        {
            return _serving[Rendezvous.First(_names, channel)];
        }

        var hash = default(HashCode);
        hash.AddBytes(channel);
        ref var place = ref _memory[hash.ToHashCode() & (Remembered - 1)];
        if (Volatile.Read(ref place) is { } known && channel.SequenceEqual(known.Channel))
        {
            return known.Owner;
        }

        var owner = _serving[Rendezvous.First(_names, channel)];
        Volatile.Write(ref place, new Memory(channel.ToArray(), owner));
        return owner;
    }

    public bool IsOwn(ReadOnlySpan<byte> channel) => OwnerOf(channel) == Own;

    private sealed record Memory(byte[] Channel, NodeEntry Owner);
}
