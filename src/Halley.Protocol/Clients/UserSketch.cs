using System.Buffers.Binary;

namespace Halley.Protocol.Clients;

/// <summary>
/// A set of users, small enough to be sent: the least hashes of their names. As long as nothing had to be left out, the
/// size of several sets together is known; else it is estimated, to some 3 per cent. Immutable.
/// </summary>
/// <remarks>
/// Of n hashes that lie anywhere in a range, the k-th least is at about k / n of it.
/// </remarks>
internal sealed class UserSketch
{
    // 8 KiB. The error of an estimate is one by its square root.
    private const int Most = 1024;

    // Ascending, each once.
    private readonly ulong[] _least;
    private readonly bool _isWhole;

    private UserSketch(ulong[] least, bool isWhole) => (_least, _isWhole) = (least, isWhole);

    public static UserSketch None { get; } = new([], isWhole: true);

    /// <param name="users">Each once.</param>
    public static UserSketch Of(IEnumerable<string> users)
    {
        // The largest of those that are kept is the first to go.
        var kept = new PriorityQueue<ulong, ulong>(Comparer<ulong>.Create(static (a, b) => b.CompareTo(a)));
        var isWhole = true;
        foreach (var user in users)
        {
            var hash = HashOf(user);
            if (kept.Count < Most)
            {
                kept.Enqueue(hash, hash);
            }
            else
            {
                kept.EnqueueDequeue(hash, hash);
                isWhole = false;
            }
        }

        return new([.. kept.UnorderedItems.Select(static item => item.Element).Distinct().Order()], isWhole);
    }

    /// <param name="bytes">As <see cref="Write"/> gave them.</param>
    /// <param name="isWhole">Whether nothing had to be left out.</param>
    public static UserSketch Read(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        var least = new ulong[bytes.Length / sizeof(ulong)];
        for (var i = 0; i < least.Length; i++)
        {
            least[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * sizeof(ulong))..]);
        }

        return new(least, isWhole);
    }

    public byte[] Write(out bool isWhole)
    {
        isWhole = _isWhole;
        var bytes = new byte[_least.Length * sizeof(ulong)];
        for (var i = 0; i < _least.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)), _least[i]);
        }

        return bytes;
    }

    /// <summary>The users of both.</summary>
    public UserSketch With(UserSketch other)
    {
        ulong[] all = [.. _least.Union(other._least).Order()];
        var isWhole = _isWhole && other._isWhole;

        // Beyond the last hash of one that is not whole nothing is known.
        return new(isWhole ? all : all[..Math.Min(all.Length, Most)], isWhole);
    }

    /// <summary>The number of users.</summary>
    /// <param name="isEstimate">Whether it is about that.</param>
    public long Count(out bool isEstimate)
    {
        isEstimate = !_isWhole;
        return _isWhole ? _least.Length : (long)((_least.Length - 1) / (_least[^1] / (double)ulong.MaxValue));
    }

    // The same in every process: FNV-1a, whose bits are then mixed.
    private static ulong HashOf(string user)
    {
        var hash = 14695981039346656037;
        foreach (var letter in user)
        {
            hash = (hash ^ letter) * 1099511628211;
        }

        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }
}
