using System.Reflection;

namespace Halley.Server;

/// <summary>The name and the version of this program.</summary>
internal static class Product
{
    /// <summary>The release; what a build adds behind a plus sign is left out.</summary>
    public static string Version { get; } = typeof(Product).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static string NameAndVersion => $"halley {Version}";
}
