using System.Net;
using System.Runtime.InteropServices;
using Halley.EndToEnd.Tests.Tls;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Reload;

/// <summary>A server that takes the place of another one: whoever connects meanwhile waits, and is answered.</summary>
public sealed class Restarts
{
    private const string Pub = """{ "location": "/pub", "kind": "publisher", "channels_path": "$arg_id" }""";

    private const string More = """
        "pidfile": "halley.pid", "drain": { "within": 2 },
        """;

    [Theory]
    [InlineData("")]
    [InlineData("\"engine\": { \"reactors\": 3 },")]
    public async Task Nobody_is_refused_while_a_successor_takes_over(string threads)
    {
        await using var server = await JsonServer.StartAsync(Pub, More + threads);
        using var held = await RawHttpClient.ConnectAsync(server.Own);
        using var done = new CancellationTokenSource();
        var asking = Task.WhenAll(
            AskOverAndOverAsync(server.Front, "/ping", done.Token),
            AskOverAndOverAsync(server.Front, "/ping", done.Token),
            AskOverAndOverAsync(server.Own, "/nowhere", done.Token));

        await server.WriteAsync(Pub, More);
        await using var successor = ServerProcess.Start("/", [server.ConfPath, "-s", "restart"]);
        Assert.Equal(0, await server.Process.UntilExitAsync());
        await UntilSaidAsync(successor, "subscribers come to");
        await Task.Delay(100, TestContext.Current.CancellationToken);
        await done.CancelAsync();

        Assert.All(await asking, count => Assert.NotEqual(0, count));
        successor.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await successor.UntilExitAsync());
    }

    [Fact]
    public async Task A_daemon_takes_them_over_too()
    {
        var log = """
            "logger": { "output": "halley.log" },
            """;
        await using var server = await JsonServer.StartAsync(Pub, More);
        var text = await File.ReadAllTextAsync(server.ConfPath, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            server.ConfPath,
            text.Replace("\"logger\": { \"level\": \"warn\" },", log, StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        using var done = new CancellationTokenSource();
        var asking = AskOverAndOverAsync(server.Front, "/ping", done.Token);

        await using var command = ServerProcess.Start("/", [server.ConfPath, "-s", "restart", "-d"]);
        Assert.Equal(0, await command.UntilExitAsync());
        await done.CancelAsync();

        Assert.NotEqual(0, await asking);
        await using var stop = ServerProcess.Start("/", [server.ConfPath, "-s", "stop"]);
        Assert.Equal(0, await stop.UntilExitAsync());
        var said = await File.ReadAllTextAsync(
            Path.Combine(Path.GetDirectoryName(server.ConfPath)!, "halley.log"), TestContext.Current.CancellationToken);
        Assert.Contains($"Sockets that listened already are used: {server.Front}", said);
    }

    [Fact]
    public async Task Who_connects_by_a_Unix_socket_is_not_refused_either()
    {
        var front = """
            { "location": "/ping", "kind": "icomet-front" } ] }, { "listen": "unix:s", "endpoints": [
            { "location": "/ping", "kind": "icomet-front" }
            """;
        await using var server = await JsonServer.StartAsync(front, More);
        var path = Path.Combine(Path.GetDirectoryName(server.ConfPath)!, "s");
        Assert.Equal(200, await PingAsync(path));

        await using var successor = ServerProcess.Start("/", [server.ConfPath, "-s", "restart"]);
        while (!server.Process.HasExited)
        {
            Assert.Equal(200, await PingAsync(path));
        }

        Assert.Equal(200, await PingAsync(path));
        await UntilSaidAsync(successor, "subscribers come to");
        successor.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await successor.UntilExitAsync());
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Nobody_is_refused_with_TLS_either()
    {
        await using var server = await TlsServer.StartAsync(more: More);
        using var client = server.Client("1.1");
        client.DefaultRequestHeaders.ConnectionClose = true;

        await using var successor = ServerProcess.Start("/", [server.Server.ConfPath, "-s", "restart"]);
        while (!server.Server.Process.HasExited)
        {
            await PingAsync();
        }

        await UntilSaidAsync(successor, "subscribers come to");
        await PingAsync();
        successor.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await successor.UntilExitAsync());

        async Task PingAsync()
        {
            using var answer = await client.GetAsync(
                TlsServer.Url(server.Front, "/ping"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_service_managers_sockets_are_listened_on()
    {
        // As systemd does it: descriptors from 3 on, and who they are for.
        const string Manager = """
            import os, socket, sys
            s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
            print("port", s.getsockname()[1], flush=True)
            os.dup2(s.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ["LISTEN_FDS"], os.environ["LISTEN_PID"] = "1", str(os.getpid())
            os.execv(sys.argv[1], [sys.argv[1], "--admin", "off", "--front", "127.0.0.1:%d" % s.getsockname()[1]])
            """;
        await using var server = ServerProcess.Start("/", [], through: ["/usr/bin/python3", "-c", Manager]);
        await UntilSaidAsync(server, "Sockets that listened already are used: 127.0.0.1:");
        await UntilSaidAsync(server, "subscribers come to");
        var port = int.Parse(
            server.Output.Split('\n')[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

        using var client = await RawHttpClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await client.GetAsync("/ping");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        server.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await server.UntilExitAsync());
    }

    // Each time by a connection of its own.
    private static async Task<int> AskOverAndOverAsync(
        IPEndPoint server, string target, CancellationToken cancellation)
    {
        var count = 0;
        while (!cancellation.IsCancellationRequested)
        {
            using var client = await RawHttpClient.ConnectAsync(server);
            await client.GetAsync(target);
            await client.ReadResponseAsync();
            count++;
        }

        return count;
    }

    private static async Task<int> PingAsync(string path)
    {
        using var client = await RawHttpClient.ConnectAsync(path);
        await client.GetAsync("/ping");
        return (await client.ReadResponseAsync()).Status;
    }

    private static Task UntilSaidAsync(ServerProcess server, string text) => Workers.WorkerCase.UntilAsync(
        () => server.Output.Contains(text, StringComparison.Ordinal), $"It says {text}: {server.Errors}");
}
