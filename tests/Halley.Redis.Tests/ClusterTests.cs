using System.Globalization;
using System.Text;
using Halley.Broker;
using Halley.Testing;

namespace Halley.Redis.Tests;

/// <summary>Two nodes over a cluster of three servers, whose slots move while messages are published.</summary>
public sealed class ClusterTests(RedisClusterSpecification.Cluster cluster)
    : IClassFixture<RedisClusterSpecification.Cluster>
{
    private readonly RedisCluster _cluster = cluster.Emptied();

    [Fact]
    public async Task What_concerns_all_channels_finds_those_of_every_server()
    {
        string[] channels = ["a", "b", "c"];
        using var nodes = new RedisNodes(_cluster);
        var clients = channels.SelectMany(
            channel => (ReturningClient[])[new(nodes, 0, channel), new(nodes, 1, channel)]).ToArray();
        await nodes.Until(() => clients.All(client => client.IsAttached), "all are attached");
        foreach (var channel in channels)
        {
            await nodes.Publish(0, channel, "one");
        }

        Assert.Equal(3, channels.Select(channel => _cluster.OwnerOf(MetaOf(channel))).Distinct().Count());
        Assert.Equal(3, await nodes.Done(nodes.BrokerOf(1).PublishToAll("all"u8.ToArray(), nodes.DispatcherOf(1))));
        await nodes.Until(() => clients.All(client => client.Told == "one all"), clients.Told);
        var counts = await nodes.Done(nodes.BrokerOf(0).Count());
        Assert.Equal((3, 6, 6, 6), (counts.Channels, counts.Subscribers, counts.Published, counts.Stored));
        var listed = await nodes.Done(nodes.BrokerOf(1).List([]));
        Assert.Equal(channels, listed.Select(state => Encoding.UTF8.GetString(state.Name)).Order());
        Assert.All(listed, state => Assert.Equal(2, state.State.Subscribers));
        Assert.Equal(await nodes[0].ShareKey([1]), await nodes[1].ShareKey([2]));
        var leases = await NodeLease.ReadAll(nodes.OptionsOf(0));
        Assert.Equal(["node0", "node1"], leases.Select(lease => lease.Name));
    }

    // What of a key is hashed stands between its first brace and the next closing one, unless nothing stands there.
    [Theory]
    [InlineData("{a}b")]
    [InlineData("a{b}c")]
    [InlineData("a}b")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("}a")]
    [InlineData("{}")]
    public async Task All_keys_of_a_channel_lie_on_one_server_whatever_its_name(string channel)
    {
        using var nodes = new RedisNodes(_cluster);
        ReturningClient[] clients = [new(nodes, 0, channel), new(nodes, 1, channel)];
        await nodes.Until(() => clients.All(client => client.IsAttached), "all are attached");

        await nodes.Publish(0, channel, "one");
        await nodes.Publish(1, channel, "two");

        await nodes.Until(() => clients.All(client => client.Told == "one two"), clients.Told);
        Assert.NotNull(await nodes.Done(nodes.BrokerOf(0).Close(Encoding.UTF8.GetBytes(channel))));
    }

    [Fact]
    public async Task A_channel_that_has_moved_goes_on_in_another_epoch_and_nothing_is_lost()
    {
        using var nodes = new RedisNodes(_cluster);
        ReturningClient[] waiting = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        var away = new ReturningClient(nodes, 0, "news");
        await nodes.Until(() => waiting.Append(away).All(client => client.IsAttached), "all are attached");
        await nodes.Publish(0, "news", "one");
        await nodes.Until(() => away.Told == "one", () => away.Told);
        away.Leave();
        var before = await nodes.Publish(1, "news", "two");
        await nodes.Until(() => waiting.All(client => client.Told == "one two"), waiting.Told);

        var (slot, from, to) = WayOf("news");
        _cluster.BeginToMove(slot, from, to);
        _cluster.EndMove(slot, from, to);
        var after = await nodes.Publish(0, "news", "three");

        Assert.Equal(3, after.Position.Offset);
        Assert.NotEqual(before.Position.Epoch, after.Position.Epoch);
        await nodes.Until(() => waiting.All(client => client.Told == "one two Interrupted Exact three"), waiting.Told);
        away.ComeBackTo(1);
        await nodes.Until(() => away.Told == "one Exact two three", () => away.Told);
        Assert.All(waiting.Append(away), client => Assert.Equal("", client.Faults));
    }

    [Fact]
    public async Task While_half_of_a_channel_has_moved_it_is_refused_and_then_goes_on()
    {
        using var nodes = new RedisNodes(_cluster);
        ReturningClient[] waiting = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        await nodes.Until(() => waiting.All(client => client.IsAttached), "all are attached");
        await nodes.Publish(0, "news", "one");
        await nodes.Until(() => waiting.All(client => client.Told == "one"), waiting.Told);

        var (slot, from, to) = WayOf("news");
        _cluster.BeginToMove(slot, from, to);
        RedisCluster.MoveKeys(from, to, MetaOf("news"));
        var refused = await Assert.ThrowsAsync<BrokerException>(() => nodes.Publish(0, "news", "refused"));
        Assert.False(refused.MayHaveBeenDone);
        Assert.Contains("Try again in a moment", refused.Message, StringComparison.Ordinal);
        await nodes.Until(() => nodes[0].IsReady && nodes[1].IsReady, "who else publishes is not kept away");
        Assert.All(waiting, client => Assert.True(client.IsAttached && client.Told == "one", client.Told));

        _cluster.EndMove(slot, from, to);
        await nodes.Publish(1, "news", "two");
        await nodes.Until(() => waiting.All(client => client.Told == "one Interrupted Exact two"), waiting.Told);
        Assert.All(waiting, client => Assert.Equal("", client.Faults));
    }

    [Fact]
    public async Task A_slot_that_moves_while_much_is_published_loses_and_repeats_nothing()
    {
        const int Moves = 4;
        using var nodes = new RedisNodes(_cluster);
        ReturningClient[] clients = [new(nodes, 0, "news"), new(nodes, 1, "news"), new(nodes, 1, "news")];
        await nodes.Until(() => clients.All(client => client.IsAttached), "all are attached");

        // What has no message is one key only, and is refused for as long as its slot moves.
        await nodes.Publish(0, "news", "0");
        using var over = new CancellationTokenSource();
        var publishing = Task.Run(() => PublishUntil(nodes, over.Token));
        for (var move = 0; move < Moves; move++)
        {
            var (slot, from, to) = WayOf("news");
            _cluster.BeginToMove(slot, from, to);
            await HearMore();
            _cluster.EndMove(slot, from, to);

            // One epoch before is remembered: everybody comes to know this one.
            await nodes.Until(() => clients.All(client => client.Ends > move && client.IsAttached), clients.Told);
            await HearMore();
        }

        await over.CancelAsync();
        var acknowledged = await publishing;
        await nodes.Until(
            () => clients.All(client => Missing(client).Length == 0),
            () => string.Join('\n', clients.Select(Missing)));
        Assert.All(clients, client =>
        {
            Assert.Equal("", client.Faults);
            Assert.Equal(Numbers(client).Order(), Numbers(client));
            Assert.All(
                client.Told.Split(' ').Where(word => !char.IsAsciiDigit(word[0])),
                word => Assert.Contains(word, (string[])["Interrupted", "Exact"]));
        });

        string Missing(ReturningClient client) => string.Join(' ', acknowledged.Except(Numbers(client)));

        Task HearMore()
        {
            var counts = clients.Select(client => client.Count + 20).ToArray();
            return nodes.Until(() => clients.Zip(counts).All(one => one.First.Count > one.Second), clients.Told);
        }
    }

    // One number after another, at each node in turn; gives those that were acknowledged.
    private static async Task<List<int>> PublishUntil(RedisNodes nodes, CancellationToken over)
    {
        var acknowledged = new List<int>();
        for (var n = 1; !over.IsCancellationRequested; n++)
        {
            try
            {
                await nodes.Publish(n % 2, "news", n.ToString(CultureInfo.InvariantCulture));
                acknowledged.Add(n);
            }
            catch (BrokerException refused)
            {
                // Half of it has moved.
                Assert.False(refused.MayHaveBeenDone);
            }

            // Nobody is so far behind when it comes back that something is kept no more.
            await Task.Delay(5, CancellationToken.None);
        }

        return acknowledged;
    }

    private static int[] Numbers(ReturningClient client) =>
    [
        .. client.Told.Split(' ')
            .Where(word => char.IsAsciiDigit(word[0]))
            .Select(word => int.Parse(word, CultureInfo.InvariantCulture)),
    ];

    private static string MetaOf(string channel) => $"halley:m:{{{channel}}}";

    // From whoever has a channel to the next one.
    private (int Slot, RedisServer From, RedisServer To) WayOf(string channel)
    {
        var from = _cluster.OwnerOf(MetaOf(channel));
        var next = (_cluster.Servers.ToList().IndexOf(from) + 1) % _cluster.Servers.Count;
        return (_cluster.SlotOf(MetaOf(channel)), from, _cluster.Servers[next]);
    }
}
