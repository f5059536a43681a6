using System.Text;

namespace Halley.Protocol.Clients;

/// <summary>
/// Channels by name, or by a pattern in which <c>*</c> stands for any bytes, also none. Immutable; any thread.
/// </summary>
public sealed class ChannelPatterns
{
    private readonly HashSet<byte[]> _names = new(NameComparer.Instance);
    private readonly List<byte[]> _patterns = [];

    public ChannelPatterns(IEnumerable<string> patterns)
    {
        foreach (var pattern in patterns)
        {
            var bytes = Encoding.UTF8.GetBytes(pattern);
            if (bytes.Contains((byte)'*'))
            {
                _patterns.Add(bytes);
            }
            else
            {
                _names.Add(bytes);
            }
        }
    }

    public bool Include(byte[] channel) =>
        _names.Contains(channel) || _patterns.Exists(pattern => Matches(pattern, channel));

    // Each star takes as little as it can; where the rest does not fit then, the last one takes a byte more.
    private static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> name)
    {
        var (at, star, retry) = (0, -1, 0);
        var i = 0;
        while (i < name.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, retry) = (at++, i);
            }
            else if (at < pattern.Length && pattern[at] == name[i])
            {
                at++;
                i++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                i = ++retry;
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].IndexOfAnyExcept((byte)'*') < 0;
    }
}
