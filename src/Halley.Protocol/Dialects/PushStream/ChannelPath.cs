using System.Buffers.Text;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>One channel that a request names.</summary>
/// <param name="Id">Any bytes but <c>/</c>, at least one.</param>
/// <param name="Backtrack">How many of the newest messages are wanted first; 0 for none.</param>
internal readonly record struct NamedChannel(byte[] Id, int Backtrack)
{
    /// <summary>Whether no channel may have this id, since it means several.</summary>
    public bool IsReserved => Id.AsSpan().SequenceEqual("ALL"u8) || Id.AsSpan().Contains((byte)'*');
}

/// <summary>Reads lists of channels: <c>a.b3/b/c.b1</c>, decoded already.</summary>
internal static class ChannelPath
{
    /// <summary>
    /// The channels of a list, in its order; one may stand in it twice. An empty id is none: pushstream.js publishes to <c>/name</c>, and in the
    /// original whoever subscribed to the channel without a name read along.
    /// </summary>
    public static List<NamedChannel> Parse(ReadOnlySpan<byte> path)
    {
        var channels = new List<NamedChannel>(1);
        foreach (var range in path.Split((byte)'/'))
        {
            var id = path[range];
            var backtrack = TakeBacktrack(ref id);
            if (!id.IsEmpty)
            {
                channels.Add(new NamedChannel(id.ToArray(), backtrack));
            }
        }

        return channels;
    }

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
}
