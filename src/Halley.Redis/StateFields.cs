using System.Globalization;
using Halley.Channels;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>A channel's state as Redis gives it.</summary>
internal static class StateFields
{
    /// <summary>Reads it; null where there is no channel.</summary>
    /// <param name="node">The name of this node.</param>
    /// <param name="here">How many subscribers this node has.</param>
    public static ChannelState? Read(RedisResult result, string node, long here)
    {
        if (result.IsNull)
        {
            return null;
        }

        var parts = (RedisResult[])result!;
        var now = (long)parts[4];
        var stamp = new Numbers((byte[])parts[5]!);
        var subscribers = here;
        foreach (var lease in ((RedisResult[])parts[6]!).Chunk(2))
        {
            // Of this node it is known better here: what it says there may be a moment old.
            var numbers = new Numbers((byte[])lease[1]!);
            var count = numbers.Next();
            subscribers += numbers.Next() > now && (string)lease[0]! != "n:" + node ? count : 0;
        }

        return new ChannelState(
            new StreamPosition((long)parts[0], (long)parts[1] + 1),
            (int)subscribers,
            (int)parts[2],
            (string)parts[3]! is { Length: > 0 } requested
                ? Math.Max(0, (now / 1000) - long.Parse(requested, CultureInfo.InvariantCulture))
                : null,
            new MessageStamp(stamp.Next(), (int)stamp.Next()));
    }
}
