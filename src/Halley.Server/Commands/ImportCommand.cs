using System.CommandLine;
using Halley.Server.Import;

namespace Halley.Server.Commands;

/// <summary><c>halley import nginx.conf</c>: prints the halley.json that serves the push-stream locations of an nginx configuration.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("nginx.conf") { Description = "The configuration that nginx is started with; what it includes is read too" };
        var command = new Command("import", "Print the halley.json that serves the push_stream locations of an nginx.conf") { path };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(path), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    /// <returns>0, also where something could not be taken over: that is named on <paramref name="error"/>.</returns>
    /// <exception cref="CommandException">It cannot be read, or there is nothing of push-stream in it.</exception>
    public static int Run(string path, TextWriter output, TextWriter error)
    {
        var import = PushStreamImport.Of(NginxFile.Read(path));
        output.WriteLine(ImportedJson.Write(import));
        foreach (var line in import.NotTaken)
        {
            error.WriteLine($"halley: {line}");
        }

        return 0;
    }
}
