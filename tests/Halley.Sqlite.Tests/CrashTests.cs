using Halley.Channels;

namespace Halley.Sqlite.Tests;

/// <summary>
/// What is there again after a crash: the files are copied while the server runs, as a crash at that moment would leave
/// them.
/// </summary>
public sealed class CrashTests
{
    [Fact]
    public async Task All_that_was_acknowledged_is_there_after_a_crash()
    {
        using var node = new StoredNode();
        var place = (await node.Publish("news", "1")).Position;
        var listener = await node.Listen("news", Replay.From(1));
        await node.Publish("news", "2");
        await node.Until(() => listener.Text == "1 2", "it hears");

        using var after = Crashed(node);

        Assert.Equal("Exact 1 2", await after.Resume("news", place));
        Assert.Equal(place with { Offset = 3 }, (await after.Publish("news", "3")).Position);
    }

    [Fact]
    public async Task Where_messages_may_be_lost_who_had_them_is_told_and_who_had_none_of_them_misses_nothing()
    {
        using var node = new StoredNode(Durability.Memory);
        var place = (await node.Publish("news", "1")).Position;
        node.Time.Advance(node.Options.WriteDelay);
        await node.Settle();
        var lost = await node.Publish("news", "lost");

        using var after = Crashed(node);

        Assert.Equal("1", await after.Kept("news"));
        Assert.Equal("Exact 1", await after.Resume("news", place));
        Assert.Equal("Exact", await after.Resume("news", place with { Offset = 2 }));
        var next = await after.Publish("news", "2");
        Assert.NotEqual(place.Epoch, next.Position.Epoch);
        Assert.Equal("Reset(Epoch) 1 2", await after.Resume("news", place with { Offset = 3 }));
        Assert.True(next.Stamp > lost.Stamp);
    }

    [Fact]
    public async Task Where_messages_may_be_lost_the_stream_stays_the_new_one_at_the_next_clean_start()
    {
        using var node = new StoredNode(Durability.Memory);
        await node.Publish("news", "1");
        node.Time.Advance(node.Options.WriteDelay);
        await node.Settle();
        using var crashed = Crashed(node);
        var renewed = (await crashed.Publish("news", "2")).Position;
        crashed.End();

        using var after = new StoredNode(Durability.Memory, after: crashed);

        Assert.Equal(renewed with { Offset = 3 }, (await after.Publish("news", "3")).Position);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_was_done_before_a_crash_is_what_there_is_after_it(int seed)
    {
        var random = new Random(seed);
        using var node = new StoredNode(limits: new HubOptions { HistorySize = 4 });
        string[] names = ["a", "b", "c", "d"];
        for (var round = 0; round < 6; round++)
        {
            for (var step = 0; step < 40; step++)
            {
                await Do(node, random, names[random.Next(names.Length)]);
            }

            using var after = Crashed(node);
            foreach (var name in names)
            {
                Assert.Equal(await StateOf(node, name), await StateOf(after, name));
            }

            var (here, there) = (await node.Broker.Count(), await after.Broker.Count());
            Assert.Equal((here.Channels, here.Stored), (there.Channels, there.Stored));
            Assert.Equal(await RowsOf(after), there.Stored);
        }
    }

    private static async Task<long> RowsOf(StoredNode node)
    {
        await node.Settle();
        using var file = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={node.File};Pooling=False");
        file.Open();
        using var count = file.CreateCommand();
        count.CommandText = "SELECT count(*) FROM message";
        return (long)count.ExecuteScalar()!;
    }

    private static async Task Do(StoredNode node, Random random, string name)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(name);
        switch (random.Next(12))
        {
            case 0:
                await node.Done(node.Broker.Close(bytes));
                break;
            case 1:
                await node.Done(node.Broker.Clear(bytes));
                break;
            case 2:
                await node.Publish(name, "unkept", new Retention(0, null));
                break;
            case 3:
                await node.Publish(name, "brief", new Retention(3, TimeSpan.FromSeconds(random.Next(1, 4))));
                break;
            case 4:
                await node.Pass(random.Next(1, 3));
                break;
            case 5:
                await node.Done(node.Broker.Reserve(bytes, TimeSpan.FromSeconds(random.Next(10, 100)), 1));
                break;
            default:
                await Task.WhenAll(Enumerable.Range(0, random.Next(1, 6)).Select(n => node.Publish(name, $"{n}")));
                break;
        }
    }

    private static async Task<string> StateOf(StoredNode node, string name)
    {
        if (await node.Done(node.Broker.Info(System.Text.Encoding.UTF8.GetBytes(name))) is not { } state)
        {
            return "none";
        }

        var listener = await node.Listen(name, Replay.From(1));
        var kept = string.Join(' ', listener.All.Select(
            message => $"{message.Offset}:{System.Text.Encoding.UTF8.GetString(message.Payload)}@{message.Stamp}"));
        listener.Leave();
        return $"{state.Position} {state.Stored} {state.Newest} {kept} {listener.Result!.Value.Losses}";
    }

    /// <summary>The server as it is started after a crash at this moment.</summary>
    private static StoredNode Crashed(StoredNode node)
    {
        var copy = Directory.CreateDirectory(
            Path.Combine(node.Options.Directory, $"crash-{Guid.NewGuid():N}")).FullName;
        foreach (var file in Directory.GetFiles(node.Options.Directory, "halley.db*"))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return new StoredNode(node.Options with { Directory = copy }, node.Time);
    }
}
