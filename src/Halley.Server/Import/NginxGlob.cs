using System.IO.Enumeration;
using System.Text;
using System.Text.RegularExpressions;

namespace Halley.Server.Import;

/// <summary>
/// Finds the files that a pattern of an include names, as the C library does for nginx: <c>*</c>, <c>?</c> and
/// <c>[…]</c> in any part of the path, in order, without hidden files.
/// </summary>
internal static class NginxGlob
{
    public static bool IsPattern(string path) => path.AsSpan().IndexOfAny("*?[") >= 0;

    /// <param name="pattern">An absolute path.</param>
    public static IReadOnlyList<string> FilesOf(string pattern)
    {
        var places = new List<string> { "/" };
        var parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            places = [.. places.SelectMany(place => Within(place, parts[i], isLast: i == parts.Length - 1))];
        }

        return [.. places.Order(StringComparer.Ordinal)];
    }

    private static List<string> Within(string place, string part, bool isLast)
    {
        if (!IsPattern(part))
        {
            var path = Path.Combine(place, part);
            return (isLast ? File.Exists(path) : Directory.Exists(path)) ? [path] : [];
        }

        if (!Directory.Exists(place))
        {
            return [];
        }

        var hidden = part.StartsWith('.') ? "" : "(?!\\.)";
        var names = new Regex(
            $"^{hidden}{ExpressionOf(part)}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        var options = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };
        return [.. new FileSystemEnumerable<string>(place, (ref FileSystemEntry entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                entry.IsDirectory != isLast && names.IsMatch(entry.FileName),
        }];
    }

    private static string ExpressionOf(string part)
    {
        var expression = new StringBuilder();
        for (var at = 0; at < part.Length; at++)
        {
            var close = part[at] == '[' && at + 2 < part.Length ? part.IndexOf(']', at + 2) : -1;
            if (close > 0)
            {
                var members = part[(at + 1)..close];
                var isNegated = members[0] is '!' or '^';
                var plain = (isNegated ? members[1..] : members)
                    .Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("[", "\\[", StringComparison.Ordinal);
                expression.Append($"[{(isNegated ? "^" : "")}{plain}]");
                at = close;
            }
            else
            {
                expression.Append(part[at] switch { '*' => ".*", '?' => ".", var other => Regex.Escape($"{other}") });
            }
        }

        return expression.ToString();
    }
}
