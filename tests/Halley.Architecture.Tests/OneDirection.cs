using System.Reflection;
using System.Runtime.InteropServices;
using Halley.Testing;

namespace Halley.Architecture.Tests;

/// <summary>Which assembly may use which. An arrow that is not drawn here does not exist.</summary>
public sealed class OneDirection
{
    private const string Anything = "*";

    /// <summary>All of that framework.</summary>
    private const string AspNetCore = "Microsoft.AspNetCore.App";

    /// <summary>Project, assembly, and what it may use beside the base library.</summary>
    public static TheoryData<string, string, string[]> Arrows => new()
    {
        { "Halley.Chaos", "Halley.Chaos", [] },
        { "Halley.Client", "Halley.Client", [] },
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
        {
            "Halley.Sqlite",
            "Halley.Sqlite",
            ["Halley.Core", "Microsoft.Data.Sqlite", "Microsoft.Extensions.Logging.Abstractions", "SQLitePCLRaw.core"]
        },
        { "Halley.AspNetCore", "Halley.AspNetCore", ["Halley.Core", "Halley.Protocol", AspNetCore] },
        {
            "Halley.AspNetCore.Redis",
            "Halley.AspNetCore.Redis",
            ["Halley.AspNetCore", "Halley.Core", "Halley.Redis", "StackExchange.Redis", AspNetCore]
        },
        {
            "Halley.AspNetCore.Sqlite",
            "Halley.AspNetCore.Sqlite",
            ["Halley.AspNetCore", "Halley.Core", "Halley.Sqlite", AspNetCore]
        },
        {
            "Halley.Jwt",
            "Halley.Jwt",
            [
                "Halley.Core", "Halley.Protocol", "Microsoft.IdentityModel.JsonWebTokens",
                "Microsoft.IdentityModel.Tokens",
            ]
        },
        { "Halley.Load", "Halley.Load", [] },
        { "Halley.Router", "Halley.Router", ["Halley.Core", "Halley.Protocol"] },
        {
            "Halley.TestServer",
            "Halley.TestServer",
            ["Halley.AspNetCore", "Halley.Core", "Halley.Protocol", AspNetCore]
        },
        { "Halley.Server", "halley", [Anything] },
    };

    [Theory]
    [MemberData(nameof(Arrows))]
    public void An_assembly_uses_only_what_is_below_it(string project, string assembly, string[] mayUse)
    {
        Assert.NotEmpty(project);
        var used = Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!).Where(
            name => !IsBaseLibrary(name) && !(mayUse.Contains(AspNetCore) && IsOfAspNetCore(name)));

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

    private static bool IsOfAspNetCore(string name) => File.Exists(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory().Replace("Microsoft.NETCore.App", AspNetCore, StringComparison.Ordinal),
        name + ".dll"));

    /// <summary>The base library is what lies beside the runtime.</summary>
    private static bool IsBaseLibrary(string name) =>
        File.Exists(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), name + ".dll"));
}
