using System.Globalization;
using System.Text;
using Halley.Engine;

namespace Halley.Server.Configuration;

/// <summary>
/// A Unix socket to listen on, as operators write it: <c>unix:/run/halley.sock</c>, and its file's mode: <c>0660</c>.
/// </summary>
internal static class UnixPath
{
    /// <summary>Its owner and its group may connect.</summary>
    public const string UsualMode = "0660";

    public const string WantsMode =
        "the mode of a file in octal, such as 0660 (its owner and its group may connect) or 0666 (everybody on this "
            + "machine)";

    /// <summary>Whether a text names a Unix socket, right or wrong.</summary>
    public static bool IsMeant(string text) => text.StartsWith(UnixEndPoint.Prefix, StringComparison.Ordinal);

    public static bool TryParse(string text, out string path)
    {
        path = IsMeant(text) ? text[UnixEndPoint.Prefix.Length..] : "";
        return path.Length > 0
            && !path.EndsWith('/')
            && !path.Contains('\0', StringComparison.Ordinal)
            && Encoding.UTF8.GetByteCount(path) <= UnixEndPoint.MaxPathBytes;
    }

    /// <summary>Three or four octal digits, of which the first of four is a zero.</summary>
    public static bool TryParseMode(string text, out UnixFileMode mode)
    {
        var isOctal = text.Length is 3 or 4
            && text.All(c => c is >= '0' and <= '7')
            && (text.Length == 3 || text[0] == '0');
        mode = isOctal ? (UnixFileMode)text.Aggregate(0, (bits, digit) => (bits * 8) + digit - '0') : default;
        return isOctal;
    }

    /// <summary>The same text with an absolute path.</summary>
    /// <exception cref="ConfigurationException">It is too long then.</exception>
    public static string MakeAbsolute(string text, string directory)
    {
        if (!TryParse(text, out var path))
        {
            return text;
        }

        var full = UnixEndPoint.Prefix + Path.GetFullPath(path, directory);
        return TryParse(full, out _)
            ? full
            : throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{full}: the path of a Unix socket has at most {UnixEndPoint.MaxPathBytes} bytes; "
                    + $"choose a shorter one"));
    }
}
