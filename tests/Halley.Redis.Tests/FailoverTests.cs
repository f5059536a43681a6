using System.Globalization;
using Halley.Broker;
using Halley.Testing;
using StackExchange.Redis;

namespace Halley.Redis.Tests;

/// <summary>
/// A replica is promoted that lacks the newest messages: their numbers are given again, in another epoch.
/// </summary>
public sealed class FailoverTests : IDisposable
{
    private readonly RedisServer _primary = new();
    private readonly RedisServer _replica;
    private readonly TcpSwitch _switch;

    public FailoverTests()
    {
        _replica = new RedisServer("--replicaof", "127.0.0.1", _primary.Port.ToString(CultureInfo.InvariantCulture));
        _switch = new TcpSwitch(_primary.Port);
    }

    public void Dispose()
    {
        _switch.Dispose();
        _replica.Dispose();
        _primary.Dispose();
    }

    [Fact]
    public async Task Who_heard_what_was_lost_is_told_so_and_who_did_not_goes_on()
    {
        using var nodes = Nodes(isFenced: true);
        ReturningClient[] waiting = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        var (heardAll, heardLess, lost) = await LoseTail(nodes, waiting);

        await FailOver(nodes);
        var other = await PublishOnReplica(nodes, "other");

        Assert.Equal(lost.Position.Offset, other.Position.Offset);
        Assert.NotEqual(lost.Position.Epoch, other.Position.Epoch);
        await nodes.Until(
            () => waiting.All(client => client.Told == "one two lost Interrupted Reset one two other"),
            () => waiting.Told());
        heardAll.ComeBackTo(1);
        heardLess.ComeBackTo(0);
        await nodes.Until(() => heardAll.Told == "one two lost Reset one two other", () => heardAll.Told);
        await nodes.Until(() => heardLess.Told == "one two Exact other", () => heardLess.Told);
        await nodes.Publish(1, "news", "last");
        ReturningClient[] all = [.. waiting, heardAll, heardLess];
        await nodes.Until(
            () => all.All(client => client.Told.EndsWith("other last", StringComparison.Ordinal)), () => all.Told());
        Assert.All(all, client => Assert.Equal("", client.Faults));
    }

    // Why there is a fence: without it nobody could know.
    [Fact]
    public async Task Without_the_fence_a_number_is_given_twice_in_one_epoch_and_a_message_is_missed_without_a_word()
    {
        using var nodes = Nodes(isFenced: false);
        var (heardAll, _, lost) = await LoseTail(nodes);

        await FailOver(nodes);
        var other = await PublishOnReplica(nodes, "other");

        Assert.Equal(lost.Position, other.Position);
        heardAll.ComeBackTo(0);
        await nodes.Publish(0, "news", "last");
        await nodes.Until(() => heardAll.Told == "one two lost Exact last", () => heardAll.Told);
        Assert.Equal("", heardAll.Faults);
    }

    private RedisNodes Nodes(bool isFenced) => new(_primary, options => options with
    {
        IsFenced = isFenced,
        Connection = new ConfigurationOptions { EndPoints = { _switch.Address } },
    });

    // Two messages that both servers have, and a third one that only the primary has.
    private async Task<(ReturningClient HeardAll, ReturningClient HeardLess, PublishResult Lost)> LoseTail(
        RedisNodes nodes, params ReturningClient[] waiting)
    {
        var heardAll = new ReturningClient(nodes, 0, "news");
        var heardLess = new ReturningClient(nodes, 1, "news");
        await nodes.Until(
            () => waiting.Append(heardAll).Append(heardLess).All(client => client.IsAttached), "all are attached");
        await nodes.Publish(0, "news", "one");
        await nodes.Publish(1, "news", "two");
        await nodes.Until(() => heardLess.Told == "one two", () => heardLess.Told);
        heardLess.Leave();
        await nodes.Until(() => _replica.Ask("XLEN", "halley:s:news") == ":2\r\n", "the replica has both");

        _replica.Ask("REPLICAOF", "NO", "ONE");
        var lost = await nodes.Publish(0, "news", "lost");
        await nodes.Until(
            () => waiting.Append(heardAll).All(client => client.Told == "one two lost"), () => heardAll.Told);
        heardAll.Leave();
        return (heardAll, heardLess, lost);
    }

    private async Task FailOver(RedisNodes nodes)
    {
        var before = _switch.Accepted;
        _switch.SwitchTo(_replica.Port);
        await nodes.Until(() => _switch.Accepted >= before + 4, "both nodes connect again, twice each");
        await nodes.Until(() => nodes[0].IsReady && nodes[1].IsReady, "both are ready again");
    }

    private async Task<PublishResult> PublishOnReplica(RedisNodes nodes, string text)
    {
        var result = await nodes.PublishWhenItCan(1, "news", text);
        Assert.Equal(":3\r\n", _replica.Ask("XLEN", "halley:s:news"));
        return result;
    }
}
