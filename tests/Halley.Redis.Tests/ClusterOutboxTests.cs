using System.Globalization;
using System.Text;
using Halley.Outbox;
using Halley.Testing;

namespace Halley.Redis.Tests;

/// <summary>
/// Events for the operator's own servers over a cluster, where queues lie elsewhere than channels: each is told once,
/// those of a channel in its order, whatever moves or dies meanwhile.
/// </summary>
public sealed class ClusterOutboxTests(RedisClusterSpecification.Cluster cluster)
    : IClassFixture<RedisClusterSpecification.Cluster>
{
    private readonly RedisCluster _cluster = cluster.Emptied();

    [Fact]
    public async Task What_several_nodes_publish_at_once_is_told_once_and_in_the_order_of_each_channel()
    {
        string[] channels = ["a", "b", "c", "d"];
        using var nodes = new RedisNodes(_cluster, Told);

        await Task.WhenAll(Enumerable.Range(0, 800).Select(i => nodes.Publish(i % 2, channels[i / 2 % 4], $"{i}")));

        var told = await UntilTold(nodes, 800);
        Assert.All(channels, channel => Assert.Equal(Enumerable.Range(1, 200), OffsetsOf(told, channel)));
        Assert.Equal(800, told.Select(one => one.Id).Distinct().Count());
    }

    [Fact]
    public async Task Channels_are_occupied_and_vacated_and_one_node_tells_a_receiver()
    {
        using var nodes = new RedisNodes(_cluster, Told);
        var entry = new OutboxEntry(["app"], "{\"o\":1"u8.ToArray());
        await nodes[0].Outbox.SetOccupied("a"u8.ToArray(), isOccupied: true, entry);
        await nodes[1].Outbox.SetOccupied("a"u8.ToArray(), isOccupied: true, entry);
        await nodes[0].Outbox.SetOccupied("a"u8.ToArray(), isOccupied: false, entry);
        Assert.Single((await nodes[0].Outbox.Read("app", 10))!.Events);

        // Who has gone without a word listens no more.
        await nodes[0].Outbox.ForgetTheDead(_ => entry, isStarting: true);
        await nodes[1].Outbox.ForgetTheDead(_ => entry, isStarting: true);
        var batch = (await nodes[0].Outbox.Read("app", 10))!;
        Assert.Equal(2, batch.Events.Count);

        Assert.Null(await nodes[1].Outbox.Read("app", 10));
        await nodes[0].Outbox.Remove("app", batch, 2);
        await nodes[0].Outbox.Leave("app");
        Assert.Empty((await nodes[1].Outbox.Read("app", 10))!.Events);
    }

    [Fact]
    public async Task What_a_node_published_that_dies_before_it_was_told_another_one_tells()
    {
        await using var nodes = new MortalNodes(_cluster.Servers, isCluster: true, Told);
        var dying = await nodes.Start("a");
        var other = await nodes.Start("b");
        dying.Refuses = script => script == Script.ReadStaged || script == Script.TakeWatched;
        for (var i = 0; i < 3; i++)
        {
            await dying.Broker.Publish("a"u8, new Publication("x"u8.ToArray()));
        }

        dying.IsSilent = true;

        var told = new List<OutboxEvent>();
        await MortalNodes.Until(
            () =>
            {
                var batch = other.Broker.Outbox.Read("app", 10).AsTask().GetAwaiter().GetResult()!;
                told = [.. batch.Events];
                return told.Count >= 3;
            },
            "all of it is told");
        Assert.Equal([1, 2, 3], OffsetsOf(told, "a"));
    }

    [Fact]
    public async Task Events_that_are_moved_twice_are_told_once()
    {
        await using var nodes = new MortalNodes(_cluster.Servers, isCluster: true, Told);
        var forgetful = await nodes.Start("a");
        forgetful.Refuses = script => script == Script.ForgetStaged;
        await forgetful.Broker.Publish("a"u8, new Publication("x"u8.ToArray()));
        await MortalNodes.Until(() => forgetful.Refused > 0, "it is added to the queue");

        var other = await nodes.Start("b");
        await other.Broker.Publish("a"u8, new Publication("y"u8.ToArray()));

        var told = new List<OutboxEvent>();
        await MortalNodes.Until(
            () =>
            {
                told = [.. other.Broker.Outbox.Read("app", 10).AsTask().GetAwaiter().GetResult()!.Events];
                return told.Count >= 2;
            },
            "both are told");
        Assert.Equal([1, 2], OffsetsOf(told, "a"));
    }

    [Fact]
    public async Task A_full_channel_loses_what_comes_and_the_receiver_is_told_how_much()
    {
        await using var nodes = new MortalNodes(
            _cluster.Servers, isCluster: true, options => Told(options) with { OutboxLimits = new(2, 0) });
        var node = await nodes.Start("a");
        node.Refuses = script => script == Script.ReadStaged;
        for (var i = 0; i < 5; i++)
        {
            await node.Broker.Publish("a"u8, new Publication("x"u8.ToArray()));
        }

        node.Refuses = static _ => false;
        OutboxBatch batch = null!;
        await MortalNodes.Until(
            () =>
            {
                batch = node.Broker.Outbox.Read("app", 10).AsTask().GetAwaiter().GetResult()!;
                return batch.Lost > 0;
            },
            "they are counted");
        Assert.Equal((2, 3), (batch.Waiting, batch.Lost));
        await node.Broker.Outbox.Remove("app", batch, 2);
        await node.Broker.Publish("a"u8, new Publication("x"u8.ToArray()));
        await MortalNodes.Until(
            () => (batch = node.Broker.Outbox.Read("app", 10).AsTask().GetAwaiter().GetResult()!).Events.Count == 2,
            "the next one is told");
        Assert.Matches(
            """^\{"event":"events_lost","time":\d{13},"count":3\}$""", Encoding.UTF8.GetString(batch.Events[0].Text));
        Assert.Equal([6], OffsetsOf(batch.Events.Skip(1), "a"));
    }

    [Fact]
    public async Task Losses_that_are_moved_twice_are_counted_once()
    {
        await using var nodes = new MortalNodes(
            _cluster.Servers, isCluster: true, options => Told(options) with { OutboxLimits = new(2, 0) });
        var forgetful = await nodes.Start("a");
        forgetful.Refuses = script => script == Script.ForgetStaged || script == Script.ReadStaged;
        for (var i = 0; i < 5; i++)
        {
            await forgetful.Broker.Publish("a"u8, new Publication("x"u8.ToArray()));
        }

        forgetful.Refuses = script => script == Script.ForgetStaged;
        await MortalNodes.Until(() => LostAt(forgetful) > 0, "they are counted");
        await forgetful.Broker.Outbox.Leave("app");
        var other = await nodes.Start("b");
        forgetful.IsSilent = true;

        // Those that are staged still leave no room for it.
        await other.Broker.Publish("a"u8, new Publication("y"u8.ToArray()));

        await MortalNodes.Until(() => LostAt(other) > 3, "the next one is counted");
        Assert.Equal(4, LostAt(other));

        static long LostAt(MortalNode node) =>
            node.Broker.Outbox.Read("app", 10).AsTask().GetAwaiter().GetResult()?.Lost ?? 0;
    }

    [Fact]
    public async Task While_the_slots_of_queues_and_channels_move_nothing_is_lost_or_told_twice()
    {
        using var nodes = new RedisNodes(_cluster, Told);
        var published = 0;
        await PublishSome();
        foreach (var key in (string[])["halley:{e}e:app", "halley:m:{a}"])
        {
            var from = _cluster.OwnerOf(key);
            var to = _cluster.Servers[(_cluster.Servers.ToList().IndexOf(from) + 1) % _cluster.Servers.Count];
            var slot = _cluster.SlotOf(key);
            _cluster.BeginToMove(slot, from, to);
            await PublishSome();
            _cluster.EndMove(slot, from, to);
            await PublishSome();
        }

        var told = await UntilTold(nodes, published);
        Assert.Equal(Enumerable.Range(1, published), OffsetsOf(told, "a"));

        async Task PublishSome()
        {
            for (var i = 0; i < 20; i++)
            {
                await nodes.PublishWhenItCan(published++ % 2, "a", "x");
            }
        }
    }

    private static RedisOptions Told(RedisOptions options) => options with
    {
        StagedPatience = TimeSpan.FromSeconds(1),
        TellOf = static (channel, in _) => new OutboxEntry(
            ["app", "other"], Encoding.UTF8.GetBytes($"{{\"c\":\"{Encoding.UTF8.GetString(channel)}\"")),
    };

    private static async Task<IReadOnlyList<OutboxEvent>> UntilTold(RedisNodes nodes, int count)
    {
        OutboxBatch? batch = null;
        await nodes.Until(
            () =>
            {
                batch = nodes[0].Outbox.Read("app", 10_000).AsTask().GetAwaiter().GetResult();
                return batch!.Events.Count >= count;
            },
            () => $"{batch?.Events.Count} of {count} are told");
        Assert.Equal(count, (await nodes[0].Outbox.Read("other", 10_000))!.Waiting);
        return batch!.Events;
    }

    private static IEnumerable<int> OffsetsOf(IEnumerable<OutboxEvent> events, string channel) =>
        from one in events
        let text = Encoding.UTF8.GetString(one.Text)
        where text.StartsWith($"{{\"c\":\"{channel}\"", StringComparison.Ordinal)
        select int.Parse(text[(text.LastIndexOf(':') + 1)..^1], CultureInfo.InvariantCulture);
}

