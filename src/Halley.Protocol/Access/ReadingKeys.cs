namespace Halley.Protocol.Access;

/// <summary>Keys that let their holder look, and change nothing.</summary>
/// <param name="keys">The keys.</param>
/// <param name="readable">The paths that only tell something.</param>
public sealed class ReadingKeys(ApiKeys keys, IEnumerable<string> readable)
{
    private readonly byte[][] _readable = [.. readable.Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <summary>Those where there are none.</summary>
    public static ReadingKeys None { get; } = new(new ApiKeys([]), []);

    /// <summary>Those where there are some, which open nothing here.</summary>
    public static ReadingKeys Nowhere { get; } = new(new ApiKeys([]), []);

    public ApiKeys Keys => keys;

    /// <summary>Whether a path only tells something.</summary>
    /// <param name="path">Decoded.</param>
    public bool Lets(ReadOnlySpan<byte> path)
    {
        foreach (var known in _readable)
        {
            if (path.SequenceEqual(known))
            {
                return true;
            }
        }

        return false;
    }
}
