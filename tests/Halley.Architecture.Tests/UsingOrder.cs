using Halley.Testing;

namespace Halley.Architecture.Tests;

/// <summary>The usings at the top of a file are in order: System's, the others, static ones, aliases.</summary>
public sealed class UsingOrder
{
    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("benchmarks")]
    [InlineData("samples")]
    public void Usings_are_sorted(string folder)
    {
        var unsorted = Directory
            .EnumerateFiles(Path.Combine(HalleyCommand.Root(), folder), "*.cs", SearchOption.AllDirectories)
            .Where(path =>
            {
                var usings = File.ReadLines(path).TakeWhile(IsBeforeNamespace).Where(IsUsing).ToList();
                return !usings.SequenceEqual(usings.OrderBy(Key, StringComparer.OrdinalIgnoreCase));
            });

        Assert.Empty(unsorted);
    }

    private static bool IsBeforeNamespace(string line) => !line.StartsWith("namespace ", StringComparison.Ordinal);

    private static bool IsUsing(string line) =>
        line.StartsWith("using ", StringComparison.Ordinal)
        && line.EndsWith(';')
        && !line.Contains('(', StringComparison.Ordinal)
        && !line.StartsWith("using var ", StringComparison.Ordinal);

    // A dot sorts before everything that may stand in a name, as does the end.
    private static string Key(string line)
    {
        var name = line["using ".Length..].TrimEnd(';').Replace('.', '\u0001');
        return line switch
        {
            _ when name.Contains('=', StringComparison.Ordinal) => "3" + name,
            _ when name.StartsWith("static ", StringComparison.Ordinal) => "2" + name,
            _ when name == "System" || name.StartsWith("System\u0001", StringComparison.Ordinal) => "0" + name,
            _ => "1" + name,
        };
    }
}
