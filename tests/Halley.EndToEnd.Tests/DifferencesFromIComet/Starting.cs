using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.DifferencesFromIComet;

/// <summary>
/// A start that fails says so, and a running server is hard to end by mistake. iComet exits 0, and dies of SIGHUP.
/// </summary>
[Trait("differs", "icomet")]
public sealed class Starting
{
    // Nothing that is warned of.
    private static readonly ICometConf Conf = new() { AdminRules = ["allow: 127.0.0.1"] };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_port_that_is_taken_ends_the_start_with_1_and_one_line(bool frontIsTaken)
    {
        await using var server = ICometServer.Prepare(Conf);
        var taken = frontIsTaken ? server.Front : server.Admin;
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(taken);
        other.Listen();
        await using var process = server.Run();

        Assert.Equal(1, await process.UntilExitAsync());
        Assert.Contains(
            taken.ToString(),
            Assert.Single(process.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_on_the_same_ports_does_not_start_beside_the_first()
    {
        await using var server = await ICometServer.StartAsync(Conf);
        await using var second = server.Run();

        Assert.Equal(1, await second.UntilExitAsync());
        Assert.Single(second.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using var client = await RawHttpClient.ConnectAsync(server.Front);
        await client.GetAsync("/ping");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task In_the_background_a_port_that_is_taken_is_told_too()
    {
        await using var server = ICometServer.Prepare(new ICometConf());
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(server.Front);
        other.Listen();
        await using var process = server.Run("-d");

        Assert.Equal(1, await process.UntilExitAsync());
        Assert.Contains(server.Front.ToString(), process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hangup_does_not_end_a_server()
    {
        await using var server = await ICometServer.StartAsync(new ICometConf());
        using var client = await RawHttpClient.ConnectAsync(server.Front);
        await client.GetAsync("/stream?cname=a&seq=1");
        var stream = await client.ReadResponseAsync();

        server.Process.Signal(PosixSignal.SIGHUP);

        // The reaction to a signal is not ordered with an answer; ten answers later it has had its time.
        foreach (var n in Enumerable.Range(1, 10))
        {
            using var publisher = await RawHttpClient.ConnectAsync(server.Admin);
            await publisher.GetAsync($"/push?cname=a&content={n}");
            Assert.Equal(200, (await publisher.ReadResponseAsync()).Status);
            Assert.Equal(
                $$"""{"type":"data","cname":"a","seq":{{n}},"content":"{{n}}"}""" + "\n",
                await stream.ReadChunkAsync());
        }

        Assert.False(server.Process.HasExited);
    }

    [Fact]
    public async Task Without_arguments_it_serves_subscribers_on_8100_and_publishers_on_8000()
    {
        IPEndPoint front = new(IPAddress.Loopback, 8100), admin = new(IPAddress.Loopback, 8000);
        var isTaken = await ServerProcess.IsListeningAsync(front) || await ServerProcess.IsListeningAsync(admin);
        var folder = Directory.CreateTempSubdirectory("halley-");
        try
        {
            await using var process = ServerProcess.Start(folder.FullName, []);
            if (isTaken)
            {
                // Somebody else of this machine is there: then it must want to be there too.
                Assert.Equal(1, await process.UntilExitAsync());
                Assert.Matches(":8[01]00 ", process.Errors);
                return;
            }

            await process.UntilListeningAsync(front, admin);
            using var subscriber = await RawHttpClient.ConnectAsync(front);
            await subscriber.GetAsync("/sub?cname=12&seq=1");
            var poll = await subscriber.ReadResponseAsync();
            using var publisher = await RawHttpClient.ConnectAsync(admin);
            await publisher.GetAsync("/push?cname=12&content=hi");

            Assert.Equal("""{"type":"data","cname":"12","seq":1,"content":"hi"}""" + "\n", await poll.ReadBodyAsync());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
