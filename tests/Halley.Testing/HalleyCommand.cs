namespace Halley.Testing;

/// <summary>
/// The command that starts the server under test: the built halley of this checkout, or whatever
/// HALLEY_TEST_SERVER says, e.g. <c>/opt/icomet/icomet-server {conf}</c>, to hold another server to the same cases.
/// </summary>
public static class HalleyCommand
{
    private static readonly string[] Other =
        (Environment.GetEnvironmentVariable("HALLEY_TEST_SERVER") ?? "").Split(
            ' ', StringSplitOptions.RemoveEmptyEntries);

    public static string Executable => Other.Length > 0 ? Other[0] : Built();

    /// <summary>The command's arguments for one configuration file, with more of them behind.</summary>
    public static IEnumerable<string> ArgumentsFor(string conf, IEnumerable<string> more) =>
        Other.Length > 0
            ? [.. Other[1..].Select(word => word.Replace("{conf}", conf, StringComparison.Ordinal)), .. more]
            : [conf, .. more];

    /// <summary>The root of the checkout this test was built from.</summary>
    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Halley.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Halley.slnx above {AppContext.BaseDirectory}");
    }

    private static string Built()
    {
        // artifacts/bin/<this test project>/<configuration>/ : the server lies in the same configuration.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var path = Path.Combine(Root(), "artifacts", "bin", "Halley.Server", configuration, "halley");
        return File.Exists(path) ? path : throw new FileNotFoundException($"The server is not built: {path}");
    }
}
