using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The padding for browsers that show nothing before they have so many bytes: nothing to look at, in steps of a hundred
/// bytes. Immutable; any thread.
/// </summary>
/// <param name="Header">How many bytes a header has at least.</param>
/// <param name="Message">How many bytes a message has at least.</param>
/// <param name="Largest">
/// The largest of these numbers that is configured anywhere: no padding is longer than that.
/// </param>
internal sealed record Padding(int Header, int Message, int Largest)
{
    private const int Step = 100;

    public static Padding None { get; } = new(0, 0, 0);

    /// <summary>Counts the bytes of padding that follow so many bytes.</summary>
    public int After(int length, int least)
    {
        var need = least - length;
        if (need <= 0)
        {
            return 0;
        }

        var steps = need / Step;
        return steps == Largest / Step ? Largest : (steps + 1) * Step;
    }

    /// <summary>Writes padding as line ends; an odd one begins with half of one.</summary>
    public static void WriteLineEnds(int count, ByteBuffer output)
    {
        output.Write(count % 2 == 0 ? default : "\n"u8);
        for (var i = 0; i < count / 2; i++)
        {
            output.Write("\r\n"u8);
        }
    }

    /// <summary>Writes padding as a comment of an event stream.</summary>
    public static void WriteComment(int count, ByteBuffer output)
    {
        if (count > 0)
        {
            var room = output.GetSpan(count)[..count];
            room.Fill((byte)':');
            room[^1] = (byte)'\n';
            output.Advance(count);
        }
    }
}

/// <summary>
/// The rules for which browsers get which padding, as an operator writes them: <c>pattern,least header,least
/// message:pattern,…</c>. Any thread.
/// </summary>
internal sealed class PaddingRules
{
    private readonly (Regex Pattern, int Header, int Message)[] _rules;

    private PaddingRules((Regex Pattern, int Header, int Message)[] rules) => _rules = rules;

    public static PaddingRules None { get; } = new([]);

    public int Count => _rules.Length;

    /// <summary>The largest number in these rules.</summary>
    public int Largest => _rules.Length == 0 ? 0 : _rules.Max(rule => Math.Max(rule.Header, rule.Message));

    /// <param name="error">What is wrong, and what would be right.</param>
    public static bool TryParse(string written, out PaddingRules rules, out string error)
    {
        var parsed = new List<(Regex, int, int)>();
        rules = None;
        error = "";
        foreach (var rule in written.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = rule.Split(',');
            if (parts.Length != 3
                || parts[0].Length == 0
                || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var header)
                || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var message)
                || Math.Max(header, message) > MaxPadding)
            {
                error =
                    $"\"{rule}\" is no padding; it wants PATTERN,BYTES,BYTES such as MSIE,1024,508, each number at "
                        + $"most {MaxPadding}, several of them parted by colons";
                return false;
            }

            if (!Location.TryCompile(parts[0], ignoresCase: false, out var pattern, out _, out error))
            {
                return false;
            }

            parsed.Add((pattern, header, message));
        }

        rules = new PaddingRules([.. parsed]);
        return true;
    }

    /// <summary>The rules' paddings, in their order.</summary>
    public IEnumerable<Padding> Paddings(int largest) =>
        _rules.Select(rule => new Padding(rule.Header, rule.Message, largest));

    /// <summary>The number of the first rule that is meant for a browser; -1 where there is none.</summary>
    public int Find(ReadOnlySpan<byte> userAgent)
    {
        if (_rules.Length == 0)
        {
            return -1;
        }

        var text = Encoding.Latin1.GetString(userAgent);
        return Array.FindIndex(_rules, rule => Matches(rule.Pattern, text));
    }

    // More than any browser ever wanted.
    private const int MaxPadding = 1 << 20;

    private static bool Matches(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
