using System.Text;
using System.Text.RegularExpressions;

namespace Halley.Protocol.Routing;

/// <summary>The way in which a location is compared with the path of a request.</summary>
public enum LocationKind
{
    /// <summary>The path begins with this text; the longest such location is taken, if no pattern matches.</summary>
    Prefix,

    /// <summary>The same, and where it is the longest, patterns are not asked.</summary>
    PreferredPrefix,

    /// <summary>The path is this text.</summary>
    Exact,

    /// <summary>The path matches this regular expression; the first one in the order given.</summary>
    Pattern,
}

/// <summary>
/// The paths that an endpoint serves, written as nginx writes them: <c>/pub</c>, <c>= /pub</c>, <c>^~ /pub</c>, <c>~
/// ^/sub/(.*)$</c>, and <c>~*</c> for a pattern without case. Paths are compared decoded, byte by byte. Immutable; any
/// thread.
/// </summary>
public sealed class Location
{
    // What a pattern that the safe engine cannot run may cost; then it does not match.
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _text;
    private readonly byte[]? _beforeRest;

    private readonly PatternText? _groups;

    private Location(string written, LocationKind kind, string text, Regex? pattern = null, PatternText? groups = null)
    {
        Written = written;
        Kind = kind;
        Pattern = pattern;
        _groups = groups;
        _text = Encoding.UTF8.GetBytes(text);
        _beforeRest = kind == LocationKind.Pattern ? RestAfter(text, pattern!) : null;
    }

    /// <summary>As the operator wrote it.</summary>
    public string Written { get; }

    public LocationKind Kind { get; }

    /// <summary>The path or its beginning; the expression's text, for a pattern.</summary>
    public ReadOnlySpan<byte> Text => _text;

    internal Regex? Pattern { get; }

    /// <summary>Names that the pattern gives to parts of the path.</summary>
    public IEnumerable<string> CaptureNames => _groups?.Names.Keys ?? [];

    /// <summary>
    /// The number of parts of the path that the pattern captures; those with a name have a number too.
    /// </summary>
    public int CaptureCount => _groups?.Groups ?? 0;

    /// <param name="written">The text, with the sign of its kind before it.</param>
    /// <param name="error">What is wrong, and what would be right.</param>
    public static bool TryParse(string written, out Location location, out string error)
    {
        var blank = written.IndexOf(' ');
        var (sign, text) = blank < 0 ? ("", written) : (written[..blank], written[(blank + 1)..].Trim());
        location = null!;
        error = "";
        switch (sign)
        {
            case "" or "=" or "^~" when text.StartsWith('/'):
                var kind = sign switch
                {
                    "=" => LocationKind.Exact,
                    "^~" => LocationKind.PreferredPrefix,
                    _ => LocationKind.Prefix,
                };
                location = new Location(written, kind, text);
                return true;
            case "~" or "~*" when text.Length > 0:
                if (!TryCompile(text, sign == "~*", out var pattern, out var groups, out error))
                {
                    return false;
                }

                location = new Location(written, LocationKind.Pattern, text, pattern, groups);
                return true;
            default:
                error =
                    "it wants a path such as /pub, \"= /pub\" for that path alone, \"~ ^/sub/(.*)$\" for a pattern, "
                        + "\"~*\" for one without case, or \"^~ /pub\"";
                return false;
        }
    }

    /// <summary>
    /// Compiles a regular expression over bytes, as nginx reads it, so that no text can make it slow.
    /// </summary>
    /// <param name="groups">What its parts are called.</param>
    internal static bool TryCompile(
        string text, bool ignoresCase, out Regex pattern, out PatternText groups, out string error)
    {
        var options = RegexOptions.CultureInvariant | (ignoresCase ? RegexOptions.IgnoreCase : 0);
        pattern = null!;
        groups = null!;
        error = "";
        try
        {
            // Each byte is a character to the engine, as it is to nginx.
            groups = new PatternText(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)));
            pattern = new Regex(groups.Text, options | RegexOptions.NonBacktracking);
            return true;
        }
        catch (NotSupportedException)
        {
            // Looks around, or refers back: only the other engine can do that, and it is given little time.
            pattern = new Regex(groups.Text, options, MatchTimeout);
            return true;
        }
        catch (ArgumentException broken)
        {
            error = $"{text} is no regular expression: {broken.Message}";
            return false;
        }
    }

    /// <summary>Whether a pattern matches a path, decoded.</summary>
    public bool Matches(ReadOnlySpan<byte> path) => TryMatch(path, out _);

    /// <summary>The same, and what it captures.</summary>
    internal bool TryMatch(ReadOnlySpan<byte> path, out Captures captures)
    {
        if (_beforeRest is not null && !path.Contains((byte)'\n'))
        {
            captures = path.StartsWith(_beforeRest) ? new Captures(path[_beforeRest.Length..]) : default;
            return path.StartsWith(_beforeRest);
        }

        try
        {
            var match = Pattern!.Match(Encoding.Latin1.GetString(path));
            captures = new Captures(match, _groups!.Names);
            return match.Success;
        }
        catch (RegexMatchTimeoutException)
        {
            captures = default;
            return false;
        }
    }

    // Nearly every pattern is "^/sub/(.*)$": plain text, and all that follows. That needs no engine.
    private static byte[]? RestAfter(string text, Regex pattern)
    {
        const string Rest = "(.*)";
        var end = text.EndsWith('$') ? text.Length - 1 : text.Length;
        if (!text.StartsWith('^')
            || end < Rest.Length + 1
            || !text.AsSpan(0, end).EndsWith(Rest)
            || pattern.Options.HasFlag(RegexOptions.IgnoreCase))
        {
            return null;
        }

        var before = text[1..(end - Rest.Length)];
        return before.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_')
            ? Encoding.ASCII.GetBytes(before)
            : null;
    }
}
