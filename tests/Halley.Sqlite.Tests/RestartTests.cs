using System.Text;

namespace Halley.Sqlite.Tests;

/// <summary>What is there again when the server was ended and started.</summary>
public sealed class RestartTests
{
    public static TheoryData<Durability> Both => new(Durability.Disk, Durability.Memory);

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_subscriber_that_comes_back_after_a_restart_is_given_what_it_missed(Durability durability)
    {
        using var before = new StoredNode(durability);
        await before.Publish("news", "1");
        var place = (await before.Publish("news", "2")).Position;
        await before.Publish("news", "3");
        before.End();

        using var after = new StoredNode(durability, after: before);

        Assert.Equal("Exact 2 3", await after.Resume("news", place));
        Assert.Equal(place with { Offset = 4 }, (await after.Publish("news", "4")).Position);
        Assert.Equal("1 2 3 4", await after.Kept("news"));
    }

    [Fact]
    public async Task Every_field_of_a_message_is_there_again()
    {
        using var before = new StoredNode();
        var publication = new Publication([0, 255])
        {
            Traits = MessageTraits.JsonEscaped,
            Labels = new MessageLabels("id"u8.ToArray(), [], null, "{}"u8.ToArray()),
            Retention = new Retention(5, TimeSpan.FromSeconds(100)),
        };
        var published = await before.Done(before.Broker.Publish("news"u8, publication));
        await before.Done(before.Broker.Publish("news"u8, publication with { Labels = new(null, null, null) }));
        before.End();

        using var after = new StoredNode(after: before);
        var listener = await after.Listen("news", Channels.Replay.From(1));
        var message = listener.All.First();

        Assert.Equal([0, 255], message.Payload.ToArray());
        Assert.Equal(MessageTraits.JsonEscaped, message.Traits);
        Assert.Equal(published.Stamp, message.Stamp);
        Assert.Equal(("id", 0, null), (
            Encoding.UTF8.GetString(message.Labels!.EventId!), message.Labels.EventType!.Length,
            message.Labels.ContentType));
        Assert.Equal("{}"u8.ToArray(), message.Labels.Details);
        Assert.NotNull(listener.All.Last().Labels);
        listener.Leave();
        await after.Pass(99);
        Assert.NotEqual("", await after.Kept("news"));
        await after.Pass(3);
        Assert.Equal("", await after.Kept("news"));
    }

    [Fact]
    public async Task A_publication_that_is_repeated_after_a_restart_is_published_once()
    {
        using var before = new StoredNode();
        var publication = new Publication("one"u8.ToArray()) { IdempotencyKey = "key"u8.ToArray() };
        var first = await before.Done(before.Broker.Publish("news"u8, publication));
        before.End();

        using var after = new StoredNode(after: before);

        Assert.Equal(
            first with { IsRepeat = true }, await after.Done(after.Broker.Publish("news"u8, publication)));
        await after.Pass(301);
        Assert.False((await after.Done(after.Broker.Publish("news"u8, publication))).IsRepeat);
    }

    [Fact]
    public async Task A_number_that_was_given_to_a_message_that_is_not_kept_is_not_given_again()
    {
        using var before = new StoredNode();
        await before.Publish("news", "1");
        var last = await before.Publish("news", "2", new Retention(0, null));
        before.End();

        using var after = new StoredNode(after: before);

        Assert.Equal(last.Position with { Offset = 3 }, (await after.Publish("news", "3")).Position);
        Assert.Equal("Exact 1 Gap(Limit) 3", await after.Resume("news", last.Position with { Offset = 1 }));
    }

    [Fact]
    public async Task What_is_missing_is_told_with_its_reason_after_a_restart_too()
    {
        using var before = new StoredNode(limits: new HubOptions { HistorySize = 2 });
        var first = (await before.Publish("many", "1")).Position;
        for (var n = 2; n <= 6; n++)
        {
            await before.Publish("many", $"{n}", new Retention(2, null));
        }

        var cleared = (await before.Publish("empty", "1")).Position;
        await before.Done(before.Broker.Clear("empty"u8));
        before.End();

        using var after = new StoredNode(after: before);

        Assert.Equal("Gap(Evicted) 5 6", await after.Resume("many", first));
        Assert.Equal("Gap(Cleared)", await after.Resume("empty", cleared));
        Assert.Equal(2, (await after.Publish("empty", "2")).Position.Offset);
    }

    [Fact]
    public async Task Stamps_go_on_where_the_clock_was_set_back()
    {
        using var before = new StoredNode();
        await before.Pass(100);
        var last = await before.Publish("news", "1");
        before.End();

        // Its clock begins where that of the first one began.
        using var after = new StoredNode(before.Options);

        Assert.True((await after.Publish("news", "2")).Stamp > last.Stamp);
        var (old, young) = (last.Position.Epoch, (await after.Publish("sport", "1")).Position.Epoch);
        Assert.True(young > old);
    }

    [Fact]
    public async Task The_time_during_which_the_server_was_down_does_not_count_for_channels()
    {
        using var before = new StoredNode();
        var place = (await before.Publish("news", "1")).Position;
        before.End();
        before.Time.AdvanceSeconds(3600);

        using var after = new StoredNode(after: before);

        await after.Pass(25);
        Assert.Equal("Exact 1", await after.Resume("news", place));
        await after.Pass(45);
        Assert.Null(await after.Done(after.Broker.Info("news"u8)));
    }

    [Fact]
    public async Task A_broadcast_reaches_channels_that_nobody_has_used_since_the_restart()
    {
        using var before = new StoredNode();
        await before.Publish("a", "1");
        await before.Publish("b", "1");
        before.End();

        using var after = new StoredNode(after: before);

        Assert.Equal(2, await after.Done(after.Broker.PublishToAll("x"u8.ToArray(), after.DispatcherOf(0))));
        Assert.Equal("1 x", await after.Kept("b"));
        Assert.Equal(
            ["a", "b"], (await after.Done(after.Broker.List([]))).Select(one => Encoding.UTF8.GetString(one.Name)));
        Assert.Equal((2, 4), ((await after.Broker.Count()).Channels, (await after.Broker.Count()).Stored));
    }

    [Fact]
    public async Task After_a_backup_was_restored_who_heard_more_than_it_has_is_told()
    {
        using var before = new StoredNode();
        await before.Publish("news", "1");
        var place = (await before.Publish("news", "2")).Position;
        before.End();
        using (var file = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={before.File};Pooling=False"))
        {
            // As docs/operating.md has it.
            file.Open();
            using var command = file.CreateCommand();
            command.CommandText = "UPDATE state SET is_cut = 1";
            command.ExecuteNonQuery();
        }

        using var after = new StoredNode(after: before);

        await after.Publish("news", "3");
        Assert.Equal("Exact 2 3", await after.Resume("news", place));
        Assert.Equal("Reset(Epoch) 1 2 3", await after.Resume("news", place with { Offset = 4 }));
    }

    [Fact]
    public async Task The_secret_of_tokens_is_that_of_the_file()
    {
        using var before = new StoredNode();
        before.End();
        using var after = new StoredNode(after: before);
        using var other = new StoredNode();

        Assert.Equal(before.Broker.Secret, after.Broker.Secret);
        Assert.NotEqual(before.Broker.Secret, other.Broker.Secret);
        await after.Settle();
    }
}
