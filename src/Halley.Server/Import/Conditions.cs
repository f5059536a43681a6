namespace Halley.Server.Import;

/// <summary>Conditions of nginx's <c>if</c>.</summary>
internal static class Conditions
{
    /// <summary>As halley.json has it; null where Halley knows no such condition.</summary>
    public static string? Write(NginxDirective condition, NginxScope scope)
    {
        var words = Unparenthesized(condition.Arguments);
        if (words is not [['$', ..]] and not [['$', ..], "=" or "!=" or "~" or "~*" or "!~" or "!~*", _])
        {
            return null;
        }

        words[0] = scope.Resolve(words[0]);
        return words.Count == 1 ? words[0] : $"{words[0]} {words[1]} {Quoted(words[2])}";
    }

    /// <summary>Whether it asks for a pattern, whose parts are $1 and on from there.</summary>
    public static bool HasPattern(NginxDirective condition) =>
        Unparenthesized(condition.Arguments) is [_, "~" or "~*" or "!~" or "!~*", _];

    /// <summary>Whether it holds for what a browser asks before it asks, and for nothing else.</summary>
    public static bool IsPreflight(NginxDirective condition) =>
        Unparenthesized(condition.Arguments) is ["$request_method", "=", "OPTIONS"];

    // The parentheses of the if come on the first and the last word, or as words of their own.
    private static List<string> Unparenthesized(IReadOnlyList<string> words)
    {
        var inner = words.ToList();
        if (inner is [['(', .. var first], ..])
        {
            inner[0] = first;
        }

        if (inner is [.., [.. var last, ')']])
        {
            inner[^1] = last;
        }

        inner.RemoveRange(0, inner is ["", ..] ? 1 : 0);
        if (inner.Count is 2 or 4 && inner[^1].Length == 0)
        {
            inner.RemoveAt(inner.Count - 1);
        }

        return inner;
    }

    // Halley takes one pair of quotes away.
    private static string Quoted(string text) =>
        text.Length == 0 || text.Trim() != text || (text.Length > 1 && text[0] == text[^1] && (text[0] is '"' or '\''))
            ? $"\"{text}\""
            : text;
}
