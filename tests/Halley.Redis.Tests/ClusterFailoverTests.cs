using Halley.Testing;

namespace Halley.Redis.Tests;

/// <summary>A cluster whose servers have a replica each, and one of them dies.</summary>
public sealed class ClusterFailoverTests : IDisposable
{
    private readonly RedisCluster _cluster = new(hasReplicas: true);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Who_listens_goes_on_at_the_replica_and_channels_of_other_servers_do_not_notice()
    {
        using var nodes = new RedisNodes(_cluster);
        ReturningClient[] concerned = [new(nodes, 0, "a"), new(nodes, 1, "a")];
        ReturningClient[] others = [new(nodes, 0, "b"), new(nodes, 1, "b")];
        await nodes.Until(() => concerned.Concat(others).All(client => client.IsAttached), "all are attached");
        await nodes.Publish(0, "a", "one");
        await nodes.Publish(0, "b", "one");
        await nodes.Until(() => concerned.Concat(others).All(client => client.Told == "one"), concerned.Told);
        var dying = _cluster.OwnerOf("halley:m:{a}");
        Assert.NotEqual(dying, _cluster.OwnerOf("halley:m:{b}"));
        await nodes.Until(() => dying.IsReplicated, "the replica has what was published");

        dying.Kill();
        await nodes.PublishWhenItCan(0, "b", "two");
        await nodes.PublishWhenItCan(1, "a", "two");
        await nodes.PublishWhenItCan(1, "b", "three");

        await nodes.Until(() => concerned.All(client => client.Told == "one Interrupted Exact two"), concerned.Told);
        await nodes.Until(() => others.All(client => client.Told == "one two three"), others.Told);
        Assert.All(concerned.Concat(others), client => Assert.Equal("", client.Faults));
        await nodes.Until(() => nodes[0].IsReady && nodes[1].IsReady, "both are ready");
    }
}
