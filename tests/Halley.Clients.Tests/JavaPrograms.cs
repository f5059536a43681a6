using Halley.Clients.Tests;
using Halley.Testing;

[assembly: AssemblyFixture(typeof(JavaPrograms))]

namespace Halley.Clients.Tests;

/// <summary>
/// The Java client, its example, and the programs of these tests, compiled once: for Java 8, with warnings as errors.
/// </summary>
public sealed class JavaPrograms : IAsyncLifetime
{
    private readonly DirectoryInfo _classes = Directory.CreateTempSubdirectory("halley-java-");

    public async ValueTask InitializeAsync() => await CompileAsync(
        _classes.FullName,
        [
            .. SourcesIn("clients", "java", "src", "halley"),
            .. SourcesIn("clients", "java", "examples"),
            .. SourcesIn("tests", "Halley.Clients.Tests", "Java"),
        ]);

    /// <summary>Compiles further sources against the client.</summary>
    public Task CompileAsync(string into, IEnumerable<string> sources) => ClientProcess.RunAsync(
        into,
        "javac",
        ["--release", "8", "-Xlint:all,-options", "-Werror", "-cp", _classes.FullName, "-d", into, .. sources]);

    /// <summary>Starts a program of these.</summary>
    public ClientProcess Start(string program, params IEnumerable<string> arguments) =>
        Start([], _classes.FullName, program, arguments);

    /// <summary>Starts a program that was compiled into a folder of its own.</summary>
    public ClientProcess StartFrom(string folder, string program) => Start([], folder, program, []);

    /// <summary>Starts a program of these, with options for Java itself.</summary>
    public ClientProcess StartWith(IEnumerable<string> options, string program, params IEnumerable<string> arguments) =>
        Start(options, _classes.FullName, program, arguments);

    public ValueTask DisposeAsync()
    {
        _classes.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private ClientProcess Start(
        IEnumerable<string> options, string folder, string program, IEnumerable<string> arguments) =>
        ClientProcess.Start(
            folder,
            "java",
            [
                "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", .. options, "-cp", $"{folder}:{_classes.FullName}",
                program, .. arguments,
            ]);

    private static string[] SourcesIn(params string[] folder) =>
        Directory.GetFiles(Path.Combine([HalleyCommand.Root(), .. folder]), "*.java");
}
