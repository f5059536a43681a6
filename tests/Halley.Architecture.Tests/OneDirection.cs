using System.Reflection;
using System.Runtime.InteropServices;
using Halley.Testing;

namespace Halley.Architecture.Tests;

/// <summary>Which assembly may use which. An arrow that is not drawn here does not exist.</summary>
public sealed class OneDirection
{
    private const string Anything = "*";

    /// <summary>Project, assembly, and what it may use beside the base library.</summary>
    public static TheoryData<string, string, string[]> Arrows => new()
    {
        { "Halley.Core", "Halley.Core", [] },
        { "Halley.Protocol", "Halley.Protocol", ["Halley.Core"] },
        {
            "Halley.Engine",
            "Halley.Engine",
            ["Halley.Core", "Halley.Protocol", "Microsoft.Extensions.Logging.Abstractions"]
        },
        { "Halley.Workers", "Halley.Workers", ["Halley.Core", "Halley.Protocol"] },
        {
            "Halley.Redis",
            "Halley.Redis",
            ["Halley.Core", "Halley.Protocol", "Microsoft.Extensions.Logging.Abstractions", "StackExchange.Redis"]
        },
        { "Halley.Load", "Halley.Load", [] },
        { "Halley.Router", "Halley.Router", ["Halley.Core", "Halley.Protocol"] },
        { "Halley.Server", "halley", [Anything] },
    };

    [Theory]
    [MemberData(nameof(Arrows))]
    public void An_assembly_uses_only_what_is_below_it(string project, string assembly, string[] mayUse)
    {
        Assert.NotEmpty(project);
        var used = Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!).Where(
            name => !IsBaseLibrary(name));

        Assert.All(
            used,
            name => Assert.True(mayUse.Contains(name) || mayUse.Contains(Anything), $"{assembly} must not use {name}"));
    }

    [Fact]
    public void Every_project_has_its_arrows()
    {
        var projects =
            Directory.GetDirectories(Path.Combine(HalleyCommand.Root(), "src")).Select(Path.GetFileName).Order();

        Assert.Equal(projects, Arrows.Select(row => row.Data.Item1).Order());
    }

    /// <summary>The base library is what lies beside the runtime.</summary>
    private static bool IsBaseLibrary(string name) =>
        File.Exists(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), name + ".dll"));
}
