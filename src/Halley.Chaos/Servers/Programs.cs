namespace Halley.Chaos.Servers;

/// <summary>Programs of this machine.</summary>
internal static class Programs
{
    /// <returns>Where it lies; null where it is not on the PATH, nor where administrators' programs are.</returns>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/usr/local/sbin")
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
