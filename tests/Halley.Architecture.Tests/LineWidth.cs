using Halley.Testing;

namespace Halley.Architecture.Tests;

/// <summary>
/// A line of source, of a document or of a halley.json has at most 120 columns; a file of source, 350 lines.
/// </summary>
public sealed class LineWidth
{
    private const int MaxColumns = 120;
    private const int MaxLines = 350;

    // What others made, what was built, and tables that a program wrote.
    private static readonly string[] NotOurs = ["artifacts", "node_modules", "bin", "obj", "dist", "results"];

    public static TheoryData<string> Folders => new("src", "tests", "benchmarks", "samples", "clients", "docs");

    [Theory]
    [MemberData(nameof(Folders))]
    public void No_line_is_wider_than_120_columns(string folder) => Assert.Empty(WideLines(Files(folder)));

    [Fact]
    public void No_line_of_the_documents_above_them_is_wider() => Assert.Empty(
        WideLines(Directory.EnumerateFiles(HalleyCommand.Root(), "*.md")));

    [Theory]
    [MemberData(nameof(Folders))]
    public void No_file_of_source_is_longer_than_350_lines(string folder)
    {
        var sources = Files(folder).Where(path => path.EndsWith(".cs", StringComparison.Ordinal));

        Assert.All(sources, path => Assert.True(File.ReadLines(path).Count() <= MaxLines, path));
    }

    private static IEnumerable<string> WideLines(IEnumerable<string> paths) => paths
        .SelectMany(path => File.ReadLines(path).Select((line, index) => (Path: path, Number: index + 1, Line: line)))
        .Where(line => line.Line.Length > MaxColumns && !IsUnbreakable(line.Line))
        .Select(line => $"{line.Path}:{line.Number}");

    private static List<string> Files(string folder)
    {
        var root = Path.Combine(HalleyCommand.Root(), folder);
        var files = Directory
            .EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".cs" or ".md" || Path.GetFileName(path) == "halley.json")
            .Where(path => !Path.GetRelativePath(root, path).Split('/').Intersect(NotOurs).Any())
            .ToList();
        Assert.NotEmpty(files);
        return files;
    }

    // There is no line break in an address.
    private static bool IsUnbreakable(string line) =>
        !line.AsSpan(Math.Min(4, line.Length)).Trim().Contains(' ');
}
