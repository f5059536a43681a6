using System.Text.Json;
using System.Xml.Linq;
using Halley.Testing;

namespace Halley.Architecture.Tests;

/// <summary>Everything that is handed out has the version of Directory.Build.props.</summary>
public sealed class OneVersion
{
    [Fact]
    public void The_browser_client_has_the_version_of_the_server()
    {
        var client = Path.Combine(HalleyCommand.Root(), "clients", "javascript", "package.json");
        using var package = JsonDocument.Parse(File.ReadAllText(client));
        var properties = XDocument.Load(Path.Combine(HalleyCommand.Root(), "Directory.Build.props"));

        Assert.Equal(
            properties.Descendants("Version").Single().Value, package.RootElement.GetProperty("version").GetString());
    }
}
