using System.Text.RegularExpressions;
using Halley.Testing;

namespace Halley.Architecture.Tests;

/// <summary>Where a document sends its reader, there is something.</summary>
public sealed partial class Links
{
    private static readonly string[] NotOurs = ["artifacts", "node_modules", "bin", "obj"];

    [Fact]
    public void Of_documents_lead_to_files_and_headings_that_are_there()
    {
        var root = HalleyCommand.Root();
        var documents = Directory.EnumerateFiles(root, "*.md", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(root, path).Split('/').Intersect(NotOurs).Any())
            .ToList();
        Assert.NotEmpty(documents);

        var dead = documents.SelectMany(document => Link().Matches(WithoutCode(File.ReadAllText(document)))
            .Select(match => match.Groups["to"].Value)
            .Where(to => !to.Contains("://", StringComparison.Ordinal) && !LeadsSomewhere(document, to))
            .Select(to => $"{Path.GetRelativePath(root, document)}: {to}"));

        Assert.Empty(dead);
    }

    private static bool LeadsSomewhere(string document, string to)
    {
        var (name, heading) = to.Split('#', 2) is [var file, var anchor] ? (file, anchor) : (to, "");
        var path = name.Length == 0 ? document : Path.Combine(Path.GetDirectoryName(document)!, name);
        return Path.Exists(path) && (heading.Length == 0 || Headings(path).Contains(heading));
    }

    // As GitHub names them: in small letters, without punctuation, with a hyphen for each space.
    private static IEnumerable<string> Headings(string document) =>
        Heading().Matches(WithoutCode(File.ReadAllText(document))).Select(match =>
            Punctuation().Replace(match.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    private static string WithoutCode(string text) => Fenced().Replace(text, "");

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"(\]\(|^\[[^\]]+\]: )(?<to>[^)\s]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
