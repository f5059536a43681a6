using System.Text;
using Halley.Server.Commands;

namespace Halley.Server.Import;

/// <summary>
/// Cuts the text of an nginx configuration into words and the three signs <c>;</c> <c>{</c> <c>}</c>, by nginx's own
/// rules: words may be quoted, a backslash takes the meaning from a quote or itself and makes <c>\t</c>, <c>\r</c> and
/// <c>\n</c>, and braces behind a dollar belong to the word.
/// </summary>
internal sealed class NginxTokens(string text, string file)
{
    private int _at;
    private int _line = 1;
    private int _wordLine = 1;

    /// <summary>The place where the word read last begins.</summary>
    public string Origin => $"{file}:{_wordLine}";

    /// <param name="isSign">Whether it is one of the three signs, rather than a word that looks like one.</param>
    /// <returns>Null at the end.</returns>
    public string? Next(out bool isSign)
    {
        SkipBlanks();
        isSign = false;
        _wordLine = _line;
        if (_at == text.Length)
        {
            return null;
        }

        var first = text[_at];
        if (first is ';' or '{' or '}')
        {
            _at++;
            isSign = true;
            return first.ToString();
        }

        return first is '"' or '\'' ? ReadQuoted(first) : ReadPlain();
    }

    /// <summary>Passes over a block of Lua, whose opening brace was just read.</summary>
    public void SkipLua()
    {
        var end = LuaBlock.EndOf(text, _at);
        if (end < 0)
        {
            throw new CommandException($"{Origin}: the block is not closed; it wants a }}");
        }

        _line += text.AsSpan(_at, end - _at).Count('\n');
        _at = end;
    }

    private void SkipBlanks()
    {
        while (_at < text.Length)
        {
            if (text[_at] == '#')
            {
                var end = text.IndexOf('\n', _at);
                _at = end < 0 ? text.Length : end;
                continue;
            }

            if (!char.IsWhiteSpace(text[_at]))
            {
                return;
            }

            _line += text[_at++] == '\n' ? 1 : 0;
        }
    }

    private string ReadQuoted(char quote)
    {
        var word = new StringBuilder();
        for (_at++; _at < text.Length; _at++)
        {
            if (text[_at] == quote)
            {
                _at++;
                return word.ToString();
            }

            Take(word);
        }

        throw new CommandException($"{Origin}: the quote is not closed; it wants a {quote}");
    }

    private string ReadPlain()
    {
        var word = new StringBuilder();
        for (; _at < text.Length; _at++)
        {
            var current = text[_at];
            if (current == '{' && word.Length > 0 && word[^1] == '$')
            {
                var end = text.IndexOf('}', _at);
                if (end < 0)
                {
                    throw new CommandException($"{Origin}: ${{ is not closed; it wants a }}");
                }

                word.Append(text, _at, end - _at + 1);
                _at = end;
                continue;
            }

            if (char.IsWhiteSpace(current) || current is ';' or '{')
            {
                break;
            }

            Take(word);
        }

        return word.ToString();
    }

    private void Take(StringBuilder word)
    {
        var current = text[_at];
        if (current == '\n')
        {
            _line++;
        }

        if (current != '\\' || _at + 1 == text.Length)
        {
            word.Append(current);
            return;
        }

        var next = text[++_at];
        _ = next switch
        {
            '"' or '\'' or '\\' => word.Append(next),
            't' => word.Append('\t'),
            'r' => word.Append('\r'),
            'n' => word.Append('\n'),
            _ => word.Append('\\').Append(next),
        };
    }
}
