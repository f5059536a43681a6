using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Workers;

/// <summary>What happens when a worker dies, when the main process does, and when the server is stopped.</summary>
public sealed class WorkersEnd(
    WorkersEnd.MortalServer server) : WorkerCase(server), IClassFixture<WorkersEnd.MortalServer>
{
    // SIGSTOP, which the base library has no name for.
    private const PosixSignal Stop = (PosixSignal)19;

    private const int Messages = 2000;

    public sealed class MortalServer() : SharedServer(
        new ICometConf { ChannelBufferSize = Messages }, "--workers", $"{Workers}");

    [Fact]
    public async Task A_worker_that_is_killed_is_started_again_and_its_subscribers_miss_nothing()
    {
        var channel = NewChannel();
        var workers = WorkersOf(Server.Process.Id);
        var deaths = 0;
        var subscribers =
            Enumerable.Range(0, 9).Select(_ => FollowAsync(channel, () => Interlocked.Increment(ref deaths))).ToList();
        await UntilSubscribersAsync(channel, subscribers.Count);
        var publisher = await ConnectAdminAsync();
        for (var n = 1; n <= Messages; n++)
        {
            if (n is 300 or 600 or 900)
            {
                using var victim = Process.GetProcessById(workers[(n / 300) - 1]);
                victim.Kill();
            }

            await publisher.GetAsync($"/push?cname={channel}&content={n}");
            Assert.Equal("{\"type\":\"ok\"}\n", await (await publisher.ReadResponseAsync()).ReadBodyAsync());
        }

        await Task.WhenAll(subscribers);

        // All three died, so every subscriber was cut off once at least.
        Assert.InRange(deaths, subscribers.Count, int.MaxValue);
        await UntilAsync(
            () => WorkersOf(Server.Process.Id) is { Count: Workers } now && !now.Intersect(workers).Any(),
            "The workers do not come back.");
        var log = await File.ReadAllTextAsync(
            Path.Combine(Server.Folder, "halley.log"), TestContext.Current.CancellationToken);
        Assert.Contains("Worker 1 ended", log, StringComparison.Ordinal);
        Assert.Contains("Worker 1 is started again", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_stands_still_is_ended_and_another_takes_its_share_of_the_port()
    {
        await using var server = await ICometServer.StartAsync(
            new ICometConf(), "--workers", "2", "--set", "engine.worker_patience=2");
        await UntilServingAsync(server, processes: 2);
        var stopped = WorkersOf(server.Process.Id)[0];
        ServerProcess.Signal(stopped, Stop);
        await UntilAsync(
            () => WorkersOf(server.Process.Id) is { Count: 2 } now && !now.Contains(stopped), "It is not replaced.");
        await UntilServingAsync(server, processes: 3);
        Assert.Contains(
            $"stands still and is ended: its process {stopped}",
            await File.ReadAllTextAsync(LogOf(server), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        for (var n = 0; n < 20; n++)
        {
            using var client = await RawHttpClient.ConnectAsync(server.Front);
            await client.GetAsync("/poll?cname=n&seq=0");
            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_worker_outlives_the_main_process(bool isAsked)
    {
        await using var server = await ICometServer.StartAsync(new ICometConf(), "--workers", "2");
        var workers = WorkersOf(server.Process.Id);
        Assert.Equal(2, workers.Count);
        using var client = await RawHttpClient.ConnectAsync(server.Front);
        await client.GetAsync("/stream?cname=x&seq=1");
        _ = await client.ReadResponseAsync();
        if (isAsked)
        {
            server.Process.Signal(PosixSignal.SIGTERM);
            Assert.Equal(0, await server.Process.UntilExitAsync());
            Assert.All(workers, worker => Assert.False(ServerProcess.IsRunning(worker)));
        }
        else
        {
            await server.Process.KillAsync();
            await UntilAsync(
                () => !workers.Exists(worker => SocketsOf(worker) > 0),
                "A worker lives on.");
        }

        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Signals_of_a_terminal_do_not_end_a_worker()
    {
        await using var server = await ICometServer.StartAsync(new ICometConf(), "--workers", "1");
        var worker = Assert.Single(WorkersOf(server.Process.Id));
        foreach (var signal in new[] { PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGTERM })
        {
            ServerProcess.Signal(worker, signal);
        }

        using var client = await RawHttpClient.ConnectAsync(server.Front);
        await client.GetAsync("/ping");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        Assert.Equal(worker, Assert.Single(WorkersOf(server.Process.Id)));
    }

    [Fact]
    public async Task A_worker_that_is_full_leaves_new_connections_to_those_that_are_not()
    {
        await using var server = await ICometServer.StartAsync(
            new ICometConf { MaxSubscribersPerChannel = 10_000 }, descriptors: 400, "--workers", "2");
        await UntilServingAsync(server, processes: 2);
        List<RawHttpClient> clients = [];
        try
        {
            // Each is served or refused at once, and none waits at a worker that has no room.
            while (await TrySubscribeAsync(server) is { } client)
            {
                clients.Add(client);
            }

            // Two workers with 400 descriptors each, less the reserve and what the runtime has open.
            Assert.InRange(clients.Count, 200, 800);
            clients.Take(50).ToList().ForEach(client => client.Reset());
            await UntilAsync(
                () => TrySubscribeAsync(server).Result is { } again && Add(again),
                "Nobody gets in where there is room again.");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        bool Add(RawHttpClient client)
        {
            clients.Add(client);
            return true;
        }
    }

    [Theory]
    [InlineData("1025")]
    [InlineData("-1")]
    [InlineData("many")]
    public async Task A_number_of_workers_that_cannot_be_is_refused(string number)
    {
        await using var process = ServerProcess.Start(Path.GetTempPath(), ["--workers", number]);

        Assert.Equal(1, await process.UntilExitAsync());
        Assert.Equal(
            $"halley: --workers: engine.workers is \"{number}\"; it wants a whole number from 0 to 1024\n",
            process.Errors);
    }

    private static string LogOf(ICometServer server) => Path.Combine(server.Folder, "halley.log");

    // So many have come up since the start; the port answers with the first.
    private static Task UntilServingAsync(ICometServer server, int processes) =>
        UntilAsync(
            () => File.ReadAllText(LogOf(server)).Split(" serves as process ").Length > processes,
            "Not all workers serve.");

    // Null where it is refused, by all workers: one that has just left the port may reset a few.
    private static async Task<RawHttpClient?> TrySubscribeAsync(ICometServer server)
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            RawHttpClient? client = null;
            try
            {
                // From several addresses: one that has most of a worker's connections does not get the last ones.
                client = await RawHttpClient.ConnectAsync(
                    server.Front, new IPAddress([127, 0, 0, (byte)Random.Shared.Next(1, 255)]));
                await client.GetAsync("/stream?cname=x&seq=1");
                _ = await client.ReadResponseAsync();
                return client;
            }
            catch (Exception refused) when (refused is EndOfStreamException or System.Net.Sockets.SocketException)
            {
                client?.Dispose();
            }
        }

        return null;
    }

    // Reads all messages, and comes back whenever it is cut off.
    private async Task FollowAsync(string channel, Action whenCutOff)
    {
        var next = 1;
        while (next <= Messages)
        {
            try
            {
                using var client = await RawHttpClient.ConnectAsync(Server.Front);
                await client.GetAsync($"/stream?cname={channel}&seq={next}");
                var stream = await client.ReadResponseAsync();
                while (next <= Messages && await stream.ReadChunkAsync() is { } chunk)
                {
                    Assert.Equal(Data(channel, next, $"{next}") + "\n", chunk);
                    next++;
                }
            }
            catch (Exception gone) when (gone is EndOfStreamException or System.Net.Sockets.SocketException)
            {
                // The worker died.
            }

            if (next <= Messages)
            {
                whenCutOff();
            }
        }
    }
}
