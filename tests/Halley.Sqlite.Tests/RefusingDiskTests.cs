using Halley.Broker;
using Halley.Channels;
using Halley.Specifications;
using Microsoft.Data.Sqlite;

namespace Halley.Sqlite.Tests;

/// <summary>A disk that takes nothing, while the server runs: publishing is refused, reading goes on.</summary>
public sealed class RefusingDiskTests
{
    private const string Full = "The storage cannot be used: the disk is full (storage.path).";
    private const string Locked = "The storage cannot be used: another program has locked it (storage.path).";

    public static TheoryData<Durability> Both => new(Durability.Disk, Durability.Memory);

    [Fact]
    public async Task On_a_full_disk_nothing_is_published_or_heard_and_what_was_is_still_read()
    {
        using var first = new StoredNode();
        first.End();
        using var node = new StoredNode(first.Options with { MaxPages = 40 }, first.Time);
        var listener = await node.Listen("news", Replay.From(1));
        var (last, why) = await Fill(node, "news");

        Assert.Equal(Full, why.Message);
        Assert.False(why.MayHaveBeenDone);
        Assert.Equal(Full, node.Broker.Error);
        Assert.Equal(last.Offset + 1, (await node.Done(node.Broker.Info("news"u8)))!.Value.Position.Offset);
        await node.Settle();
        Assert.Equal(last.Offset, listener.All.Last().Offset);
        Assert.Equal(last.Offset, (await node.Listen("news", Replay.From(1))).All.Count());
        Assert.Equal(AttachStatus.Attached, (await node.Listen("fresh", Replay.From(1))).Result!.Value.Status);
    }

    [Fact]
    public async Task Once_there_is_room_again_it_goes_on_where_it_was()
    {
        using var first = new StoredNode();
        first.End();
        using var node = new StoredNode(first.Options with { MaxPages = 40 }, first.Time);
        await node.Publish("news", "first");
        await Fill(node, "filler");
        var fresh = await node.Listen("fresh", Replay.From(1));

        await node.Done(node.Broker.Close("filler"u8));
        Assert.Null(node.Broker.Error);

        Assert.Equal(2, (await node.Publish("news", "second")).Position.Offset);
        Assert.Equal("first second", await node.Kept("news"));
        var heard = await node.Publish("fresh", "heard");
        await node.Until(() => fresh.Text == "heard", "who came meanwhile hears");
        node.End();
        using var after = new StoredNode(node.Options, node.Time);
        Assert.Equal("Exact heard", await after.Resume("fresh", heard.Position));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_was_acknowledged_is_written_when_the_disk_takes_it_again(Durability durability)
    {
        using var node = new StoredNode(durability);
        var listener = await node.Listen("news", Replay.From(1));
        await node.Publish("news", "1");
        node.Time.Advance(node.Options.WriteDelay);
        await node.Settle();

        var heard = "1";
        BrokerException why;
        using (Lock(node))
        {
            if (durability == Durability.Memory)
            {
                // Told before the disk refuses.
                await node.Publish("news", "2");
                heard = "1 2";
            }

            why = await node.Refused(node.Broker.Publish("news"u8, new Publication("refused"u8.ToArray())));
            Assert.Equal(heard, await node.Kept("news"));
            await node.Listen("fresh", Replay.From(1));
        }

        Assert.Equal(Locked, why.Message);
        Assert.Equal(Locked, node.Broker.Error);
        await node.Pass(1);
        Assert.Null(node.Broker.Error);
        await node.Publish("news", "last");
        await node.Until(() => listener.Text == $"{heard} last", "nothing is heard that was refused");
        node.End();
        using var after = new StoredNode(durability, after: node);
        Assert.Equal($"{heard} last", await after.Kept("news"));
        Assert.Equal(2, (await after.Broker.Count()).Channels);
    }

    [Fact]
    public async Task What_waits_for_the_disk_has_a_limit()
    {
        using var first = new StoredNode();
        first.End();
        using var node = new StoredNode(first.Options with { MaxWaitingBytes = 1000 }, first.Time);

        Assert.Equal(
            "Too much waits for the disk (storage.path).",
            (await node.Refused(node.Broker.Publish("news"u8, new Publication(new byte[1000])))).Message);
        await node.Publish("news", "small");
    }

    [Fact]
    public async Task A_damaged_page_is_told_and_other_channels_go_on()
    {
        using var before = new StoredNode();
        var marked = new string('#', 500);
        foreach (var text in Enumerable.Repeat(marked, 20).Append(new string('-', 500)))
        {
            await before.Publish("broken", text);
        }

        for (var n = 0; n < 20; n++)
        {
            await before.Publish("between", new string('.', 500));
        }

        await before.Publish("whole", "1");
        before.End();
        Damage(before.File, marked);

        using var node = new StoredNode(after: before);

        var why = await node.Refused(node.Broker.Publish("broken"u8, new Publication([1])));
        Assert.Contains("it is damaged", why.Message, StringComparison.Ordinal);
        Assert.Equal(why.Message, node.Broker.Error);
        Assert.Equal(2, (await node.Publish("whole", "2")).Position.Offset);
        var refused = new Listener(node, 0, "whole", Replay.From(1));
        await node.Until(() => refused.Text == "1 2", "another channel is read");
    }

    // A page that has messages of the channel, and is no way to others, begins with what means nothing.
    private static void Damage(string path, string marked)
    {
        const int PageSize = 4096;
        const byte Leaf = 10;
        var bytes = File.ReadAllBytes(path);
        var text = System.Text.Encoding.ASCII.GetBytes(marked);
        var page = Enumerable.Range(0, bytes.Length / PageSize).First(
            number => bytes[number * PageSize] == Leaf
                && bytes.AsSpan(number * PageSize, PageSize).IndexOf(text) >= 0);
        bytes.AsSpan(page * PageSize, 100).Fill(0xFF);
        File.WriteAllBytes(path, bytes);
    }

    private static async Task<(StreamPosition Last, BrokerException Why)> Fill(StoredNode node, string channel)
    {
        var last = default(StreamPosition);
        for (var n = 0; n < 1000; n++)
        {
            try
            {
                last = (await node.Done(node.Broker.Publish(
                    System.Text.Encoding.UTF8.GetBytes(channel), new Publication(new byte[2000])))).Position;
            }
            catch (BrokerException why)
            {
                return (last, why);
            }
        }

        throw new InvalidOperationException("the disk was never full");
    }

    // Holds what every writer needs, as a program would that writes there.
    private static Transaction Lock(StoredNode node) => new(node.File);

    private sealed class Transaction : IDisposable
    {
        private readonly SqliteConnection _connection;

        public Transaction(string file)
        {
            _connection = new SqliteConnection($"Data Source={file};Pooling=False");
            _connection.Open();
            Execute("BEGIN IMMEDIATE");
        }

        public void Dispose()
        {
            Execute("ROLLBACK");
            _connection.Dispose();
        }

        private void Execute(string sql)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }
}
