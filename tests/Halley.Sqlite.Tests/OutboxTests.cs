using System.Text;
using Halley.Outbox;

namespace Halley.Sqlite.Tests;

/// <summary>Events for the operator's own servers lie in the file, beside the messages that they are of.</summary>
public sealed class OutboxTests
{
    [Theory]
    [InlineData(Durability.Disk)]
    [InlineData(Durability.Memory)]
    public async Task Events_are_there_after_a_restart_in_their_order_and_with_their_ids(Durability durability)
    {
        using var node = Node(durability);
        await Publish(node, "a", "one");
        await Publish(node, "b", "two");
        await node.Broker.Outbox.SetOccupied("a"u8.ToArray(), true, new OutboxEntry(["app"], "{\"o\":1"u8.ToArray()));
        var before = await Read(node);
        node.End();

        using var after = new StoredNode(node.Options, node.Time);
        var kept = await Read(after);

        Assert.Equal(["{\"c\":\"a\"", "{\"c\":\"b\"", "{\"o\":1}"], kept.Events.Select(one => Text(one).Split(',')[0]));
        Assert.EndsWith(",\"offset\":1}", Text(kept.Events[0]), StringComparison.Ordinal);
        Assert.Equal(before.Events.Select(one => one.Id), kept.Events.Select(one => one.Id));
        Assert.Equal(3, kept.Waiting);

        await after.Broker.Outbox.Remove("app", kept, 2);
        Assert.Equal("{\"o\":1}", Text(Assert.Single((await Read(after)).Events)));
    }

    [Fact]
    public async Task What_is_refused_is_told_to_nobody()
    {
        using var node = Node(Durability.Disk);
        var publication = new Publication("x"u8.ToArray()) { IdempotencyKey = "key"u8.ToArray() };

        await node.Broker.Publish("a"u8, publication);
        var again = await node.Broker.Publish("a"u8, publication);

        Assert.True(again.IsRepeat);
        Assert.Single((await Read(node)).Events);
    }

    [Fact]
    public async Task A_full_queue_loses_what_comes_and_says_so_when_there_is_room()
    {
        using var node = Node(Durability.Disk, new OutboxLimits(2, 1000));
        for (var i = 0; i < 5; i++)
        {
            await Publish(node, "a", $"{i}");
        }

        var batch = await Read(node);
        Assert.Equal((2, 3), (batch.Waiting, batch.Lost));
        await node.Broker.Outbox.Remove("app", batch, 2);
        await Publish(node, "a", "5");

        var next = await Read(node);
        Assert.Contains("\"event\":\"events_lost\"", Text(next.Events[0]), StringComparison.Ordinal);
        Assert.Contains("\"count\":3", Text(next.Events[0]), StringComparison.Ordinal);
        Assert.EndsWith(",\"offset\":6}", Text(next.Events[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_tells_is_woken_when_a_message_is_on_the_disk()
    {
        using var node = Node(Durability.Disk);
        var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Broker.Outbox.Added += woken.SetResult;

        await Publish(node, "a", "one");

        await woken.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Single((await Read(node)).Events);
    }

    private static StoredNode Node(Durability durability, OutboxLimits? limits = null) => new(
        durability,
        change: options => options with
        {
            TellOf = static (channel, in _) => new OutboxEntry(
                ["app"], Encoding.UTF8.GetBytes($"{{\"c\":\"{Encoding.UTF8.GetString(channel)}\"")),
            OutboxLimits = limits ?? new OutboxLimits(1000, 1 << 20),
        });

    private static async Task Publish(StoredNode node, string channel, string text) => Assert.Equal(
        PublishStatus.Published,
        (await node.Broker.Publish(
            Encoding.UTF8.GetBytes(channel), new Publication(Encoding.UTF8.GetBytes(text)))).Status);

    private static async Task<OutboxBatch> Read(StoredNode node) => (await node.Broker.Outbox.Read("app", 10))!;

    private static string Text(OutboxEvent one) => Encoding.UTF8.GetString(one.Text);
}
