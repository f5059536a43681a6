using Halley.Broker;
using Halley.Testing;

namespace Halley.Redis.Tests;

/// <summary>
/// Redis dies and comes back, with what it had or without: who listens hears what is new, and is told whether anything
/// is lost.
/// </summary>
public sealed class RestartTests
{
    private static readonly string[] OnDisk = ["--appendonly", "yes", "--appendfsync", "always"];

    [Fact]
    public async Task Without_Redis_publishing_fails_and_subscribers_stay_and_are_told_when_it_comes_back_empty()
    {
        using var redis = new RedisServer();
        using var nodes = new RedisNodes(redis);
        ReturningClient[] clients = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        await nodes.Until(() => clients.All(client => client.IsAttached), "all are attached");
        var before = await nodes.Publish(0, "news", "one");
        await nodes.Until(() => clients.All(client => client.Told == "one"), "all hear");

        redis.Kill();
        await Assert.ThrowsAsync<BrokerException>(() => nodes.Publish(0, "news", "lost"));
        await Assert.ThrowsAsync<BrokerException>(() => nodes.Publish(1, "news", "lost"));
        await nodes.Until(() => !nodes[0].IsReady && !nodes[1].IsReady, "both say that they are not ready");
        Assert.All(clients, client => Assert.True(client.IsAttached && client.Told == "one", client.Told));

        redis.Start();
        await nodes.Until(() => nodes[0].IsReady && nodes[1].IsReady, "both are ready again");
        var after = await nodes.PublishWhenItCan(0, "news", "two");
        Assert.NotEqual(before.Position.Epoch, after.Position.Epoch);
        Assert.Equal(1, after.Position.Offset);
        await nodes.Until(
            () => clients.All(client => client.Told == "one Interrupted Reset two"), () => clients.Told());

        await nodes.Publish(1, "news", "three");
        await nodes.Until(
            () => clients.All(client => client.Told == "one Interrupted Reset two three"), () => clients.Told());
        Assert.All(clients, client => Assert.Equal("", client.Faults));
    }

    [Fact]
    public async Task Who_has_heard_all_that_came_back_from_disk_has_lost_nothing()
    {
        using var redis = new RedisServer(OnDisk);
        using var nodes = new RedisNodes(redis);
        ReturningClient[] waiting = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        var away = new ReturningClient(nodes, 0, "news");
        await nodes.Until(() => waiting.Append(away).All(client => client.IsAttached), "all are attached");
        await nodes.Publish(0, "news", "one");
        await nodes.Until(() => away.Told == "one", "it hears");
        away.Leave();
        var before = await nodes.Publish(0, "news", "two");
        await nodes.Until(() => waiting.All(client => client.Told == "one two"), "all hear");

        redis.Kill();
        redis.Start();
        await nodes.Until(() => nodes[0].IsReady && nodes[1].IsReady, "both are ready again");
        var after = await nodes.PublishWhenItCan(1, "news", "three");

        Assert.NotEqual(before.Position.Epoch, after.Position.Epoch);
        Assert.Equal(3, after.Position.Offset);
        await nodes.Until(
            () => waiting.All(client => client.Told == "one two Interrupted Exact three"), () => waiting.Told());
        away.ComeBackTo(1);
        await nodes.Until(() => away.Told == "one Exact two three", () => away.Told);
    }

    [Fact]
    public async Task Who_has_heard_more_than_came_back_from_disk_is_told_so()
    {
        using var redis = new RedisServer(OnDisk);
        using var nodes = new RedisNodes(redis);
        ReturningClient[] clients = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        await nodes.Until(() => clients.All(client => client.IsAttached), "all are attached");
        await nodes.Publish(0, "news", "one");
        redis.Ask("CONFIG", "SET", "appendonly", "no");
        await nodes.Publish(0, "news", "two");
        await nodes.Until(() => clients.All(client => client.Told == "one two"), "all hear");

        redis.Kill();
        redis.Start();
        await nodes.Until(() => nodes[0].IsReady && nodes[1].IsReady, "both are ready again");
        Assert.Equal(2, (await nodes.PublishWhenItCan(1, "news", "other two")).Position.Offset);

        await nodes.Until(
            () => clients.All(client => client.Told == "one two Interrupted Reset one other two"),
            () => clients.Told());
    }
}
