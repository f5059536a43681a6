using System.Security.Cryptography;
using System.Text;

namespace Halley.Nodes;

/// <summary>
/// Rendezvous hashing: each node gets a digest for a channel, SHA-256 of the node's name, a line feed and the channel's name; the node with the greatest
/// digest has the channel, and where that node is not there, the next greatest. So a node that comes or goes moves its own channels and no other. Any
/// thread; the same in every process and every language.
/// </summary>
public static class Rendezvous
{
    /// <summary>Bytes of a digest. Compared byte by byte, or as lower-case hexadecimal text, which comes to the same.</summary>
    public const int DigestBytes = SHA256.HashSizeInBytes;

    private const int MaxOnStack = 512;

    /// <summary>Writes what a node's claim to a channel is.</summary>
    /// <param name="digest">At least <see cref="DigestBytes"/> bytes.</param>
    public static void Digest(ReadOnlySpan<byte> node, ReadOnlySpan<byte> channel, Span<byte> digest)
    {
        var length = node.Length + 1 + channel.Length;
        var text = length <= MaxOnStack ? stackalloc byte[MaxOnStack] : new byte[length];
        node.CopyTo(text);
        text[node.Length] = (byte)'\n';
        channel.CopyTo(text[(node.Length + 1)..]);
        SHA256.HashData(text[..length], digest);
    }

    /// <summary>Which of several nodes has a channel.</summary>
    /// <param name="nodes">Their names in UTF-8, each once.</param>
    /// <returns>Its place in the list; -1 where the list is empty.</returns>
    public static int First(IReadOnlyList<byte[]> nodes, ReadOnlySpan<byte> channel)
    {
        if (nodes.Count < 2)
        {
            return nodes.Count - 1;
        }

        Span<byte> greatest = stackalloc byte[DigestBytes];
        Span<byte> digest = stackalloc byte[DigestBytes];
        greatest.Clear();
        var first = -1;
        for (var i = 0; i < nodes.Count; i++)
        {
            Digest(nodes[i], channel, digest);
            if (first < 0 || digest.SequenceCompareTo(greatest) > 0)
            {
                first = i;
                digest.CopyTo(greatest);
            }
        }

        return first;
    }

    /// <summary>All nodes in the order in which they would have a channel: the first one has it, the next one when that is gone.</summary>
    public static IReadOnlyList<string> Order(IEnumerable<string> nodes, ReadOnlySpan<byte> channel)
    {
        List<(string Name, byte[] Digest)> claims = [];
        foreach (var name in nodes)
        {
            var digest = new byte[DigestBytes];
            Digest(Encoding.UTF8.GetBytes(name), channel, digest);
            claims.Add((name, digest));
        }

        claims.Sort((one, other) => other.Digest.AsSpan().SequenceCompareTo(one.Digest));
        return [.. claims.Select(claim => claim.Name)];
    }
}
