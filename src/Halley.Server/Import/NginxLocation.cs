using System.Text;
using System.Text.RegularExpressions;
using Halley.Protocol.Routing;

namespace Halley.Server.Import;

/// <summary>
/// One location of nginx, taken out of the blocks around it: how Halley writes it, and which paths it may have.
/// </summary>
/// <param name="Written">As halley.json has it.</param>
/// <param name="Directive">Where it stands.</param>
/// <param name="Scope">What holds there.</param>
internal sealed record NginxLocation(string Written, NginxDirective Directive, NginxScope Scope)
{
    /// <summary>The number of locations that it stands in.</summary>
    public int Depth { get; init; }

    /// <summary>The reason why it cannot be served where it was served; null where it can.</summary>
    public string? Problem { get; set; }

    /// <summary>Null for what Halley cannot read.</summary>
    public Location? Parsed { get; } = Location.TryParse(Written, out var parsed, out _) ? parsed : null;

    private bool IsPattern => Parsed is null ? Written.StartsWith('~') : Parsed.Kind == LocationKind.Pattern;

    private string Text => Written[(Written.IndexOf(' ') + 1)..];

    /// <summary>The beginning of all its paths.</summary>
    public string Beginning => IsPattern ? BeginningOf(Text) : Text;

    /// <summary>As halley.json has it: nginx takes "location ~^/sub" for "location ~ ^/sub".</summary>
    public static string Write(NginxDirective location) => location.Arguments switch
    {
        [['~', '*', .. { Length: > 0 } pattern]] => "~* " + pattern,
        [['~', not '*', ..] and var all] => "~ " + all[1..],
        [['=', .. { Length: > 0 } path]] => "= " + path,
        [['^', '~', .. { Length: > 0 } path]] => "^~ " + path,
        [var path] when path.Contains(' ', StringComparison.Ordinal) => "^~ " + path,
        var arguments => string.Join(' ', arguments),
    };

    /// <summary>Whether some path may be of both. Yes, unless it is sure that none is.</summary>
    public bool MayShareWith(NginxLocation other)
    {
        var comparison = Written.StartsWith("~*", StringComparison.Ordinal) || other.Written.StartsWith(
            "~*", StringComparison.Ordinal)
            ? StringComparison.OrdinalIgnoreCase
            : StringComparison.Ordinal;
        var (one, two) = (Beginning, other.Beginning);
        return (Parsed?.Kind, other.Parsed?.Kind) switch
        {
            (LocationKind.Exact, LocationKind.Exact) => one == two,
            (LocationKind.Exact, LocationKind.Pattern) => Matches(other.Parsed!, one),
            (LocationKind.Pattern, LocationKind.Exact) => Matches(Parsed!, two),
            (LocationKind.Exact, not null) => one.StartsWith(two, comparison),
            (not null, LocationKind.Exact) => two.StartsWith(one, comparison),
            _ => one.StartsWith(two, comparison) || two.StartsWith(one, comparison),
        };
    }

    /// <summary>Whether nginx may give it paths that the other one would have without it.</summary>
    /// <param name="isFirst">Whether it stands before the other.</param>
    public bool MayTakeFrom(NginxLocation other, bool isFirst)
    {
        if (!MayShareWith(other))
        {
            return false;
        }

        var (own, others) = (Parsed?.Kind ?? LocationKind.Pattern, other.Parsed?.Kind ?? LocationKind.Pattern);
        return own switch
        {
            LocationKind.Exact => true,
            LocationKind.Pattern => others == LocationKind.Prefix || (others == LocationKind.Pattern && isFirst),
            LocationKind.PreferredPrefix when others == LocationKind.Pattern => true,
            _ => others is LocationKind.Prefix or LocationKind.PreferredPrefix && Text.Length > other.Text.Length,
        };
    }

    private static bool Matches(Location pattern, string path)
    {
        try
        {
            return pattern.Matches(Encoding.UTF8.GetBytes(path));
        }
        catch (RegexMatchTimeoutException)
        {
            return true;
        }
    }

    // Up to the first sign that is more than itself; one that may be there or not counts for none.
    private static string BeginningOf(string pattern)
    {
        if (!pattern.StartsWith('^') || pattern.Contains('|', StringComparison.Ordinal))
        {
            return "";
        }

        var beginning = new StringBuilder();
        for (var at = 1; at < pattern.Length; at++)
        {
            if (pattern[at] == '\\' && at + 1 < pattern.Length && !char.IsAsciiLetterOrDigit(pattern[at + 1]))
            {
                beginning.Append(pattern[++at]);
            }
            else if (pattern[at] is '?' or '*' or '{')
            {
                return beginning.Length > 0 ? beginning.ToString(0, beginning.Length - 1) : "";
            }
            else if (char.IsAsciiLetterOrDigit(pattern[at]) || pattern[at] is '/' or '-' or '_')
            {
                beginning.Append(pattern[at]);
            }
            else
            {
                break;
            }
        }

        return beginning.ToString();
    }
}
