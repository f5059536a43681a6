using System.Text.RegularExpressions;
using Halley.Testing;

namespace Halley.Architecture.Tests;

/// <summary>A summary begins with a noun phrase or a verb: see docs/STYLE.md.</summary>
public sealed partial class Summaries
{
    [Fact]
    public void No_summary_begins_with_a_free_relative_clause()
    {
        var sources = Path.Combine(HalleyCommand.Root(), "src");

        var clauses = Directory
            .EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories)
            .SelectMany(path => FreeRelative().Matches(File.ReadAllText(path)).Select(found => $"{path}: {found}"));

        Assert.Empty(clauses);
    }

    // "Whether …" says what a bool is.
    [GeneratedRegex(@"<summary>\s*(///\s*)?(What|Who|Whoever|Whose|Whom|Which|Where|When|How|Why)\b.*")]
    private static partial Regex FreeRelative();
}
