using System.Text.RegularExpressions;
using Halley.Testing;

namespace Halley.Clients.Tests;

/// <summary>A document's snippets, in the order in which they stand there.</summary>
internal static partial class Document
{
    /// <param name="name">The file below docs.</param>
    /// <returns>The language of each snippet, the file that it is to be saved as, or nothing, and its text.</returns>
    public static IReadOnlyList<(string Language, string File, string Text)> SnippetsOf(string name) =>
        [.. Fenced().Matches(File.ReadAllText(Path.Combine(HalleyCommand.Root(), "docs", name)))
            .Select(match => (
                match.Groups["language"].Value, match.Groups["file"].Value, match.Groups["text"].Value))];

    /// <summary>Those of docs/clients.md.</summary>
    public static IReadOnlyList<(string Language, string Text)> Snippets() =>
        [.. SnippetsOf("clients.md").Select(snippet => (snippet.Language, snippet.Text))];

    /// <summary>Two of docs/clients.md in a language: how to publish as this name, and how to subscribe.</summary>
    /// <param name="name">What publishes says hello from this one.</param>
    public static (string Publish, string Subscribe) SnippetsIn(string language, string name)
    {
        var texts = Snippets().Where(snippet => snippet.Language == language).Select(snippet => snippet.Text).ToList();
        var publish = texts.FindIndex(text => Regex.IsMatch(text, $@"\bhello from {Regex.Escape(name)}[""']"));
        Assert.InRange(publish, 0, texts.Count - 2);
        return (texts[publish], texts[publish + 1]);
    }

    [GeneratedRegex(
        @"^```(?<language>\w+)( (?<file>\S+))?\n(?<text>(?s:.)*?)^```$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fenced();
}
