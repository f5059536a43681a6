using System.Security.Cryptography;
using System.Text;

namespace Halley.Nodes;

/// <summary>The nodes there are to be, of which this process is one. Immutable: a reload makes a new one.</summary>
public sealed class NodeList
{
    /// <param name="nodes">Each name once, this process's own among them.</param>
    public NodeList(string own, IEnumerable<NodeEntry> nodes)
    {
        All = [.. nodes.OrderBy(node => node.Name, StringComparer.Ordinal)];
        Own = All.First(node => node.Name == own);
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', All.Select(node => node.Name)))))[..16];
    }

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<NodeEntry> All { get; }

    public NodeEntry Own { get; }

    public IEnumerable<NodeEntry> Others => All.Where(node => node != Own);

    /// <summary>What tells this node's epochs from another's, whose name is not likely to give the same: 1 to 255.</summary>
    public byte EpochMark => (byte)(1 + (SHA256.HashData(Own.Utf8Name)[0] % byte.MaxValue));

    /// <summary>The same wherever the same names are listed: two nodes whose lists differ find out by it.</summary>
    public string Fingerprint { get; }

    public NodeEntry? Find(ReadOnlySpan<byte> name)
    {
        foreach (var node in All)
        {
            if (name.SequenceEqual(node.Utf8Name))
            {
                return node;
            }
        }

        return null;
    }
}
