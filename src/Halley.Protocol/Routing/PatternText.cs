using System.Globalization;
using System.Text;

namespace Halley.Protocol.Routing;

/// <summary>
/// Puts a regular expression as nginx's engine reads it (PCRE over bytes) into .NET's words: <c>\w</c>, <c>\d</c>,
/// <c>\s</c> and POSIX classes are ASCII alone, and groups are numbered from the left, those with names among them;
/// .NET would number these last. Used once, at the start.
/// </summary>
internal sealed class PatternText
{
    private static readonly Dictionary<string, string> PosixClasses = new()
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = "\\x00-\\x7f",
        ["blank"] = "\\t ",
        ["cntrl"] = "\\x00-\\x1f\\x7f",
        ["digit"] = "0-9",
        ["graph"] = "\\x21-\\x7e",
        ["lower"] = "a-z",
        ["print"] = "\\x20-\\x7e",
        ["punct"] = "\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e",
        ["space"] = "\\x09-\\x0d\\x20",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    // What is in no class of that name.
    private static readonly Dictionary<string, string> Complements = new()
    {
        ["alnum"] = "\\x00-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\xff",
        ["alpha"] = "\\x00-\\x40\\x5b-\\x60\\x7b-\\xff",
        ["ascii"] = "\\x80-\\xff",
        ["blank"] = "\\x00-\\x08\\x0a-\\x1f\\x21-\\xff",
        ["cntrl"] = "\\x20-\\x7e\\x80-\\xff",
        ["digit"] = "\\x00-\\x2f\\x3a-\\xff",
        ["graph"] = "\\x00-\\x20\\x7f-\\xff",
        ["lower"] = "\\x00-\\x60\\x7b-\\xff",
        ["print"] = "\\x00-\\x1f\\x7f-\\xff",
        ["punct"] = "\\x00-\\x200-9A-Za-z\\x7f-\\xff",
        ["space"] = "\\x00-\\x08\\x0e-\\x1f\\x21-\\xff",
        ["upper"] = "\\x00-\\x40\\x5b-\\xff",
        ["word"] = "\\x00-\\x2f\\x3a-\\x40\\x5b-\\x5e\\x60\\x7b-\\xff",
        ["xdigit"] = "\\x00-\\x2f\\x3a-\\x40\\x47-\\x60\\x67-\\xff",
    };

    private readonly string _pattern;
    private readonly StringBuilder _output = new();
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private int _at;

    /// <exception cref="ArgumentException">It is no such expression, or one that cannot be said here.</exception>
    public PatternText(string pattern)
    {
        _pattern = pattern;
        while (_at < pattern.Length)
        {
            TakeOne();
        }
    }

    /// <summary>The expression for .NET; every group has its number as its name.</summary>
    public string Text => _output.ToString();

    /// <summary>The numbers of groups that have a name.</summary>
    public IReadOnlyDictionary<string, int> Names => _names;

    /// <summary>The number of groups.</summary>
    public int Groups { get; private set; }

    private ReadOnlySpan<char> Rest => _pattern.AsSpan(_at);

    private void TakeOne()
    {
        switch (_pattern[_at])
        {
            case '\\':
                TakeEscape();
                break;
            case '[':
                TakeClass();
                break;
            case '(':
                TakeParenthesis();
                break;
            default:
                _output.Append(_pattern[_at++]);
                break;
        }
    }

    private void TakeEscape()
    {
        if (Rest.Length == 1)
        {
            throw new ArgumentException("a \\ stands at its end");
        }

        var escaped = _pattern[_at + 1];
        if (ClassOf(escaped) is { } name)
        {
            Append($"[{(char.IsUpper(escaped) ? "^" : "")}{PosixClasses[name]}]", 2);
        }
        else if (escaped == 'Q')
        {
            var end = _pattern.IndexOf("\\E", _at, StringComparison.Ordinal);
            var literal = end < 0 ? _pattern[(_at + 2)..] : _pattern[(_at + 2)..end];
            Append(System.Text.RegularExpressions.Regex.Escape(literal), literal.Length + (end < 0 ? 2 : 4));
        }
        else if (escaped == 'k')
        {
            TakeReference();
        }
        else
        {
            TakeCharacter();
        }
    }

