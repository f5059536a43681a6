using System.Text.Json;
using Halley.Testing;

namespace Halley.Architecture.Tests;

/// <summary>What somebody sees who has just taken the sources.</summary>
public sealed class FirstSteps
{
    [Fact]
    public void Running_from_the_sources_says_at_once_that_it_builds()
    {
        // dotnet run shows nothing of a build but errors; this it prints itself, before.
        var path = Path.Combine(HalleyCommand.Root(), "src", "Halley.Server", "Properties", "launchSettings.json");
        using var settings = JsonDocument.Parse(
            File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        var profile = Assert.Single(settings.RootElement.GetProperty("profiles").EnumerateObject()).Value;

        Assert.Equal("Project", profile.GetProperty("commandName").GetString());
        Assert.True(profile.GetProperty("dotnetRunMessages").GetBoolean());
    }
}
