using System.Text;

namespace Halley.Server.Configuration.IcometConf;

/// <summary>
/// Reads the form of an icomet.conf: TABs, a key, <c>:</c> or <c>=</c>, a value; one more TAB is one level deeper. What
/// the original refuses is refused; its traps (a BOM, a last line without newline, a line above 4,095 bytes) are not
/// traps here.
/// </summary>
internal static class ConfParser
{
    /// <summary>Far above any line that means something; a file with a longer one is no configuration.</summary>
    private const int MaxLineLength = 64 * 1024;

    /// <param name="name">The file, as messages name it.</param>
    /// <exception cref="ConfigurationException">A line that cannot be read.</exception>
    public static ConfNode Parse(ReadOnlySpan<byte> utf8, string name)
    {
        var text = Encoding.UTF8.GetString(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8);
        var file = new ConfNode("", "", 0);

        // The nodes the next line may hang below: the file, then one per level.
        var open = new List<ConfNode> { file };
        var number = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            if (ParseLine(text.AsSpan()[range], $"{name}:{number}", number, out var depth) is not { } node)
            {
                continue;
            }

            if (depth >= open.Count)
            {
                throw new ConfigurationException(
                    $"{name}:{number}: {node.Name} is indented by {depth} TABs, "
                        + $"below a line that leaves room for {open.Count - 1} at most");
            }

            open.RemoveRange(depth + 1, open.Count - depth - 1);
            open[depth].Children.Add(node);
            open.Add(node);
        }

        return file;
    }

    /// <returns>Null for a blank line or a comment.</returns>
    private static ConfNode? ParseLine(ReadOnlySpan<char> line, string origin, int number, out int depth)
    {
        if (line.Length > MaxLineLength)
        {
            throw new ConfigurationException(
                $"{origin}: the line is {line.Length} characters long; {MaxLineLength} is the limit");
        }

        var rest = line.TrimStart('\t');
        depth = line.Length - rest.Length;
        if (line.IsWhiteSpace() || rest[0] == '#')
        {
            return null;
        }

        if (rest[0] == ' ')
        {
            throw new ConfigurationException($"{origin}: the line begins with a space; indent with TABs only");
        }

        var separator = rest.IndexOfAny(':', '=');
        if (separator < 0)
        {
            throw new ConfigurationException(
                $"{origin}: \"{rest.TrimEnd()}\" has neither : nor =; it wants KEY: VALUE");
        }

        return new ConfNode(rest[..separator].Trim().ToString(), rest[(separator + 1)..].Trim().ToString(), number);
    }
}
