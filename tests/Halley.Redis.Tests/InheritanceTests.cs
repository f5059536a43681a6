using Halley.Testing;

namespace Halley.Redis.Tests;

/// <summary>What a node leaves that is gone without a word, one of the others has, whatever else fails.</summary>
public abstract class InheritanceTests
{
    private protected abstract MortalNodes Nodes { get; }

    [Fact]
    public async Task What_a_node_leaves_that_dies_exactly_one_other_inherits()
    {
        await using var nodes = Nodes;
        var dying = await nodes.Start("a");
        MortalNode[] others = [await nodes.Start("b"), await nodes.Start("c"), await nodes.Start("d")];
        var left = Enumerable.Range(0, 1201).Select(n => $"client {n}").ToList();
        await dying.Bequeath(left);
        await dying.TakeBack(left[0]);

        dying.IsSilent = true;

        await MortalNodes.Until(() => nodes.Inherited.Count() >= 1200, "all of it is inherited");
        Assert.Equal(left.Skip(1).Order(), nodes.Inherited.Order());

        // Who asks about the dead finds none any more, and so all is inherited that ever will be.
        await Task.WhenAll(others.Select(UntilNobodyIsMissed));
        Assert.Equal(1200, nodes.Inherited.Count());
    }

    [Fact]
    public async Task What_was_inherited_is_inherited_again_when_the_heir_dies()
    {
        await using var nodes = Nodes;
        var first = await nodes.Start("a");
        var second = await nodes.Start("b");
        await first.Bequeath("anna", "bert");
        first.IsSilent = true;
        await MortalNodes.Until(() => second.Inherited.Count == 2, "it is inherited");
        await UntilNobodyIsMissed(second);
        await second.TakeBack("anna");

        var third = await nodes.Start("c");
        second.IsSilent = true;

        await MortalNodes.Until(() => !third.Inherited.IsEmpty, "the rest is inherited");
        await UntilNobodyIsMissed(third);
        Assert.Equal(["bert"], third.Inherited);
    }

    [Fact]
    public async Task A_node_that_was_silent_is_told_that_others_have_what_it_left_and_leaves_what_is_new()
    {
        await using var nodes = Nodes;
        var silent = await nodes.Start("a");
        var other = await nodes.Start("b");
        await silent.Bequeath("anna");
        silent.IsSilent = true;
        await MortalNodes.Until(() => !other.Inherited.IsEmpty, "it is inherited");

        silent.IsSilent = false;
        await MortalNodes.Until(() => silent.TakenForDead == 1, "it is told");
        await silent.Bequeath("anna, who came anew");
        silent.IsSilent = true;

        await MortalNodes.Until(() => other.Inherited.Count == 2, "what is new is inherited");
        Assert.Equal(["anna", "anna, who came anew"], other.Inherited);
        Assert.Equal((1, 0), (silent.TakenForDead, other.TakenForDead));
    }

    [Fact]
    public async Task A_node_that_ends_in_good_order_leaves_only_what_it_could_not_say()
    {
        await using var nodes = Nodes;
        var ending = await nodes.Start("a");
        var other = await nodes.Start("b");
        await ending.Bequeath("said", "not said");
        await ending.TakeBack("said");

        await ending.DisposeAsync();

        await MortalNodes.Until(() => !other.Inherited.IsEmpty, "the rest is inherited");
        await UntilNobodyIsMissed(other);
        Assert.Equal(["not said"], other.Inherited);
    }

    [Fact]
    public async Task What_an_earlier_process_of_the_same_name_left_is_inherited_at_once_and_what_is_new_is_not()
    {
        await using var nodes = Nodes;
        var earlier = await nodes.Start("a");
        await earlier.Bequeath("anna");
        earlier.IsSilent = true;

        var later = await nodes.Start("a");
        await later.Bequeath("bert");

        await MortalNodes.Until(() => !later.Inherited.IsEmpty, "it is inherited");
        var other = await nodes.Start("b");
        later.IsSilent = true;
        await MortalNodes.Until(() => other.Inherited.Count >= 2, "and again");
        Assert.Equal(["anna"], later.Inherited);
        Assert.Equal(["anna", "bert"], other.Inherited.Order());
    }

    private static Task UntilNobodyIsMissed(MortalNode node)
    {
        var isWhole = false;
        return MortalNodes.Until(
            () =>
            {
                isWhole = isWhole || node.Broker.SurveyAll("nothing", []).AsTask().GetAwaiter().GetResult().IsWhole;
                return isWhole;
            },
            "everybody answers");
    }
}

/// <summary>Over one Redis.</summary>
public sealed class InheritanceOverRedis : InheritanceTests, IDisposable
{
    private static readonly string[] OnDisk = ["--appendonly", "yes", "--appendfsync", "always"];

    private readonly RedisServer _redis = new(OnDisk);

    private protected override MortalNodes Nodes => new([_redis], isCluster: false);

    public void Dispose() => _redis.Dispose();

    [Fact]
    public async Task While_Redis_is_away_nobody_dies()
    {
        await using var nodes = Nodes;
        MortalNode[] living = [await nodes.Start("a"), await nodes.Start("b")];
        await living[0].Bequeath("anna");
        await living[1].Bequeath("bert");

        _redis.Kill();
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        _redis.Start();
        var dying = await nodes.Start("c");
        await dying.Bequeath("carl");
        dying.IsSilent = true;

        // Whoever takes somebody for dead now would have done so with the others.
        await MortalNodes.Until(() => nodes.Inherited.Any(), "the dead one is inherited");
        Assert.Equal(["carl"], nodes.Inherited);
        Assert.All(living, node => Assert.Equal(0, node.TakenForDead));
    }

    [Fact]
    public async Task What_Redis_has_lost_is_written_again()
    {
        await using var nodes = Nodes;
        var dying = await nodes.Start("a");
        _ = await nodes.Start("b");
        await dying.Bequeath("anna", "bert");
        _redis.Ask("DEL", "halley:{n}b:a");
        _redis.Ask("HSET", "halley:{n}b:a", "nobody knows", "nobody");
        await MortalNodes.Until(
            () => _redis.Ask("HLEN", "halley:{n}b:a").StartsWith(":2", StringComparison.Ordinal), "it is there again");

        dying.IsSilent = true;

        await MortalNodes.Until(() => nodes.Inherited.Count() >= 2, "all of it is inherited");
        Assert.Equal(["anna", "bert"], nodes.Inherited.Order());
    }
}

/// <summary>Over a cluster of three servers.</summary>
public sealed class InheritanceOverCluster(RedisClusterSpecification.Cluster cluster)
    : InheritanceTests, IClassFixture<RedisClusterSpecification.Cluster>
{
    private protected override MortalNodes Nodes => new(cluster.Emptied().Servers, isCluster: true);
}
