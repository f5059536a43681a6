using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>A service manager that waits until a service listens is told so (systemd's Type=notify).</summary>
public sealed class ServiceManagers
{
    private static readonly string[] AnyPort = ["--front", "127.0.0.1:0", "--admin", "127.0.0.1:0"];

    [Theory]
    [InlineData("path")]
    [InlineData("abstract name")]
    public async Task A_service_manager_hears_that_a_server_listens_reloads_and_ends(string kind)
    {
        var folder = Directory.CreateTempSubdirectory("halley-test-");
        try
        {
            var path = Path.Combine(folder.FullName, "notify");
            var isPath = kind == "path";
            using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            manager.Bind(new UnixDomainSocketEndPoint(isPath ? path : '\0' + path));
            await using var server = Start(isPath ? path : '@' + path);

            Assert.Equal("READY=1\nSTATUS=Serving", await HearAsync(manager));
            Assert.False(server.HasExited);

            server.Signal(PosixSignal.SIGHUP);
            Assert.Matches("^RELOADING=1\nMONOTONIC_USEC=[0-9]+$", await HearAsync(manager));
            Assert.Equal("READY=1\nSTATUS=Serving", await HearAsync(manager));

            server.Signal(PosixSignal.SIGTERM);
            Assert.Equal("STOPPING=1", await HearAsync(manager));
            Assert.Matches(
                "^EXTEND_TIMEOUT_USEC=[0-9]+\nSTATUS=Draining: 0 subscriptions are left$", await HearAsync(manager));
            Assert.Equal(0, await server.UntilExitAsync());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_service_manager_that_asks_hears_that_the_server_is_alive()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint('\0' + path));
        await using var server = Start('@' + path, "WATCHDOG_USEC=1000000");

        Assert.Equal("READY=1\nSTATUS=Serving", await HearAsync(manager));
        Assert.Equal("WATCHDOG=1", await HearAsync(manager));
        Assert.Equal("WATCHDOG=1", await HearAsync(manager));

        server.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await server.UntilExitAsync());
    }

    [Fact]
    public async Task A_service_manager_that_is_not_there_keeps_no_server_from_serving()
    {
        await using var server = Start("/nowhere/notify");
        while (!server.Output.Contains("(NOTIFY_SOCKET) is not told", StringComparison.Ordinal))
        {
            Assert.False(server.HasExited);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        server.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await server.UntilExitAsync());
    }

    private static ServerProcess Start(string address, params string[] more) => ServerProcess.Start(
        Path.GetTempPath(), AnyPort, through: ["/usr/bin/env", $"NOTIFY_SOCKET={address}", .. more]);

    private static async Task<string> HearAsync(Socket manager)
    {
        var buffer = new byte[100];
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        var length = await manager.ReceiveAsync(buffer, SocketFlags.None, patience.Token);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }
}
