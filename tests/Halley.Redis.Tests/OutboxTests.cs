using System.Globalization;
using System.Text;
using Halley.Outbox;
using Halley.Testing;

namespace Halley.Redis.Tests;

/// <summary>
/// Events for the operator's own servers over Redis: all nodes add to one queue, one node tells, in order.
/// </summary>
public sealed class OutboxTests : IDisposable
{
    private readonly RedisServer _redis = new();

    public void Dispose() => _redis.Dispose();

    [Fact]
    public async Task What_several_nodes_publish_at_once_is_told_once_and_in_the_order_of_its_channel()
    {
        using var nodes = new RedisNodes(_redis, Told);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Publish(nodes[i % 2], "a", $"{i}", key: null)));

        var batch = (await nodes[0].Outbox.Read("app", 1000))!;
        Assert.Equal(Enumerable.Range(1, 200), batch.Events.Select(OffsetOf));
        Assert.Equal(200, batch.Events.Select(one => one.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_repetition_is_told_once()
    {
        using var nodes = new RedisNodes(_redis, Told);

        await Publish(nodes[0], "a", "x", "key");
        await Publish(nodes[1], "a", "x", "key");

        Assert.Equal(1, OffsetOf(Assert.Single((await nodes[0].Outbox.Read("app", 10))!.Events)));
    }

    [Fact]
    public async Task One_node_tells_and_another_one_when_that_has_left()
    {
        using var nodes = new RedisNodes(_redis, Told);
        await Publish(nodes[1], "a", "x", key: null);

        var first = await nodes[0].Outbox.Read("app", 10);
        Assert.Null(await nodes[1].Outbox.Read("app", 10));
        await nodes[0].Outbox.Leave("app");
        var second = await nodes[1].Outbox.Read("app", 10);

        Assert.Equal(first!.Events[0].Id, second!.Events[0].Id);
        Assert.Null(await nodes[0].Outbox.Read("app", 10));
        await nodes[1].Outbox.Remove("app", second, 1);
        Assert.Empty((await nodes[1].Outbox.Read("app", 10))!.Events);
    }

    [Fact]
    public async Task A_node_that_has_died_tells_no_more_when_its_lease_is_over()
    {
        using var nodes = new RedisNodes(_redis, options => Told(options) with
        {
            TellerLease = TimeSpan.FromMilliseconds(options.Node == "node0" ? 300 : 30_000),
        });
        await Publish(nodes[1], "a", "x", key: null);
        Assert.NotNull(await nodes[0].Outbox.Read("app", 10));

        OutboxBatch? taken = null;
        await nodes.Until(
            () => (taken ??= nodes[1].Outbox.Read("app", 10).AsTask().GetAwaiter().GetResult()) is not null,
            "the other node takes over");

        Assert.Single(taken!.Events);
    }

    [Fact]
    public async Task A_channel_is_occupied_by_the_first_of_all_nodes_and_vacated_by_the_last()
    {
        using var nodes = new RedisNodes(_redis, Told);
        await SetOccupied(nodes[0], true);
        await SetOccupied(nodes[1], true);
        await SetOccupied(nodes[1], true);
        await SetOccupied(nodes[0], false);
        Assert.Equal(["{\"o\":\"True\"}"], await Texts(nodes[0]));

        await SetOccupied(nodes[1], false);

        Assert.Equal(["{\"o\":\"True\"}", "{\"o\":\"False\"}"], await Texts(nodes[0]));
    }

    [Fact]
    public async Task Channels_of_a_node_that_has_died_are_vacated()
    {
        using var nodes = new RedisNodes(_redis, Told);
        await SetOccupied(nodes[0], true);
        _redis.Ask("SADD", "halley:on", "dead");
        _redis.Ask("SADD", "halley:o:dead", "news");
        _redis.Ask("HINCRBY", "halley:o", "news", "1");

        await nodes[0].Outbox.ForgetTheDead(
            name => new OutboxEntry(["app"], Encoding.UTF8.GetBytes($"{{\"v\":\"{Encoding.UTF8.GetString(name)}\"")),
            isStarting: false);

        Assert.Equal(["{\"o\":\"True\"}", "{\"v\":\"news\"}"], await Texts(nodes[0]));
    }

    [Fact]
    public async Task A_full_queue_loses_what_comes_and_says_so_when_there_is_room()
    {
        using var nodes = new RedisNodes(_redis, options => Told(options) with { OutboxLimits = new(2, 0) });
        for (var i = 0; i < 5; i++)
        {
            await Publish(nodes[0], "a", $"{i}", key: null);
        }

        var batch = (await nodes[0].Outbox.Read("app", 10))!;
        Assert.Equal((2, 3), (batch.Waiting, batch.Lost));
        await nodes[0].Outbox.Remove("app", batch, 2);
        await Publish(nodes[0], "a", "5", key: null);

        var texts = await Texts(nodes[0]);
        Assert.Matches("""^\{"event":"events_lost","time":\d{13},"count":3\}$""", texts[0]);
        Assert.EndsWith(",\"offset\":6}", texts[1], StringComparison.Ordinal);
    }

    private static RedisOptions Told(RedisOptions options) => options with
    {
        TellOf = static (channel, in _) => new OutboxEntry(["app"], "{\"c\":1"u8.ToArray()),
    };

    private static async Task Publish(RedisBroker node, string channel, string text, string? key) => Assert.Equal(
        PublishStatus.Published,
        (await node.Publish(
            Encoding.UTF8.GetBytes(channel),
            new Publication(Encoding.UTF8.GetBytes(text))
            {
                IdempotencyKey = key is null ? null : Encoding.UTF8.GetBytes(key),
            })).Status);

    private static ValueTask SetOccupied(RedisBroker node, bool isOccupied) => node.Outbox.SetOccupied(
        "a"u8.ToArray(), isOccupied, new OutboxEntry(["app"], Encoding.UTF8.GetBytes($"{{\"o\":\"{isOccupied}\"")));

    private static async Task<List<string>> Texts(RedisBroker node) =>
        [.. (await node.Outbox.Read("app", 10))!.Events.Select(one => Encoding.UTF8.GetString(one.Text))];

    private static int OffsetOf(OutboxEvent one)
    {
        var text = Encoding.UTF8.GetString(one.Text);
        return int.Parse(text[(text.LastIndexOf(':') + 1)..^1], CultureInfo.InvariantCulture);
    }
}
