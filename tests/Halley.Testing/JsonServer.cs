using System.Globalization;
using System.Net;

namespace Halley.Testing;

/// <summary>
/// A server running with a halley.json of its own, in a folder of its own: iComet's two ports, and a third for
/// listeners.
/// </summary>
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
    /// <param name="front">
    /// Further keys of its front, each with a comma behind it; and so for the other two ports.
    /// </param>
    /// <param name="level">The least level of what it logs.</param>
    /// <param name="start">Called with its folder before it starts, to put files there.</param>
    public static async Task<JsonServer> StartAsync(
        string endpoints,
        string more = "",
        string front = "",
        string admin = "",
        string own = "",
        string level = "warn",
        Action<string>? start = null)
    {
        var server = new JsonServer();
        try
        {
            await server.WriteAsync(endpoints, more, front, admin, own, level);
            start?.Invoke(server._folder.FullName);
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the configuration anew; with the same parameters as at the start.</summary>
    public Task WriteAsync(
        string endpoints,
        string more = "",
        string front = "",
        string admin = "",
        string own = "",
        string level = "warn") =>
        File.WriteAllTextAsync(ConfPath, string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {
              "logger": { "level": "{{level}}" },
              "front": { {{front}} "listen": "{{Front}}" },
              "admin": { {{admin}} "listen": "{{Admin}}" },
              {{more}}
              "listeners": [ { {{own}} "listen": "{{Own}}", "endpoints": [ {{endpoints}} ] } ]
            }
            """));

    /// <summary>Has it read the configuration again.</summary>
    /// <param name="fields">Further fields of the request, each with its line end.</param>
    /// <returns>The answer's body.</returns>
    public async Task<string> ReloadAsync(string fields = "")
    {
        using var client = await RawHttpClient.ConnectAsync(Admin);
        await client.SendAsync($"POST /api/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n{fields}\r\n");
        return await (await client.ReadResponseAsync()).ReadBodyAsync();
    }

    /// <summary>The file of the configuration.</summary>
    public string ConfPath => Path.Combine(_folder.FullName, "halley.json");

    /// <summary>Kills it, as a crash does, and starts it again with the same configuration and ports.</summary>
    public async Task RestartAsync()
    {
        await Process.KillAsync();
        await Process.DisposeAsync();
        await StartAsync();
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

    private async Task StartAsync()
    {
        _process = ServerProcess.Start(Path.GetTempPath(), HalleyCommand.ArgumentsFor(ConfPath, []));
        await Process.UntilListeningAsync(Front, Admin, Own);
    }
}
