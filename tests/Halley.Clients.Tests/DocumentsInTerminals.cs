namespace Halley.Clients.Tests;

/// <summary>Documents whose terminals print what they show.</summary>
public sealed class DocumentsInTerminals
{
    [Theory]
    [InlineData("../README.md")]
    [InlineData("getting-started.md")]
    [InlineData("migrating/centrifugo.md")]
    [InlineData("migrating/icomet.md")]
    [InlineData("migrating/nchan.md")]
    [InlineData("migrating/push-stream.md")]
    public async Task What_is_typed_prints_what_is_shown(string document)
    {
        var snippets = Document.SnippetsOf(document);
        await using var terminals = new Terminals();
        foreach (var (_, file, text) in snippets.Where(snippet => snippet.File.Length > 0))
        {
            await terminals.SaveAsync(file, text);
        }

        var blocks = snippets.Where(snippet => snippet.Language == "console").Select(snippet => snippet.Text).ToList();
        Assert.NotEmpty(blocks);
        await terminals.RunAsync(blocks);
    }
}
