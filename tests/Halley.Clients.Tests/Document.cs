using System.Text.RegularExpressions;
using Halley.Testing;

namespace Halley.Clients.Tests;

/// <summary>docs/clients.md: its snippets, in the order in which they stand there.</summary>
internal static partial class Document
{
    /// <returns>The language of each snippet, and its text.</returns>
    public static IReadOnlyList<(string Language, string Text)> Snippets() =>
        [.. Fenced().Matches(File.ReadAllText(Path.Combine(HalleyCommand.Root(), "docs", "clients.md")))
            .Select(match => (match.Groups["language"].Value, match.Groups["text"].Value))];

    /// <summary>The two snippets of a language: how to publish, and how to subscribe.</summary>
    public static (string Publish, string Subscribe) SnippetsIn(string language)
    {
        var texts = Snippets().Where(snippet => snippet.Language == language).Select(snippet => snippet.Text).ToList();
        Assert.Equal(2, texts.Count);
        return (texts[0], texts[1]);
    }

    [GeneratedRegex(
        @"^```(?<language>\w+)\n(?<text>(?s:.)*?)^```$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fenced();
}
