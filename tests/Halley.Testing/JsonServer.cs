using System.Globalization;
using System.Net;

namespace Halley.Testing;

/// <summary>A server running with a halley.json of its own, in a folder of its own: iComet's two ports, and a third for listeners.</summary>
public sealed class JsonServer : IAsyncDisposable
{
    private readonly ReservedPort _front = new();
    private readonly ReservedPort _admin = new();
    private readonly ReservedPort _own = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-");
    private ServerProcess? _process;

    private JsonServer()
    {
    }

    public IPEndPoint Front => _front.OnLoopback;

    public IPEndPoint Admin => _admin.OnLoopback;

    /// <summary>Where the file's own listener is.</summary>
    public IPEndPoint Own => _own.OnLoopback;

    public ServerProcess Process => _process ?? throw new InvalidOperationException("Not started.");

    /// <summary>A server that already listens on all its ports.</summary>
    /// <param name="endpoints">The items of its listener's endpoints.</param>
    /// <param name="more">Further sections, each with a comma behind it.</param>
    /// <param name="front">Further keys of its front, each with a comma behind it; and so for the other two ports.</param>
    public static async Task<JsonServer> StartAsync(string endpoints, string more = "", string front = "", string admin = "", string own = "")
    {
        var server = new JsonServer();
        try
        {
            var path = Path.Combine(server._folder.FullName, "halley.json");
            await File.WriteAllTextAsync(path, string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                {
                  "logger": { "level": "warn" },
                  "front": { {{front}} "listen": "{{server.Front}}" },
                  "admin": { {{admin}} "listen": "{{server.Admin}}" },
                  {{more}}
                  "listeners": [ { {{own}} "listen": "{{server.Own}}", "endpoints": [ {{endpoints}} ] } ]
                }
                """));
            server._process = ServerProcess.Start(Path.GetTempPath(), HalleyCommand.ArgumentsFor(path, []));
            await server.Process.UntilListeningAsync(server.Front, server.Admin, server.Own);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _front.Dispose();
        _admin.Dispose();
        _own.Dispose();
        _folder.Delete(recursive: true);
    }
}
