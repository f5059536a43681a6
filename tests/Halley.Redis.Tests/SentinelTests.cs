using System.Globalization;
using Halley.Broker;
using Halley.Testing;
using StackExchange.Redis;

namespace Halley.Redis.Tests;

/// <summary>
/// A real Sentinel promotes the replica when the primary dies: one that has all of its messages, or one that lacks the
/// newest.
/// </summary>
public sealed class SentinelTests : IDisposable
{
    private const string Primary = "mymaster";

    // Who may follow the primary: a replica that is not let in any more falls behind.
    private const string Follower = "follower";

    private readonly RedisServer _primary = new("--user", Follower, "on", ">secret", "+psync", "+replconf", "+ping");
    private readonly RedisServer _replica;
    private readonly RedisServer _sentinel;

    public SentinelTests()
    {
        _replica = new RedisServer(
            "--replicaof", "127.0.0.1", Text(_primary.Port), "--masteruser", Follower, "--masterauth", "secret");
        _sentinel = RedisServer.Sentinel(
            $"""
            sentinel monitor {Primary} 127.0.0.1 {Text(_primary.Port)} 1
            sentinel down-after-milliseconds {Primary} 1000
            sentinel failover-timeout {Primary} 3000
            """);
    }

    public void Dispose()
    {
        _sentinel.Dispose();
        _replica.Dispose();
        _primary.Dispose();
    }

    [Fact]
    public async Task Who_waits_is_told_that_nothing_was_lost_and_goes_on_at_the_replica()
    {
        using var nodes = Nodes();
        ReturningClient[] clients = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        await nodes.Until(() => clients.All(client => client.IsAttached), "all are attached");
        await UntilWatched(nodes);
        await nodes.Publish(0, "news", "one");
        await nodes.Until(() => clients.All(client => client.Told == "one"), () => clients.Told());
        await nodes.Until(
            () => _replica.Ask("EXISTS", "halley:s:news").StartsWith(":1", StringComparison.Ordinal),
            "the replica has it");

        _primary.Kill();
        await PublishAtReplica(nodes, "two");

        await nodes.Until(
            () => clients.All(client => client.Told.EndsWith("two", StringComparison.Ordinal)), () => clients.Told());
        Assert.All(clients, client => Assert.Equal(("one Interrupted Exact two", ""), (client.Told, client.Faults)));
    }

    [Fact]
    public async Task Who_heard_what_the_replica_lacks_is_told_so_and_who_did_not_goes_on()
    {
        using var nodes = Nodes();
        ReturningClient[] waiting = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        ReturningClient heardAll = new(nodes, 0, "news"), heardLess = new(nodes, 1, "news");
        await nodes.Until(
            () => waiting.Append(heardAll).Append(heardLess).All(client => client.IsAttached), "all are attached");
        await UntilWatched(nodes);
        await nodes.Publish(0, "news", "one");
        await nodes.Publish(1, "news", "two");
        await nodes.Until(() => heardLess.Told == "one two", () => heardLess.Told);
        heardLess.Leave();
        await nodes.Until(() => _replica.Ask("XLEN", "halley:s:news") == ":2\r\n", "the replica has both");

        _primary.Ask("ACL", "DELUSER", Follower);
        var lost = await nodes.Publish(0, "news", "lost");
        await nodes.Until(() => waiting.Append(heardAll).All(client => client.Told == "one two lost"), waiting.Told);
        heardAll.Leave();
        Assert.Equal(":2\r\n", _replica.Ask("XLEN", "halley:s:news"));
        _primary.Kill();
        var other = await PublishAtReplica(nodes, "other");

        Assert.Equal(lost.Position.Offset, other.Position.Offset);
        Assert.NotEqual(lost.Position.Epoch, other.Position.Epoch);
        await nodes.Until(
            () => waiting.All(client => client.Told == "one two lost Interrupted Reset one two other"), waiting.Told);
        heardAll.ComeBackTo(1);
        heardLess.ComeBackTo(0);
        await nodes.Until(() => heardAll.Told == "one two lost Reset one two other", () => heardAll.Told);
        await nodes.Until(() => heardLess.Told == "one two Exact other", () => heardLess.Told);
        Assert.All(waiting.Append(heardAll).Append(heardLess), client => Assert.Equal("", client.Faults));
    }

    // What the primary may have done when it died is done nowhere.
    private static async Task<PublishResult> PublishAtReplica(RedisNodes nodes, string text)
    {
        Task<PublishResult>? publishing = null;
        await nodes.Until(
            () =>
            {
                publishing = publishing is null or { IsFaulted: true } ? nodes.Publish(1, "news", text) : publishing;
                return publishing.IsCompletedSuccessfully;
            },
            "the replica takes its place");
        return await publishing!;
    }

    private RedisNodes Nodes() => new(
        _primary,
        options => options with
        {
            Connection = new ConfigurationOptions { EndPoints = { _sentinel.Address }, ServiceName = Primary },
        });

    private Task UntilWatched(RedisNodes nodes) => nodes.Until(
        () => _sentinel.Ask("SENTINEL", "REPLICAS", Primary).Contains(Text(_replica.Port), StringComparison.Ordinal),
        "Sentinel knows the replica");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
