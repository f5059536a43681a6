using Halley.Testing;

namespace Halley.EndToEnd.Tests.Presence;

/// <summary>
/// Servers that share a Redis, one of which is killed or stands still: of its clients it is said once that they left,
/// by one of the others.
/// </summary>
public sealed class ServersDie : IAsyncLifetime
{
    private const int Clients = 6;

    private readonly RedisServer _redis = new();
    private readonly List<RawHttpClient> _clients = [];
    private PresenceServer[] _servers = [];

    public async ValueTask InitializeAsync()
    {
        var section = $$"""
            "redis": { "url": "redis://{{_redis.Address}}" },
            """;
        _servers =
        [
            new PresenceServer(more: section), new PresenceServer(more: section),
            new PresenceServer("\"workers\": 2,", section),
        ];
        await Task.WhenAll(_servers.Select(server => server.StartAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _redis.Dispose();
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 0, 1)]
    public async Task Of_each_client_of_a_server_that_is_killed_it_is_said_once_that_it_has_left(
        int killed, int one, int other)
    {
        var (dying, survivor) = (_servers[killed], _servers[one]);
        using var watcher = await survivor.WatchAsync("room-1");
        for (var n = 0; n < Clients; n++)
        {
            await ListenAsync(dying, $"user-{n}");
        }

        await survivor.SaidUntilAsync("room-1", [.. Enumerable.Range(0, Clients).Select(n => ("join", $"user-{n}"))]);
        var before = await IdsAsync(survivor, Clients);
        await dying.Server.Process.KillAsync();

        // Some come back to the others: they are the same clients, and have not left.
        await ListenAsync(survivor, "user-0");
        await ListenAsync(_servers[other], "user-1");
        await survivor.SaidUntilAsync(
            "room-1", [.. Enumerable.Range(2, Clients - 2).Select(n => ("leave", $"user-{n}"))]);

        // Once of a client that came after all that is said, everything has been said.
        await ListenAsync(_servers[other], "last");
        var said = await survivor.SaidUntilAsync("room-1", ("join", "last"));
        Assert.Equal(
            Enumerable.Range(2, Clients - 2).Select(n => $"user-{n}"),
            said.Where(message => message.What == "leave").Select(message => message.User).Order());
        Assert.Equal(Clients + 1, said.Count(message => message.What == "join"));
        var after = await IdsAsync(survivor, 3);
        Assert.Equal((before["user-0"], before["user-1"]), (after["user-0"], after["user-1"]));
    }

    [Fact]
    public async Task A_server_that_stood_still_has_its_clients_come_anew_as_others_said_that_they_left()
    {
        var (silent, other) = (_servers[0], _servers[1]);
        using var watcher = await other.WatchAsync("room-1");
        await ListenAsync(silent, "anna");
        await other.SaidUntilAsync("room-1", ("join", "anna"));
        var before = await IdsAsync(other, 1);

        silent.Server.Process.Pause();
        await other.SaidUntilAsync("room-1", ("leave", "anna"));
        silent.Server.Process.Continue();
        var said = await UntilAsync(other, 3);
        Assert.Equal([("join", "anna"), ("leave", "anna"), ("join", "anna")], said);
        var after = await IdsAsync(other, 1);
        Assert.NotEqual(before["anna"], after["anna"]);

        _clients[0].Dispose();
        await UntilAsync(other, 4);
        await ListenAsync(other, "last");
        said = await other.SaidUntilAsync("room-1", ("join", "last"));
        Assert.Equal([("leave", "anna"), ("join", "last")], said[3..]);
    }

    private async Task ListenAsync(PresenceServer server, string user) =>
        _clients.Add(await server.ListenAsync("/stream/room-1", PresenceServer.TokenOf(user)));

    private static async Task<Dictionary<string, string>> IdsAsync(PresenceServer server, int count) =>
        (await server.UntilListedAsync("room-1", count)).ToDictionary(
            client => client.GetProperty("user").GetString()!, client => client.GetProperty("client").GetString()!);

    private static async Task<List<(string What, string User)>> UntilAsync(PresenceServer server, int count)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (true)
        {
            var said = await server.SaidUntilAsync("room-1");
            if (said.Count >= count)
            {
                return said;
            }

            await Task.Delay(20, patience.Token);
        }
    }
}
