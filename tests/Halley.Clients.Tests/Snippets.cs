using System.Globalization;
using System.Text.RegularExpressions;
using Halley.Testing;

namespace Halley.Clients.Tests;

/// <summary>
/// What docs/clients.md shows is what works. Its pages are tested in browsers, by clients/javascript.
/// </summary>
public sealed partial class Snippets(JavaPrograms java) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-snippet-");

    [Fact]
    public void All_are_tested() => Assert.Equal(
        [
            "bash", "bash", "html", "html", "csharp", "csharp", "csharp", "csharp", "java", "java", "php", "php",
            "python", "python", "go", "go",
        ],
        Document.Snippets().Select(snippet => snippet.Language));

    [Theory]
    [InlineData("bash", "curl")]
    [InlineData("csharp", "Halley.Client")]
    [InlineData("csharp", ".NET")]
    [InlineData("java", "Java")]
    [InlineData("php", "PHP")]
    [InlineData("python", "Python")]
    [InlineData("go", "Go")]
    public async Task Publish_and_are_given_each_message_once_and_in_order_or_are_told_although_the_server_is_killed(
        string language, string name)
    {
        await using var ledger = await Ledger.StartAsync(new ICometConf());
        var (publish, subscribe) = Document.SnippetsIn(language, name);
        await using var subscriber = await StartAsync(language, Own(subscribe, ledger.Server));
        await ledger.UntilFollowedAsync("news");

        await using (var publisher = await StartAsync(language, Own(publish, ledger.Server)))
        {
            Assert.True(await publisher.UntilExitAsync() == 0, string.Join('\n', publisher.Lines));
        }

        await UntilSaidAsync(subscriber, $"hello from {name}");
        await ledger.PublishAsync("news", 5);
        await UntilSaidAsync(subscriber, "number 5");
        await ledger.RestartAsync();
        await ledger.PublishAsync("news", 3);
        await UntilSaidAsync(subscriber, "number 8");

        var numbers = subscriber.Lines.SelectMany(line => Number().Matches(line)).Select(
            match => int.Parse(match.Value, CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(1, 8), numbers);
        Assert.Single(subscriber.Lines, line => line.Contains("reset", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Own(string snippet, ICometServer server) => snippet
        .Replace("#:project src", $"#:project {HalleyCommand.Root()}/src", StringComparison.Ordinal)
        .Replace("new HalleyClient()", OwnClient(server), StringComparison.Ordinal)
        .Replace("127.0.0.1:8100", $"{server.Front}", StringComparison.Ordinal)
        .Replace("127.0.0.1:8000", $"{server.Admin}", StringComparison.Ordinal);

    // Its defaults are the addresses that stand in all other snippets.
    private static string OwnClient(ICometServer server) =>
        $$"""
        new HalleyClient(new HalleyClientOptions
        {
            FrontAddress = new Uri("http://{{server.Front}}/"),
            ApiAddress = new Uri("http://{{server.Admin}}/api/"),
        })
        """;

    private static Task UntilSaidAsync(ClientProcess program, string text) =>
        program.UntilAsync($"\"{text}\"", lines => lines.Any(line => line.Contains(text, StringComparison.Ordinal)));

    private async Task<ClientProcess> StartAsync(string language, string text)
    {
        var folder = _folder.CreateSubdirectory(Path.GetRandomFileName()).FullName;
        var extension = language switch { "bash" => "sh", "csharp" => "cs", "python" => "py", var own => own };
        var program = language == "java" ? PublicClass().Match(text).Groups["name"].Value : "snippet";
        var file = Path.Combine(folder, $"{program}.{extension}");
        await File.WriteAllTextAsync(file, text);
        switch (language)
        {
            case "bash":
                return ClientProcess.Start(folder, "bash", file);
            case "php":
                return ClientProcess.Start(folder, "php", file);
            case "python":
                return ClientProcess.Start(folder, "python3", file);
            case "csharp":
                return ClientProcess.Start(folder, "dotnet", "run", file);
            case "go":
                await ClientProcess.RunAsync(folder, "go", "build", "-o", "snippet", file);
                return ClientProcess.Start(folder, Path.Combine(folder, "snippet"));
            case "java":
                await java.CompileAsync(folder, [file]);
                return java.StartFrom(folder, program);
            default:
                throw new ArgumentOutOfRangeException(nameof(language), language, "Nobody knows how to run it.");
        }
    }

    [GeneratedRegex(@"(?<=\bnumber )\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"public class (?<name>\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex PublicClass();
}
