using System.Runtime.InteropServices;
using System.Text;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Presence;

/// <summary>Presence is one for all servers that share a Redis.</summary>
public sealed class OverRedis : IAsyncLifetime
{
    private readonly RedisServer _redis = new();
    private PresenceServer[] _servers = [];

    public async ValueTask InitializeAsync()
    {
        var section = $$"""
            "redis": { "url": "redis://{{_redis.Address}}" },
            """;
        _servers = [new PresenceServer(more: section), new PresenceServer(more: section)];
        await Task.WhenAll(_servers.Select(server => server.StartAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _redis.Dispose();
    }

    [Fact]
    public async Task Each_client_is_listed_once_and_gone_with_its_server()
    {
        using var watcher = await _servers[0].WatchAsync("room-1");
        using var anna = await _servers[0].ListenAsync("/stream/room-1", PresenceServer.TokenOf("anna"));
        using var bert = await _servers[1].ListenAsync("/stream/room-1", PresenceServer.TokenOf("bert"));
        var heard = Encoding.Latin1.GetString(
            [.. await watcher.ReadThroughAsync("!\"}}"), .. await watcher.ReadThroughAsync("!\"}}")]);
        Assert.Contains("anna", heard, StringComparison.Ordinal);
        Assert.Contains("bert", heard, StringComparison.Ordinal);
        foreach (var server in _servers)
        {
            var users = (await server.UntilListedAsync("room-1", 2)).Select(
                client => client.GetProperty("user").GetString());
            Assert.Equal(["anna", "bert"], users.Order());
        }

        await _servers[1].Server.Process.KillAsync();
        Assert.Equal(
            "anna", (await _servers[0].UntilListedAsync("room-1", 1))[0].GetProperty("user").GetString());
    }

    [Fact]
    public async Task Who_comes_back_to_the_other_server_has_not_gone_and_a_server_that_stops_says_who_leaves()
    {
        using var watcher = await _servers[0].WatchAsync("room-2");
        var token = PresenceServer.TokenOf("paul");
        var first = await _servers[0].ListenAsync("/stream/room-2", token);
        await watcher.ReadThroughAsync("join");
        await watcher.ReadThroughAsync("paul!\"}}}");
        var before = (await _servers[0].UntilListedAsync("room-2", 1))[0].GetProperty("client").GetString();
        first.Dispose();
        using var second = await _servers[1].ListenAsync("/stream/room-2", token);

        // Who comes after it is announced, and so it is known again.
        using var anna = await _servers[1].ListenAsync("/stream/room-2", PresenceServer.TokenOf("anna"));
        var heard = Encoding.Latin1.GetString(await watcher.ReadThroughAsync("anna!\"}}}"));
        Assert.DoesNotContain("paul", heard, StringComparison.Ordinal);

        _servers[1].Server.Process.Signal(PosixSignal.SIGTERM);
        await _servers[1].Server.Process.UntilExitAsync();
        heard = Encoding.Latin1.GetString(
            [.. await watcher.ReadThroughAsync("!\"}}}"), .. await watcher.ReadThroughAsync("!\"}}}")]);
        Assert.True(heard.Contains("anna", StringComparison.Ordinal), before + heard);
        Assert.Equal(2, heard.Split("{\"leave\":").Length - 1);
        Assert.Contains(before!, heard, StringComparison.Ordinal);
        await _servers[0].UntilListedAsync("room-2", 0);
    }
}
