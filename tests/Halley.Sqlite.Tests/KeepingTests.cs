using System.Text;
using Halley.Broker;
using Halley.Channels;
using Microsoft.Data.Sqlite;

namespace Halley.Sqlite.Tests;

/// <summary>How long the file keeps what, and what of it is in memory.</summary>
public sealed class KeepingTests
{
    [Fact]
    public async Task The_file_has_no_message_that_the_channel_has_not()
    {
        using var node = new StoredNode(limits: new HubOptions { HistorySize = 10 });
        for (var n = 0; n < 100; n++)
        {
            await node.Publish("news", $"{n}");
        }

        await node.Publish("brief", "x", new Retention(5, TimeSpan.FromSeconds(2)));
        Assert.InRange(Count(node, "message"), 11, 15);
        await node.Pass(4);
        Assert.Equal((await node.Broker.Count()).Stored, Count(node, "message"));
        Assert.InRange(Count(node, "message"), 10, 14);
    }

    [Fact]
    public async Task A_channel_is_forgotten_in_the_file_after_its_time()
    {
        using var node = new StoredNode();
        await node.Publish("news", "1");
        await node.Done(node.Broker.Reserve("long"u8, TimeSpan.FromSeconds(100), 1));
        await node.Done(node.Broker.Create("short"u8, TimeSpan.FromSeconds(5)));

        await node.Pass(10);
        Assert.Equal(["long", "news"], await Names(node));
        await node.Pass(25);
        Assert.Equal(["long"], await Names(node));
        await node.Pass(70);
        Assert.Empty(await Names(node));
        Assert.Equal((0, 0), (Count(node, "channel"), Count(node, "message")));
    }

    [Fact]
    public async Task A_channel_that_somebody_listens_to_is_not_forgotten_and_has_its_time_once_nobody_does()
    {
        using var node = new StoredNode();
        var place = (await node.Publish("news", "1")).Position;
        var listener = await node.Listen("news", Replay.From(1));
        await node.Pass(100);
        Assert.Empty(listener.Subscriber.Ends);
        listener.Leave();
        await node.Pass(28);
        Assert.Equal("Exact 1", await node.Resume("news", place));
        await node.Pass(40);
        Assert.Empty(await Names(node));
    }

    [Fact]
    public async Task A_channel_outlives_its_messages_that_have_a_time_to_live()
    {
        using var node = new StoredNode();
        var place = (await node.Publish("news", "1", new Retention(5, TimeSpan.FromSeconds(90)))).Position;

        await node.Pass(80);
        Assert.Equal("Exact 1", await node.Resume("news", place));
    }

    [Fact]
    public async Task What_nobody_uses_is_in_the_file_alone_and_is_the_same_when_it_is_used_again()
    {
        using var node = new StoredNode(
            limits: new HubOptions { HistorySize = 10, IdleTimeout = TimeSpan.FromHours(1) });
        var place = (await node.Publish("news", "1")).Position;
        (await node.Listen("news", Replay.From(1))).Leave();
        Assert.Equal((1, 1), (node.HubOf(0).ChannelCount, node.Broker.ChannelsInMemory));

        await node.Pass(80);

        Assert.Equal((0, 0), (node.HubOf(0).ChannelCount, node.Broker.ChannelsInMemory));
        Assert.Equal(["news"], await Names(node));
        Assert.Equal("Exact 1", await node.Resume("news", place));
        Assert.Equal(place with { Offset = 2 }, (await node.Publish("news", "2")).Position);
        await node.Pass(3600);
        Assert.Equal(["news"], await Names(node));
        await node.Pass(100);
        Assert.Empty(await Names(node));
    }

    [Fact]
    public async Task Comings_and_goings_are_told_though_nobody_uses_the_channel()
    {
        using var node = new StoredNode(limits: new HubOptions { IdleTimeout = TimeSpan.FromSeconds(100) });
        var follower = new Halley.Testing.Doubles.RecordingSubscriber();
        node.Broker.FollowPresence(follower, node.DispatcherOf(0));
        await node.Publish("news", "1");
        await node.Pass(110);

        var told = follower.Messages.Select(
            message => $"{message.Payload[0]}{Encoding.UTF8.GetString(message.Payload[1..])}").ToList();
        Assert.Equal(("1news", "0news"), (told[0], told[^1]));
        Assert.Single(told, "0news");
    }

    [Fact]
    public async Task The_file_shrinks_when_much_of_it_is_free()
    {
        using var node = new StoredNode();
        for (var n = 0; n < 40; n++)
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => node.Publish("news", new string('x', 4000))));
        }

        await node.Pass(1);
        Checkpoint(node);
        var before = new FileInfo(node.File).Length;
        await node.Done(node.Broker.Close("news"u8));
        await node.Pass(60);

        Assert.True(new FileInfo(node.File).Length < before / 3, $"{before} {new FileInfo(node.File).Length}");
    }

    [Fact]
    public async Task The_limits_count_what_is_stored_whether_it_is_in_memory_or_not()
    {
        var limits = new HubOptions { MaxChannels = 2, MaxStoredBytes = 10, MaxIdempotencyKeys = 1 };
        using var before = new StoredNode(limits: limits);
        await before.Publish("a", "123456");
        await before.Publish("b", "");
        before.End();

        using var node = new StoredNode(after: before);

        Assert.Equal(PublishStatus.TooManyChannels, (await node.Publish("c", "1")).Status);
        Assert.Equal(PublishStatus.OutOfMemory, (await node.Publish("a", "12345")).Status);
        Assert.Equal(PublishStatus.Published, (await node.Publish("a", "1234")).Status);
        Assert.Equal(PublishStatus.Published, (await Keyed(node, "one")).Status);
        Assert.Equal(PublishStatus.TooManyKeys, (await Keyed(node, "two")).Status);
        await node.Pass(20);
        await node.Done(node.Broker.Close("b"u8));
        Assert.Equal(PublishStatus.OutOfMemory, (await node.Publish("c", "1")).Status);
        await node.Done(node.Broker.Clear("a"u8));
        Assert.Equal(PublishStatus.Published, (await node.Publish("c", "1234567890")).Status);
    }

    private static Task<PublishResult> Keyed(StoredNode node, string key) =>
        node.Done(node.Broker.Publish("a"u8, new Publication([]) { IdempotencyKey = Encoding.UTF8.GetBytes(key) }));

    private static async Task<IEnumerable<string>> Names(StoredNode node) =>
        (await node.Done(node.Broker.List([]))).Select(one => Encoding.UTF8.GetString(one.Name)).Order();

    private static long Count(StoredNode node, string table) => Ask(node, $"SELECT count(*) FROM {table}");

    private static void Checkpoint(StoredNode node) => Ask(node, "PRAGMA wal_checkpoint(PASSIVE)");

    private static long Ask(StoredNode node, string sql)
    {
        using var file = new SqliteConnection($"Data Source={node.File};Pooling=False");
        file.Open();
        using var command = file.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
