using System.Text;
using System.Text.RegularExpressions;

namespace Halley.Protocol.Routing;

/// <summary>
/// A question about a request, as in nginx's <c>if</c>: <c>$arg_qs = on</c>, <c>$arg_qs != on</c>, <c>$http_user_agent
/// ~ Firefox</c> (also <c>~*</c>, <c>!~</c>, <c>!~*</c>), or a variable alone, which must be neither empty nor
/// <c>0</c>. Any thread.
/// </summary>
public sealed class Condition
{
    // The longer signs first: one that begins another must not hide it.
    private static readonly string[] Signs = ["!~*", "!~", "~*", "~", "!=", "="];

    private readonly Expression _left;
    private readonly Func<ReadOnlySpan<byte>, bool> _holds;

    private Condition(Expression left, Func<ReadOnlySpan<byte>, bool> holds)
    {
        _left = left;
        _holds = holds;
    }

    /// <param name="location">Where it will be used: its pattern's names are variables too.</param>
    /// <param name="error">What is wrong, and what would be right.</param>
    public static bool TryParse(string written, Location location, out Condition condition, out string error)
    {
        condition = null!;
        var blank = written.IndexOf(' ');
        var (variable, rest) = blank < 0 ? (written, "") : (written[..blank], written[blank..].Trim());
        if (!Expression.TryParse(variable, location, out var left, out error))
        {
            return false;
        }

        if (rest.Length == 0)
        {
            condition = new Condition(left, value => !value.IsEmpty && !value.SequenceEqual("0"u8));
            return true;
        }

        var sign = Array.Find(Signs, sign => rest.StartsWith(sign, StringComparison.Ordinal));
        if (sign is null)
        {
            error =
                $"\"{written}\" is no condition; it wants a variable and then =, !=, ~, ~*, !~ or !~* with a text, "
                    + "such as $arg_qs = on, or a variable alone";
            return false;
        }

        var right = Unquote(rest[sign.Length..].Trim());
        var isNegated = sign[0] == '!';
        if (sign.Contains('~', StringComparison.Ordinal))
        {
            if (!Location.TryCompile(right, sign.EndsWith('*'), out var pattern, out _, out error))
            {
                return false;
            }

            condition = new Condition(left, value => Matches(pattern, value) != isNegated);
            return true;
        }

        var bytes = Encoding.UTF8.GetBytes(right);
        condition = new Condition(left, value => value.SequenceEqual(bytes) != isNegated);
        return true;
    }

    /// <summary>The same for one that was checked.</summary>
    /// <exception cref="ArgumentException">It was not.</exception>
    public static Condition Parse(string written, Location location) =>
        TryParse(written, location, out var condition, out var error)
            ? condition
            : throw new ArgumentException(error, nameof(written));

    public bool Holds(in RoutedRequest request) => _holds(_left.Evaluate(request));

    private static bool Matches(Regex pattern, ReadOnlySpan<byte> value)
    {
        try
        {
            return pattern.IsMatch(Encoding.Latin1.GetString(value));
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static string Unquote(string text) =>
        text.Length >= 2 && text[0] == text[^1] && text[0] is '"' or '\'' ? text[1..^1] : text;
}
