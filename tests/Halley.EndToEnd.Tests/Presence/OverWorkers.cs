using System.Diagnostics;
using System.Text;
using Halley.EndToEnd.Tests.Admission;
using Halley.EndToEnd.Tests.Workers;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Presence;

/// <summary>Presence is one, however many processes hold the connections.</summary>
public sealed class OverWorkers : IAsyncLifetime
{
    private const int Clients = 12;

    private readonly PresenceServer _server = new(engine: "\"workers\": 3,");

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("room-1")]
    [InlineData("hall-1")]
    public async Task Each_client_is_listed_once_and_gone_with_its_worker(string channel)
    {
        var clients = new List<RawHttpClient>();
        for (var n = 0; n < Clients; n++)
        {
            clients.Add(await _server.ListenAsync("/open/" + channel, null));
        }

        var listed = await _server.UntilListedAsync(channel, Clients);
        Assert.Equal(Clients, listed.Select(client => client.GetProperty("client").GetString()).Distinct().Count());

        var workers = WorkerCase.WorkersOf(_server.Server.Process.Id);
        using var worker = Process.GetProcessById(workers.MaxBy(WorkerCase.SocketsOf));
        worker.Kill();
        await worker.WaitForExitAsync(TestContext.Current.CancellationToken);
        var left = 0;
        foreach (var client in clients)
        {
            // Those of the worker are cut off, and the others hear.
            left += await IsCutOffAsync(client, channel) ? 0 : 1;
        }

        Assert.InRange(left, 0, Clients - 1);
        await _server.UntilListedAsync(channel, left);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Of_each_client_of_a_worker_that_dies_it_is_said_once_that_it_has_left()
    {
        var clients = new List<RawHttpClient>();
        for (var n = 0; n < Clients; n++)
        {
            clients.Add(await _server.ListenAsync("/stream/room-4", PresenceServer.TokenOf($"user-{n}")));
        }

        await _server.UntilListedAsync("room-4", Clients);
        var workers = WorkerCase.WorkersOf(_server.Server.Process.Id);
        using var worker = Process.GetProcessById(workers.MaxBy(WorkerCase.SocketsOf));
        worker.Kill();
        await worker.WaitForExitAsync(TestContext.Current.CancellationToken);
        var cutOff = new List<string>();
        for (var n = 0; n < Clients; n++)
        {
            if (await IsCutOffAsync(clients[n], "room-4"))
            {
                cutOff.Add($"user-{n}");
            }
        }

        // One of them comes back at once, to another worker: it is the same client, and has not left.
        Assert.NotEmpty(cutOff);
        using var back = await _server.ListenAsync("/stream/room-4", PresenceServer.TokenOf(cutOff[0]));
        await _server.UntilListedAsync("room-4", Clients - cutOff.Count + 1);

        // Once of a client that came after all that is said, everything has been said.
        using var last = await _server.ListenAsync("/stream/room-4", PresenceServer.TokenOf("last"));
        await _server.UntilListedAsync("room-4", Clients - cutOff.Count + 2);
        var said = await _server.SaidUntilAsync("room-4", ("join", "last"));
        Assert.Equal(Clients + 1, said.Count(one => one.What == "join"));
        Assert.Equal(cutOff[1..].Order(), said.Where(one => one.What == "leave").Select(one => one.User).Order());
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Who_comes_back_to_another_worker_has_not_gone()
    {
        using var watcher = await _server.WatchAsync("room-2");
        var token = PresenceServer.TokenOf("paul");
        for (var n = 0; n < 12; n++)
        {
            using var client = await _server.ListenAsync("/stream/room-2", token);
            if (n == 0)
            {
                await _server.UntilListedAsync("room-2", 1);
            }
        }

        var heard = Encoding.Latin1.GetString(await watcher.ReadThroughAsync("leave"));
        Assert.Equal(1, heard.Split("\"join\"").Length - 1);
        await _server.UntilListedAsync("room-2", 0);
    }

    private async Task<bool> IsCutOffAsync(RawHttpClient client, string channel)
    {
        var hearing = client.ReadThroughAsync("are you there");
        while (!hearing.IsCompleted)
        {
            await AdmissionServer.AskAsync(
                _server.Server,
                "publish",
                $$"""{"channel":"{{channel}}","data":"are you there","history_size":0}""");
            await Task.WhenAny(hearing, Task.Delay(20, TestContext.Current.CancellationToken));
        }

        return hearing.IsFaulted;
    }
}
