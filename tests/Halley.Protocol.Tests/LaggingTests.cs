using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>Subscribers that missed much are sent it in slices, as they take them.</summary>
public sealed class LaggingTests : LaggingCase
{
    [Theory]
    [InlineData("/stream?cname=a&seq=1")]
    [InlineData("/stream?cname=a&seq=1&epoch=")]
    [InlineData("/sse?cname=a&seq=1&epoch=")]
    public void What_a_subscriber_missed_is_written_a_slice_at_a_time_as_it_takes_it(string target)
    {
        Publish(200);
        var answer = Subscribe(target, int.MaxValue);
        var seen = new List<long>();
        while (answer.Untaken > 0)
        {
            Assert.InRange(answer.Untaken, 1, MostAtOnce);
            var told = answer.NextTold;
            seen.AddRange(Offsets(answer.Take()));
            Assert.Equal(told, seen[^1] + 1);
        }

        Assert.Equal(Range(1, 200), seen);
        Assert.False(answer.IsBehind);
    }

    [Fact]
    public void What_is_published_meanwhile_is_not_written_but_comes_in_its_turn()
    {
        Publish(100);
        var answer = Subscribe("/stream?cname=a&seq=1", int.MaxValue);
        var waits = answer.Untaken;
        Publish(50);
        Assert.Equal(waits, answer.Untaken);
        Assert.Equal(Range(1, 150), TakeAll(answer));

        Publish(1);
        Assert.Equal([151L], Offsets(answer.Take()));
    }

    [Fact]
    public void What_the_channel_does_not_keep_comes_in_its_turn_too()
    {
        Publish(100);
        var answer = Subscribe("/stream?cname=a&seq=1", int.MaxValue);
        Publish(1);
        Publish(1, new Retention(0, null));
        Publish(1);
        Assert.Equal(Range(1, 103), TakeAll(answer));
    }

    [Theory]
    [InlineData("/stream?cname=a&seq=1")]
    [InlineData("/stream?cname=a&seq=1&epoch=")]
    public void As_much_as_may_wait_for_a_client_comes_whatever_its_channel_drops(string target)
    {
        Publish(150);
        var answer = Subscribe(target, int.MaxValue);
        Node.Hub.Find("a"u8)!.Clear();
        Publish(1);
        Assert.Equal(Range(1, 151), TakeAll(answer));
        Assert.DoesNotContain("gap", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_is_closed_for_those_who_are_behind_once_they_have_what_waits_for_them()
    {
        Publish(150);
        var answer = Subscribe("/stream?cname=a&seq=1", int.MaxValue);
        Publish(1);
        Node.Ask("/close?cname=a");
        Assert.Equal(Range(1, 151), Offsets(answer.Body));
        Assert.EndsWith(
            "\"close\",\"cname\":\"a\",\"seq\":152,\"content\":\"\"}\n", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_cannot_be_told_is_cut_off_for_what_is_not_kept_once_more_waits_than_may()
    {
        Publish(150);
        var answer = Subscribe("/stream?cname=a&seq=1");
        Publish(1);
        Assert.False(answer.WasTooSlow);
        Publish(1, new Retention(0, null));
        Assert.True(answer.WasTooSlow);
    }

    [Fact]
    public void What_was_lost_before_its_turn_came_is_told()
    {
        Publish(150);
        var answer = Subscribe("/stream?cname=a&seq=1&epoch=");
        var first = Offsets(answer.Take()).Last();
        Assert.True(answer.IsBehind);
        Node.Hub.Find("a"u8)!.Clear();
        Publish(1);
        var next = Offsets(answer.Take()).Last();
        var told = answer.Take();
        Assert.StartsWith(
            Gap(151, $"\"from\":{next + 1},\"to\":150,\"reason\":\"cleared\""),
            told,
            StringComparison.Ordinal);
        Assert.Equal([151L], Offsets(told));
        Assert.True(next > first);
    }

    [Fact]
    public void Who_cannot_be_told_what_was_lost_before_its_turn_came_is_cut_off()
    {
        Publish(150);
        var answer = Subscribe("/stream?cname=a&seq=1");
        Node.Hub.Find("a"u8)!.Clear();
        answer.Take();
        Assert.True(answer.WasTooSlow);
    }

    [Fact]
    public void A_hole_that_was_there_when_a_subscriber_came_that_is_told_nothing_is_none_of_its_business()
    {
        Publish(100);
        Publish(2, new Retention(0, null));
        Publish(50);
        var answer = Subscribe("/stream?cname=a&seq=1", int.MaxValue);
        Assert.Equal([.. Range(1, 100), .. Range(103, 152)], TakeAll(answer));
        Assert.False(answer.WasTooSlow);
    }

    [Fact]
    public void What_was_never_kept_behind_all_else_that_was_missed_is_told_too()
    {
        Publish(60);
        Publish(2, new Retention(0, null));
        var answer = Subscribe("/stream?cname=a&seq=1&epoch=", int.MaxValue);
        Publish(1);
        Assert.Equal([.. Range(1, 60), 63L], TakeAll(answer));
        Assert.Contains("\"from\":61,\"to\":62,\"reason\":\"limit\"", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_poll_is_told_all_at_once()
    {
        Publish(200);
        var answer = Subscribe("/poll?cname=a&seq=1&epoch=", int.MaxValue);
        Assert.True(answer.IsEnded);
        Assert.InRange(answer.Untaken, 200 * Kilobyte, int.MaxValue);
    }

    [Fact]
    public void No_heartbeat_says_that_one_who_is_behind_has_heard_everything()
    {
        Publish(200);
        var answer = Node.Front.Ask(
            "GET /stream?cname=a&seq=1&epoch=",
            exchange: new RecordingExchange(Node.Dispatcher, Node.Time) { TakesSlowly = true });
        Node.Time.AdvanceSeconds(100);
        answer.PassTime();
        Assert.DoesNotContain("noop", answer.Body, StringComparison.Ordinal);
        TakeAll(answer);
        Node.Time.AdvanceSeconds(100);
        answer.PassTime();
        Assert.Contains("\"top\":200", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void One_who_is_behind_is_not_told_to_come_back_before_it_has_heard_everything()
    {
        Publish(100);
        var answer = Subscribe("/stream?cname=a&seq=1&epoch=", int.MaxValue);
        Assert.False(answer.TryReturn(TimeSpan.FromSeconds(1)));
        TakeAll(answer);
        Assert.True(answer.TryReturn(TimeSpan.FromSeconds(1)));
    }
}
