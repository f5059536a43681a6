namespace Halley.Server.Import;

/// <summary>Variables in a text of nginx: <c>$name</c>, <c>${name}</c>, and <c>$1</c>, which is one digit.</summary>
internal static class NginxVariables
{
    /// <summary>The names of those in a text, without their dollar.</summary>
    public static IEnumerable<string> Of(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = LengthAt(text, at, out var name);
            if (length > 0)
            {
                yield return name;
            }

            at += Math.Max(1, length);
        }
    }

    /// <summary>Measures the variable that begins there; 0 for none.</summary>
    public static int LengthAt(string text, int at, out string name)
    {
        name = "";
        if (text[at] != '$' || at + 1 == text.Length)
        {
            return 0;
        }

        if (text[at + 1] == '{')
        {
            var end = text.IndexOf('}', at);
            name = end > at + 2 ? text[(at + 2)..end] : "";
            return name.Length > 0 ? end + 1 - at : 0;
        }

        var behind = at + 1;
        while (behind < text.Length
            && IsPartOfName(text[behind])
            && !(char.IsAsciiDigit(text[at + 1]) && behind > at + 1))
        {
            behind++;
        }

        name = text[(at + 1)..behind];
        return name.Length > 0 ? behind - at : 0;
    }

    public static bool IsPartOfName(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    /// <summary>A text whose last variable ends with it, whatever follows.</summary>
    public static string Braced(string text)
    {
        var at = text.LastIndexOf('$');
        return at >= 0 && text.AsSpan(at) is ['$', not '{', ..] && LengthAt(text, at, out var name) == text.Length - at
            ? $"{text[..at]}${{{name}}}"
            : text;
    }
}
