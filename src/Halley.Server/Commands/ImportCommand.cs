using System.CommandLine;
using System.Text;
using System.Text.Json;
using Halley.Server.Configuration;
using Halley.Server.Import;
using Halley.Server.Import.Centrifugo;

namespace Halley.Server.Commands;

/// <summary>
/// <c>halley import nginx.conf</c>: prints the halley.json that serves the push-stream and nchan locations of an nginx
/// configuration, or speaks Centrifugo's protocol as the <c>config.json</c> of a Centrifugo has it.
/// </summary>
internal static class ImportCommand
{
    /// <summary>The exit status where something of the configuration is left out or closed.</summary>
    public const int Incomplete = 3;

    public static Command Create()
    {
        var path = new Argument<string>("nginx.conf")
        {
            Description = "The configuration that nginx is started with; what it includes is read too. Or, with a name "
                + "that ends with .json, that of Centrifugo 6",
        };
        var command = new Command("import", "Print the halley.json that serves the push_stream and nchan locations of "
            + "an nginx.conf, or what a Centrifugo's config.json says; status 3 where something is left out") { path };
        command.SetAction(
            parsed => Run(
                parsed.GetRequiredValue(path),
                parsed.InvocationConfiguration.Output,
                parsed.InvocationConfiguration.Error));
        return command;
    }

    /// <returns>0, or 3 where something could not be taken over: that is named on <paramref name="error"/>.</returns>
    /// <exception cref="CommandException">
    /// It cannot be read, there is nothing of push-stream or nchan in it, or nothing that Halley can serve.
    /// </exception>
    public static int Run(string path, TextWriter output, TextWriter error)
    {
        if (Path.GetExtension(path) == ".json")
        {
            return RunCentrifugo(path, output, error);
        }

        var import = NginxImport.Of(NginxFile.Read(path), Path.GetDirectoryName(Path.GetFullPath(path))!);
        foreach (var line in import.Report.Lines)
        {
            error.WriteLine($"halley: {line}");
        }

        if (import.Listeners.Count == 0)
        {
            throw new CommandException("at none of its addresses can Halley listen, so there is nothing to print");
        }

        var json = ImportedJson.Write(import.PushStream, import.Listeners);
        if (Encoding.UTF8.GetByteCount(json) >= HalleyConfiguration.MaxFileBytes)
        {
            throw new CommandException(
                $"what it becomes is longer than {HalleyConfiguration.MaxFileBytes} bytes, "
                    + "and Halley reads no longer file");
        }

        output.WriteLine(json);
        return import.Report.IsComplete ? 0 : Incomplete;
    }

    private static int RunCentrifugo(string path, TextWriter output, TextWriter error)
    {
        var (json, report) = CentrifugoImport.Of(ReadWhole(path));
        foreach (var line in report.Lines)
        {
            error.WriteLine($"halley: {line}");
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteTo(writer);
        }

        output.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
        return report.IsComplete ? 0 : Incomplete;
    }

    private static byte[] ReadWhole(string path)
    {
        try
        {
            return new FileInfo(path).Length < HalleyConfiguration.MaxFileBytes
                ? File.ReadAllBytes(path)
                : throw new CommandException($"{path} is longer than {HalleyConfiguration.MaxFileBytes} bytes");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be read: {Unreadable.Reason(path, fault)}");
        }
    }
}
