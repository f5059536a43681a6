using System.Net;

namespace Halley.Testing;

/// <summary>A server running on two ports of its own, with its icomet.conf in a folder of its own.</summary>
public sealed class ICometServer : IAsyncDisposable
{
    private readonly ReservedPort _front = new();
    private readonly ReservedPort _admin = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-");
    private ServerProcess? _process;

    private ICometServer(ICometConf conf) => File.WriteAllText(ConfPath, conf.Text(_front.Number, _admin.Number));

    public IPEndPoint Front => _front.OnLoopback;

    public IPEndPoint Admin => _admin.OnLoopback;

    public string Folder => _folder.FullName;

    public string ConfPath => Path.Combine(Folder, "icomet.conf");

    public ServerProcess Process => _process ?? throw new InvalidOperationException("Not started.");

    /// <summary>A folder with a configuration in it, and nothing started.</summary>
    public static ICometServer Prepare(ICometConf conf) => new(conf);

    /// <summary>A server that already listens on both ports.</summary>
    /// <param name="conf">What its configuration file says.</param>
    /// <param name="more">Arguments behind the file's name.</param>
    public static async Task<ICometServer> StartAsync(ICometConf conf, params string[] more)
    {
        var server = new ICometServer(conf);
        try
        {
            server.Start(more);
            await server.UntilListeningAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A server that already listens on both ports, and may have only so many files open.</summary>
    public static async Task<ICometServer> StartAsync(ICometConf conf, int descriptors, params string[] more)
    {
        var server = new ICometServer(conf);
        server._process = ServerProcess.Start(
            Path.GetTempPath(), HalleyCommand.ArgumentsFor(server.ConfPath, more), descriptors);
        await server.UntilListeningAsync();
        return server;
    }

    /// <summary>Starts the server itself; it stays this one's <see cref="Process"/>.</summary>
    public ServerProcess Start(params string[] more) => _process = Run(more);

    /// <summary>Runs the command with this configuration and these arguments behind it.</summary>
    public ServerProcess Run(params string[] more) =>
        ServerProcess.Start(Path.GetTempPath(), HalleyCommand.ArgumentsFor(ConfPath, more));

    public Task UntilListeningAsync() => Process.UntilListeningAsync(Front, Admin);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _front.Dispose();
        _admin.Dispose();
        _folder.Delete(recursive: true);
    }
}
