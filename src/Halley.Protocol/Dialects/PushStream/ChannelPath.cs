using System.Buffers.Text;
using Halley.Access;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>One channel that a request names. Gone with the request.</summary>
/// <param name="id">Any bytes but <c>/</c>, at least one.</param>
/// <param name="backtrack">How many of the newest messages are wanted first; 0 for none.</param>
internal readonly ref struct NamedChannel(ReadOnlySpan<byte> id, int backtrack)
{
    public ReadOnlySpan<byte> Id { get; } = id;

    public int Backtrack { get; } = backtrack;

    /// <summary>Whether no channel may have this id, since it means several.</summary>
    public bool IsReserved => Id.SequenceEqual("ALL"u8) || Id.Contains((byte)'*');
}

/// <summary>
/// The channels that a request names, in its order: <c>a.b3/b/c.b1</c>, decoded already; one may stand in it twice. A
/// thread has one of these and fills it anew for each request: a million subscribers leave nothing behind.
/// </summary>
internal sealed class ChannelPath
{
    [ThreadStatic]
    private static ChannelPath? Own;

    private readonly List<(int Start, int Length, int Backtrack)> _places = [];
    private readonly ByteBuffer _path = new();

    /// <summary>
    /// The subscriber that channels would be created for, where that counts; else nobody in particular.
    /// </summary>
    public ClientBlock Creator { get; set; }

    public int Count => _places.Count;

    public NamedChannel this[int place] =>
        new(_path.Written.Slice(_places[place].Start, _places[place].Length), _places[place].Backtrack);

    /// <summary>
    /// Reads a list; what was read before on this thread is gone. An empty id is none: pushstream.js publishes to
    /// <c>/name</c>, and in the original whoever subscribed to the channel without a name read along.
    /// </summary>
    public static ChannelPath Parse(ReadOnlySpan<byte> path)
    {
        var own = Own ??= new ChannelPath();
        own._places.Clear();
        own._path.Clear();
        own.Creator = default;
        own._path.Write(path);
        foreach (var range in path.Split((byte)'/'))
        {
            var id = path[range];
            var backtrack = TakeBacktrack(ref id);
            if (!id.IsEmpty)
            {
                own._places.Add((range.Start.GetOffset(path.Length), id.Length, backtrack));
            }
        }

        return own;
    }

    /// <summary>Copies of the ids, for what lasts longer than the request's handling.</summary>
    public byte[][] ToIds()
    {
        var ids = new byte[Count][];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = this[i].Id.ToArray();
        }

        return ids;
    }

    public Enumerator GetEnumerator() => new(this);

    // ".b" and digits at the end; without digits, or further in front, it belongs to the id.
    private static int TakeBacktrack(ref ReadOnlySpan<byte> id)
    {
        var digits = id.Length - 1 - id.LastIndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits == 0 || !id[..^digits].EndsWith(".b"u8))
        {
            return 0;
        }

        // A number too large for an integer means all there are.
        var isNumber = Utf8Parser.TryParse(id[^digits..], out int backtrack, out _);
        id = id[..^(digits + 2)];
        return isNumber ? backtrack : int.MaxValue;
    }

    public struct Enumerator(ChannelPath path)
    {
        private int _place = -1;

        public readonly NamedChannel Current => path[_place];

        public bool MoveNext() => ++_place < path.Count;
    }
}
