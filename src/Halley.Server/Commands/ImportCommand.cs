using System.CommandLine;
using System.Text;
using Halley.Server.Configuration;
using Halley.Server.Import;

namespace Halley.Server.Commands;

/// <summary>
/// <c>halley import nginx.conf</c>: prints the halley.json that serves the push-stream and nchan locations of an nginx
/// configuration.
/// </summary>
internal static class ImportCommand
{
    /// <summary>The exit status where something of the configuration is left out or closed.</summary>
    public const int Incomplete = 3;

    public static Command Create()
    {
        var path = new Argument<string>("nginx.conf")
        {
            Description = "The configuration that nginx is started with; what it includes is read too",
        };
        var command = new Command("import", "Print the halley.json that serves the push_stream and nchan locations of "
            + "an nginx.conf; status 3 where something is left out") { path };
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
                $"what it becomes is longer than {HalleyConfiguration.MaxFileBytes} bytes, and Halley reads no longer "
                    + "file");
        }

        output.WriteLine(json);
        return import.Report.IsComplete ? 0 : Incomplete;
    }
}
