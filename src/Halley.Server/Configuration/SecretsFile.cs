using System.Text;

namespace Halley.Server.Configuration;

/// <summary>A file with secrets, one a line; blank lines, and those that begin with #, say nothing.</summary>
internal static class SecretsFile
{
    /// <param name="option">What names the file, for messages.</param>
    /// <param name="what">What a line is: a key, a secret.</param>
    /// <param name="wants">What a right one is, for "it wants …".</param>
    /// <returns>None where <paramref name="path"/> is empty.</returns>
    /// <exception cref="ConfigurationException">
    /// It cannot be read, has none, or has a line that is none: the message has its number and not the line.
    /// </exception>
    public static IReadOnlyList<string> Read(
        string option, string path, Func<string, bool> isOne, string what, string wants)
    {
        if (path.Length == 0)
        {
            return [];
        }

        var secrets = new List<string>();
        try
        {
            foreach (var (number, text) in File.ReadLines(path).Index())
            {
                var line = text.Trim();
                if (line.Length > 0 && line[0] != '#')
                {
                    secrets.Add(isOne(line)
                        ? line
                        : throw new ConfigurationException(
                            $"{path}:{number + 1}: this {what} has {Encoding.UTF8.GetByteCount(line)} bytes; "
                                + $"it wants {wants}"));
                }
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{option} {path} cannot be read: {Unreadable.Reason(path, refused)}");
        }

        return secrets.Count > 0 ? secrets : throw new ConfigurationException($"{option} {path} has no {what}");
    }
}
