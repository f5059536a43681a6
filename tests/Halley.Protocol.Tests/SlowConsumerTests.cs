namespace Halley.Protocol.Tests;

/// <summary>Subscribers that are too slow are treated as their channel has it.</summary>
public sealed class SlowConsumerTests : LaggingCase
{
    [Theory]
    [InlineData(SlowConsumerPolicy.End, "&epoch=")]
    [InlineData(SlowConsumerPolicy.DropOldest, "")]
    [InlineData(SlowConsumerPolicy.Latest, "")]
    public void A_slow_subscriber_is_cut_off_where_that_is_chosen_or_it_cannot_be_told(
        SlowConsumerPolicy policy, string epoch)
    {
        Policy = policy;
        var answer = Subscribe("/stream?cname=a" + epoch);
        Publish(6);
        Assert.True(answer.WasTooSlow);
        Assert.Equal(0, Node.Hub.SubscriberCount);
    }

    [Fact]
    public void Of_a_slow_subscriber_the_oldest_are_dropped_and_it_is_told()
    {
        Policy = SlowConsumerPolicy.DropOldest;
        var answer = Subscribe("/stream?cname=a&epoch=");
        Publish(5);
        var waits = answer.Untaken;
        Publish(395);
        Assert.Equal(waits, answer.Untaken);
        Assert.True(answer.IsBehind);

        Assert.Equal(Range(1, 5), Offsets(answer.Take()));
        var told = answer.Take();
        Assert.StartsWith(
            Gap(Oldest, $"\"from\":6,\"to\":{Oldest - 1},\"reason\":\"evicted\""),
            told,
            StringComparison.Ordinal);
        Assert.Equal(Range((int)Oldest, 400), [.. Offsets(told), .. TakeAll(answer)]);
        Publish(1);
        Assert.Equal([401L], Offsets(answer.Take()));
    }

    [Fact]
    public void A_slow_subscriber_whose_channel_keeps_enough_misses_nothing()
    {
        Policy = SlowConsumerPolicy.DropOldest;
        var answer = Subscribe("/stream?cname=a&epoch=");
        Publish(150);
        var whole = string.Concat(Enumerable.Range(0, 8).Select(_ => answer.Take()));
        Assert.Equal(Range(1, 150), Offsets(whole));
        Assert.DoesNotContain("\"gap\"", whole, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_subscriber_of_the_latest_has_the_newest_alone_and_is_told()
    {
        Policy = SlowConsumerPolicy.Latest;
        var answer = Subscribe("/stream?cname=a&epoch=");
        Publish(20);
        Assert.Equal(Range(1, 5), Offsets(answer.Take()));
        var told = answer.Take();
        Assert.StartsWith(
            Gap(20, "\"from\":6,\"to\":19,\"reason\":\"slow\",\"count\":1"),
            told,
            StringComparison.Ordinal);
        Assert.Equal([20L], Offsets(told));
        Publish(1);
        Assert.Equal([21L], Offsets(answer.Take()));
    }

    [Fact]
    public void The_latest_comes_also_where_the_channel_keeps_nothing()
    {
        Policy = SlowConsumerPolicy.Latest;
        var answer = Subscribe("/stream?cname=a&epoch=");
        Publish(20, new Retention(0, null));
        answer.Take();
        Assert.Equal([20L], Offsets(answer.Take()));
    }

    [Fact]
    public void Who_missed_none_of_the_latest_is_told_of_no_gap()
    {
        Policy = SlowConsumerPolicy.Latest;
        var answer = Subscribe("/stream?cname=a&epoch=");
        Publish(6);
        answer.Take();
        var told = answer.Take();
        Assert.Equal([6L], Offsets(told));
        Assert.DoesNotContain("gap", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SlowConsumerPolicy.DropOldest, "\"from\":6,\"to\":20,\"reason\":\"cleared\"", false)]
    [InlineData(SlowConsumerPolicy.Latest, "\"from\":6,\"to\":19,\"reason\":\"slow\"", true)]
    public void When_the_channel_is_closed_one_who_is_behind_is_told_what_it_lost(
        SlowConsumerPolicy policy, string gap, bool hasNewest)
    {
        Policy = policy;
        var answer = Subscribe("/stream?cname=a&epoch=");
        Publish(20);
        Node.Ask("/close?cname=a");
        Assert.Contains(gap, answer.Body, StringComparison.Ordinal);
        Assert.Equal(hasNewest ? [.. Range(1, 5), 20L] : Range(1, 5), Offsets(answer.Body));
        Assert.EndsWith(
            $$"""{"type":"close","cname":"a","seq":21,"epoch":"{{Epoch}}","content":""}""" + "\n",
            answer.Body,
            StringComparison.Ordinal);
        Assert.True(answer.IsEnded);
    }

    [Fact]
    public void Who_leaves_while_it_is_behind_leaves_nothing_behind()
    {
        Policy = SlowConsumerPolicy.DropOldest;
        var answer = Subscribe("/stream?cname=a&epoch=");
        Publish(20);
        Assert.True(answer.IsBehind);
        answer.Disconnect();
        Assert.False(answer.IsBehind);
        Publish(1);
        Assert.Equal(0, Node.Hub.SubscriberCount);
    }
}
