using System.Globalization;
using Halley.Testing;
using StackExchange.Redis;

namespace Halley.Redis.Tests;

/// <summary>A real Sentinel promotes the replica when the primary dies.</summary>
public sealed class SentinelTests : IDisposable
{
    private const string Primary = "mymaster";

    private readonly RedisServer _primary = new();
    private readonly RedisServer _replica;
    private readonly RedisServer _sentinel;

    public SentinelTests()
    {
        _replica = new RedisServer("--replicaof", "127.0.0.1", Text(_primary.Port));
        _sentinel = RedisServer.Sentinel(
            $"""
            sentinel monitor {Primary} 127.0.0.1 {Text(_primary.Port)} 1
            sentinel down-after-milliseconds {Primary} 1000
            sentinel failover-timeout {Primary} 3000
            """);
    }

    public void Dispose()
    {
        _sentinel.Dispose();
        _replica.Dispose();
        _primary.Dispose();
    }

    [Fact]
    public async Task Who_waits_is_told_that_nothing_was_lost_and_goes_on_at_the_replica()
    {
        using var nodes = new RedisNodes(
            _primary,
            options => options with { Connection = new ConfigurationOptions { EndPoints = { _sentinel.Address }, ServiceName = Primary } });
        ReturningClient[] clients = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        await nodes.Until(() => clients.All(client => client.IsAttached), "all are attached");
        await nodes.Until(() => _sentinel.Ask("SENTINEL", "REPLICAS", Primary).Contains(Text(_replica.Port), StringComparison.Ordinal), "it knows the replica");
        await nodes.Publish(0, "news", "one");
        await nodes.Until(() => clients.All(client => client.Told == "one"), () => clients.Told());
        await nodes.Until(() => _replica.Ask("EXISTS", "halley:s:news").StartsWith(":1", StringComparison.Ordinal), "the replica has it");

        _primary.Kill();
        await nodes.PublishWhenItCan(1, "news", "two");

        await nodes.Until(() => clients.All(client => client.Told.EndsWith("two", StringComparison.Ordinal)), () => clients.Told());
        Assert.All(clients, client => Assert.Equal(("one Interrupted Exact two", ""), (client.Told, client.Faults)));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
