using System.Text.RegularExpressions;
using Halley.Testing;

namespace Halley.Architecture.Tests;

/// <summary>A dialect stands in one folder, and could be taken out without the others noticing.</summary>
public sealed partial class OneDialect
{
    /// <summary>
    /// So many lines that are the same in two dialects are one idea that has no place of its own yet.
    /// </summary>
    private const int Copied = 10;

    private static readonly string Protocol = Path.Combine(HalleyCommand.Root(), "src", "Halley.Protocol");

    private static readonly string[] Dialects =
        [.. Directory.GetDirectories(Path.Combine(Protocol, "Dialects")).Select(folder => Path.GetFileName(folder)!)];

    [Fact]
    public void No_dialect_uses_another_and_nothing_else_uses_any()
    {
        foreach (var file in Directory.EnumerateFiles(Protocol, "*.cs", SearchOption.AllDirectories).Where(IsSource))
        {
            var own = DialectOf(file);
            var text = Comment().Replace(File.ReadAllText(file), "");
            Assert.All(
                Dialects.Where(dialect => dialect != own),
                dialect => Assert.False(
                    Regex.IsMatch(text, $@"\b{dialect}\.", RegexOptions.ExplicitCapture), $"{file} uses {dialect}"));
        }
    }

    [Fact]
    public void No_two_dialects_have_ten_lines_in_common()
    {
        var seen = new Dictionary<string, string>();
        foreach (var file in Dialects.SelectMany(FilesOf))
        {
            string[] lines = [.. File.ReadLines(file).Select(line => line.Trim()).Where(IsOfNote)];
            for (var i = 0; i + Copied <= lines.Length; i++)
            {
                var window = string.Join('\n', lines[i..(i + Copied)]);
                Assert.True(
                    !seen.TryGetValue(window, out var other) || DialectOf(other) == DialectOf(file),
                    $"{file} and {other} have these lines in common:\n{window}");
                seen[window] = file;
            }
        }
    }

    private static IEnumerable<string> FilesOf(string dialect) =>
        Directory.EnumerateFiles(Path.Combine(Protocol, "Dialects", dialect), "*.cs", SearchOption.AllDirectories);

    private static string? DialectOf(string file) => Array.Find(
        Dialects, dialect => file.Contains(
            $"{Path.DirectorySeparatorChar}Dialects{Path.DirectorySeparatorChar}{dialect}{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal));

    private static bool IsSource(string file) =>
        !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    // What every file has: usings, and lines of nothing but a brace.
    private static bool IsOfNote(string line) =>
        line.Length > 1 && !line.StartsWith("using ", StringComparison.Ordinal);

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();
}
