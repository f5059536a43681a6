using System.Diagnostics;

namespace Halley.Protocol.Routing;

/// <summary>
/// A path as nginx has it before it looks for a location: slashes that follow each other are one, <c>.</c> is left out,
/// and <c>..</c> takes what stands before it along.
/// </summary>
public static class NormalPath
{
    /// <param name="path">Decoded: a dot or a slash that came encoded is one like any other.</param>
    /// <param name="normal">The same bytes where there is nothing to change.</param>
    /// <returns>False where it leads out above the root.</returns>
    public static bool TryRead(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> normal)
    {
        normal = path;
        return !IsSuspicious(path) || TryReduce(path, out normal);
    }

    // Nearly no path is.
    private static bool IsSuspicious(ReadOnlySpan<byte> path) =>
        path is [(byte)'/', ..] && (path.IndexOf("//"u8) >= 0 || path.IndexOf("/."u8) >= 0);

    private static bool TryReduce(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> normal)
    {
        Debug.Assert(path[0] == '/', "a path begins with a slash");
        var reduced = new byte[path.Length + 1];
        reduced[0] = (byte)'/';
        var length = 1;
        normal = default;
        while (!path.IsEmpty)
        {
            path = path[1..];
            var end = path.IndexOf((byte)'/');
            var segment = end < 0 ? path : path[..end];
            path = end < 0 ? default : path[end..];
            switch (segment)
            {
                case [] or [(byte)'.']:
                    break;
                case [(byte)'.', (byte)'.'] when length == 1:
                    return false;
                case [(byte)'.', (byte)'.']:
                    length = reduced.AsSpan(0, length - 1).LastIndexOf((byte)'/') + 1;
                    break;
                default:
                    segment.CopyTo(reduced.AsSpan(length));
                    length += segment.Length;
                    if (end >= 0)
                    {
                        reduced[length++] = (byte)'/';
                    }

                    break;
            }
        }

        normal = reduced.AsSpan(0, length);
        return true;
    }
}