    // One that is the same within brackets and outside: \x{41}, \_ and all that .NET has alike.
    private void TakeCharacter()
    {
        var escaped = _pattern[_at + 1];
        var end = Rest.IndexOf('}');
        if (escaped == 'x' && Rest is ['\\', 'x', '{', ..] && end > 3
            && byte.TryParse(Rest[3..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            Append($"\\x{code:x2}", end + 1);
        }
        else
        {
            Append(escaped == '_' ? "_" : $"\\{escaped}", 2);
        }
    }

    private void TakeReference()
    {
        var close = Rest.Length < 3 ? '\0' : Rest[2] switch { '<' => '>', '{' => '}', '\'' => '\'', _ => '\0' };
        var length = close == '\0' ? -1 : Rest[3..].IndexOf(close);
        if (length < 0 || !_names.TryGetValue(Rest.Slice(3, length).ToString(), out var number))
        {
            throw new ArgumentException("it refers to a group that is not there");
        }

        Append($"\\k<{number}>", length + 4);
    }

    private void TakeClass()
    {
        var isNegated = Rest is ['[', '^', ..];
        Append(isNegated ? "[^" : "[", isNegated ? 2 : 1);
        var isFirst = true;
        while (_at < _pattern.Length && (_pattern[_at] != ']' || isFirst))
        {
            TakeInClass();
            isFirst = false;
        }

        if (_at == _pattern.Length)
        {
            throw new ArgumentException("a [ is not closed");
        }

        Append("]", 1);
    }

    private void TakeInClass()
    {
        var end = Rest.IndexOf(":]");
        if (Rest is ['[', ':', ..] && end > 0 && Rest[2..end].IndexOfAny("[]") < 0)
        {
            var name = Rest[2..end].ToString();
            var classes = name.StartsWith('^') ? Complements : PosixClasses;
            if (!classes.TryGetValue(name.TrimStart('^'), out var members))
            {
                throw new ArgumentException($"[:{name}:] is no class of characters");
            }

            Append(members, end + 2);
        }
        else if (Rest is ['[', '.' or '=', ..])
        {
            throw new ArgumentException("collating elements, [. and [=, are not known");
        }
        else if (Rest is ['\\', var escaped, ..])
        {
            if (ClassOf(escaped) is { } name)
            {
                Append(char.IsUpper(escaped) ? Complements[name] : PosixClasses[name], 2);
            }
            else
            {
                TakeCharacter();
            }
        }
        else
        {
            // A [ within a class is itself; .NET would take -[ for a class to subtract.
            Append(_pattern[_at] is '[' or ']' ? $"\\{_pattern[_at]}" : $"{_pattern[_at]}", 1);
        }
    }

    private void TakeParenthesis()
    {
        if (Rest is not ['(', '?', ..])
        {
            Append($"(?<{++Groups}>", 1);
            return;
        }

        if (Rest.StartsWith("(?P="))
        {
            var end = Rest.IndexOf(')');
            if (end < 0 || !_names.TryGetValue(Rest[4..end].ToString(), out var number))
            {
                throw new ArgumentException("it refers to a group that is not there");
            }

            Append($"\\k<{number}>", end + 1);
        }
        else if (Rest.StartsWith("(?#"))
        {
            var end = Rest.IndexOf(')');
            Append("", end < 0 ? throw new ArgumentException("a comment is not closed") : end + 1);
        }
        else if (NameOf(Rest, out var length) is { } name)
        {
            _names[name] = ++Groups;
            Append($"(?<{Groups}>", length);
        }
        else
        {
            Append("(?", 2);
        }
    }

    // (?<name>, (?P<name> or (?'name'; (?<= and (?<! look behind.
    private static string? NameOf(ReadOnlySpan<char> group, out int length)
    {
        var start = group.StartsWith("(?P<") ? 4 : group.StartsWith("(?<") || group.StartsWith("(?'") ? 3 : 0;
        var end = start == 0 || group.Length <= start
            ? -1
            : group[start..].IndexOf(group[start - 1] == '<' ? '>' : '\'');
        length = start + end + 1;
        return end > 0 && group[start] is not ('=' or '!') ? group.Slice(start, end).ToString() : null;
    }

    private static string? ClassOf(char escaped) => escaped switch
    {
        'd' or 'D' => "digit",
        'h' or 'H' => "blank",
        's' or 'S' => "space",
        'w' or 'W' => "word",
        _ => null,
    };

    private void Append(string text, int taken)
    {
        _output.Append(text);
        _at += taken;
    }
}
