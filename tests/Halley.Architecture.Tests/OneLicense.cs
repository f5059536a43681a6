using System.Reflection;
using System.Text.Json;
using Halley.Testing;

namespace Halley.Architecture.Tests;

/// <summary>What may be done with Halley stands in the repository and in everything that leaves it.</summary>
public sealed class OneLicense
{
    private const string Copyright = "Copyright (c) 2026 The Halley authors";

    [Theory]
    [InlineData("LICENSE")]
    [InlineData("clients/javascript/LICENSE")]
    [InlineData("clients/java/LICENSE")]
    public void The_license_is_MIT(string path)
    {
        var text = File.ReadAllText(Path.Combine(HalleyCommand.Root(), path));

        Assert.StartsWith("MIT License\n\n" + Copyright + "\n", text, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(Path.Combine(HalleyCommand.Root(), "LICENSE")), text);
    }

    [Theory]
    [InlineData("Halley.Client")]
    [InlineData("Halley.Core")]
    [InlineData("Halley.Protocol")]
    [InlineData("Halley.Engine")]
    [InlineData("Halley.Workers")]
    [InlineData("Halley.Router")]
    [InlineData("halley")]
    public void An_assembly_says_whose_it_is(string assembly)
    {
        var loaded = Assembly.Load(assembly);

        Assert.Equal(Copyright, loaded.GetCustomAttribute<AssemblyCopyrightAttribute>()?.Copyright);
        Assert.Equal("The Halley authors", loaded.GetCustomAttribute<AssemblyCompanyAttribute>()?.Company);
    }

    [Fact]
    public void A_package_of_NuGet_names_the_license() =>
        Assert.Contains(
            "<PackageLicenseExpression>MIT</PackageLicenseExpression>",
            File.ReadAllText(Path.Combine(HalleyCommand.Root(), "Directory.Build.props")),
            StringComparison.Ordinal);

    [Fact]
    public void Every_package_of_npm_names_the_license()
    {
        var packages = ((string[])["benchmarks", "clients", "samples"])
            .SelectMany(
                folder => Directory.EnumerateFiles(
                    Path.Combine(HalleyCommand.Root(), folder), "package.json", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/node_modules/", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(packages);
        Assert.All(packages, path =>
        {
            using var package = JsonDocument.Parse(File.ReadAllText(path));
            if (!package.RootElement.TryGetProperty("name", out _))
            {
                // No package: it only says which kind of modules lie beside it.
                return;
            }

            Assert.Equal("MIT", package.RootElement.GetProperty("license").GetString());
            Assert.Equal("The Halley authors", package.RootElement.GetProperty("author").GetString());
        });
    }
}