/// <summary>The same where the server dies that has the queues, and its replica takes over.</summary>
public sealed class ClusterOutboxFailoverTests : IDisposable
{
    private readonly RedisCluster _cluster = new(hasReplicas: true);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Publishers_do_not_wait_for_the_queues_and_all_is_told_when_those_are_there_again()
    {
        using var nodes = new RedisNodes(_cluster, options => options with
        {
            StagedPatience = TimeSpan.FromSeconds(1),
            TellOf = static (channel, in _) => new OutboxEntry(["app"], "{\"c\":1"u8.ToArray()),
        });
        var dying = _cluster.OwnerOf("halley:{e}e:app");
        var channel = ((string[])["a", "b", "c"]).First(name => _cluster.OwnerOf($"halley:m:{{{name}}}") != dying);
        await nodes.Publish(0, channel, "0");
        await nodes.Until(
            () => nodes[0].Outbox.Read("app", 10).AsTask().GetAwaiter().GetResult()!.Waiting == 1, "it is told");
        await nodes.Until(() => dying.IsReplicated, "the replica has it");

        dying.Kill();
        for (var i = 1; i < 20; i++)
        {
            await nodes.PublishWhenItCan(i % 2, channel, $"{i}");
        }

        var told = 0L;
        await nodes.Until(
            () =>
            {
                try
                {
                    told = nodes[0].Outbox.Read("app", 100).AsTask().GetAwaiter().GetResult()!.Waiting;
                }
                catch (Broker.BrokerException)
                {
                    // Not there yet.
                }

                return told >= 20;
            },
            () => $"{told} are told");
        Assert.Equal(20, told);
    }
}
