namespace Halley.Server.Import;

/// <summary>
/// Finds the end of a block of Lua within an nginx configuration: its braces count only outside of Lua's strings and
/// comments.
/// </summary>
internal static class LuaBlock
{
    /// <param name="start">Behind the brace that opens it.</param>
    /// <returns>Behind the brace that closes it; -1 where there is none.</returns>
    public static int EndOf(string text, int start)
    {
        var depth = 1;
        for (var at = start; at < text.Length;)
        {
            switch (text[at])
            {
                case '{':
                    depth++;
                    at++;
                    break;
                case '}':
                    at++;
                    if (--depth == 0)
                    {
                        return at;
                    }

                    break;
                case '"' or '\'':
                    at = EndOfString(text, at);
                    break;
                case '-' when text.AsSpan(at).StartsWith("--"):
                    at = EndOfComment(text, at + 2);
                    break;
                case '[' when LevelOf(text, at) is { } level:
                    at = EndOfLong(text, at, level);
                    break;
                default:
                    at++;
                    break;
            }
        }

        return -1;
    }

    private static int EndOfString(string text, int at)
    {
        var quote = text[at++];
        while (at < text.Length && text[at] != quote)
        {
            at += text[at] == '\\' ? 2 : 1;
        }

        return Math.Min(at + 1, text.Length);
    }

    private static int EndOfComment(string text, int at)
    {
        if (at < text.Length && text[at] == '[' && LevelOf(text, at) is { } level)
        {
            return EndOfLong(text, at, level);
        }

        var end = text.IndexOf('\n', at);
        return end < 0 ? text.Length : end;
    }

    // [[ is of level 0, [=[ of level 1.
    private static int? LevelOf(string text, int at)
    {
        var behind = at + 1;
        while (behind < text.Length && text[behind] == '=')
        {
            behind++;
        }

        return behind < text.Length && text[behind] == '[' ? behind - at - 1 : null;
    }

    private static int EndOfLong(string text, int at, int level)
    {
        var closing = $"]{new string('=', level)}]";
        var end = text.IndexOf(closing, at, StringComparison.Ordinal);
        return end < 0 ? text.Length : end + closing.Length;
    }
}
