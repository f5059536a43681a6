using Halley.Testing;

namespace Halley.Architecture.Tests;

/// <summary>A line of source has at most 120 columns, and a file of source at most 350 lines.</summary>
public sealed class LineWidth
{
    private const int MaxColumns = 120;
    private const int MaxLines = 350;

    public static TheoryData<string> Folders => new("src", "tests");

    [Theory]
    [MemberData(nameof(Folders))]
    public void No_line_is_wider_than_120_columns(string folder)
    {
        var wide = Files(folder)
            .SelectMany(
                path => File.ReadLines(path).Select((line, index) => (Path: path, Number: index + 1, Line: line)))
            .Where(line => line.Line.Length > MaxColumns && !IsUnbreakable(line.Line))
            .Select(line => $"{line.Path}:{line.Number}");

        Assert.Empty(wide);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void No_file_of_source_is_longer_than_350_lines(string folder)
    {
        var sources = Files(folder).Where(path => path.EndsWith(".cs", StringComparison.Ordinal));

        Assert.All(sources, path => Assert.True(File.ReadLines(path).Count() <= MaxLines, path));
    }

    private static List<string> Files(string folder)
    {
        var files = Directory
            .EnumerateFiles(Path.Combine(HalleyCommand.Root(), folder), "*", SearchOption.AllDirectories)
            .Where(
                path => path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(
                    ".md", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(files);
        return files;
    }

    // Markdown has no line break in a row of a table, nor in an address.
    private static bool IsUnbreakable(string line) =>
        line.TrimStart().StartsWith('|') || !line.AsSpan(Math.Min(4, line.Length)).Trim().Contains(' ');
}
