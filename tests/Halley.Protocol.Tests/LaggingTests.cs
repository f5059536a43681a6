using System.Text.Json;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>
/// Subscribers that missed much are sent it in slices, and those that are too slow are treated as their channel has it.
/// </summary>
public sealed class LaggingTests : IDisposable
{
    // Five messages, with what stands around them.
    private const int MaxQueued = 5000;
    private const int Kilobyte = 1000;

    // A slice is 48 KiB; with its last message, and what stands around messages, no more than this.
    private const int MostAtOnce = 52 * 1024;

    private static readonly byte[] Payload = [.. Enumerable.Repeat((byte)'x', Kilobyte)];

    private readonly ICometNode _node;
    private SlowConsumerPolicy _policy;

    public LaggingTests()
    {
        _node = new ICometNode(new HubOptions { HistorySize = 200, SlowConsumersOf = _ => _policy });
        Epoch = _node.Hub.FindOrCreate("a"u8)!.Epoch;
    }

    private long Epoch { get; }

    public void Dispose() => _node.Dispose();

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
            seen.AddRange(Offsets(answer.Take()));
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
        _node.Hub.Find("a"u8)!.Clear();
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
        _node.Ask("/close?cname=a");
        Assert.Equal(Range(1, 151), Offsets(answer.Body));
        Assert.EndsWith("\"close\",\"cname\":\"a\",\"seq\":152,\"content\":\"\"}\n", answer.Body, StringComparison.Ordinal);
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
        _node.Hub.Find("a"u8)!.Clear();
        Publish(1);
        var next = Offsets(answer.Take()).Last();
        var told = answer.Take();
        Assert.StartsWith(
            $$"""{"type":"gap","cname":"a","seq":151,"epoch":"{{Epoch}}","from":{{next + 1}},"to":150,"reason":"cleared",""",
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
        _node.Hub.Find("a"u8)!.Clear();
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
        var answer = _node.Front.Ask(
            "GET /stream?cname=a&seq=1&epoch=",
            exchange: new RecordingExchange(_node.Dispatcher, _node.Time) { TakesSlowly = true });
        _node.Time.AdvanceSeconds(100);
        answer.PassTime();
        Assert.DoesNotContain("noop", answer.Body, StringComparison.Ordinal);
        TakeAll(answer);
        _node.Time.AdvanceSeconds(100);
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

    [Theory]
    [InlineData(SlowConsumerPolicy.End, "&epoch=")]
    [InlineData(SlowConsumerPolicy.DropOldest, "")]
    [InlineData(SlowConsumerPolicy.Latest, "")]
    public void A_slow_subscriber_is_cut_off_where_that_is_chosen_or_it_cannot_be_told(
        SlowConsumerPolicy policy, string epoch)
    {
        _policy = policy;
        var answer = Subscribe("/stream?cname=a" + epoch);
        Publish(6);
        Assert.True(answer.WasTooSlow);
        Assert.Equal(0, _node.Hub.SubscriberCount);
    }

    [Fact]
    public void Of_a_slow_subscriber_the_oldest_are_dropped_and_it_is_told()
    {
        _policy = SlowConsumerPolicy.DropOldest;
        var answer = Subscribe("/stream?cname=a&epoch=");
        Publish(5);
        var waits = answer.Untaken;
        Publish(395);
        Assert.Equal(waits, answer.Untaken);
        Assert.True(answer.IsBehind);

        Assert.Equal(Range(1, 5), Offsets(answer.Take()));
        var told = answer.Take();
        Assert.StartsWith(
            $$"""{"type":"gap","cname":"a","seq":{{Oldest}},"epoch":"{{Epoch}}","from":6,"to":{{Oldest - 1}},"reason":"evicted",""",
            told,
            StringComparison.Ordinal);
        Assert.Equal(Range((int)Oldest, 400), [.. Offsets(told), .. TakeAll(answer)]);
        Publish(1);
        Assert.Equal([401L], Offsets(answer.Take()));
    }

    [Fact]
    public void A_slow_subscriber_whose_channel_keeps_enough_misses_nothing()
    {
        _policy = SlowConsumerPolicy.DropOldest;
        var answer = Subscribe("/stream?cname=a&epoch=");
        Publish(150);
        var whole = string.Concat(Enumerable.Range(0, 8).Select(_ => answer.Take()));
        Assert.Equal(Range(1, 150), Offsets(whole));
        Assert.DoesNotContain("\"gap\"", whole, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_subscriber_of_the_latest_has_the_newest_alone_and_is_told()
    {
        _policy = SlowConsumerPolicy.Latest;
        var answer = Subscribe("/stream?cname=a&epoch=");
        Publish(20);
        Assert.Equal(Range(1, 5), Offsets(answer.Take()));
        var told = answer.Take();
        Assert.StartsWith(
            $$"""{"type":"gap","cname":"a","seq":20,"epoch":"{{Epoch}}","from":6,"to":19,"reason":"slow","count":1,""",
            told,
            StringComparison.Ordinal);
        Assert.Equal([20L], Offsets(told));
        Publish(1);
        Assert.Equal([21L], Offsets(answer.Take()));
    }

    [Fact]
    public void The_latest_comes_also_where_the_channel_keeps_nothing()
    {
        _policy = SlowConsumerPolicy.Latest;
        var answer = Subscribe("/stream?cname=a&epoch=");
        Publish(20, new Retention(0, null));
        answer.Take();
        Assert.Equal([20L], Offsets(answer.Take()));
    }

    [Fact]
    public void Who_missed_none_of_the_latest_is_told_of_no_gap()
    {
        _policy = SlowConsumerPolicy.Latest;
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
        _policy = policy;
        var answer = Subscribe("/stream?cname=a&epoch=");
        Publish(20);
        _node.Ask("/close?cname=a");
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
        _policy = SlowConsumerPolicy.DropOldest;
        var answer = Subscribe("/stream?cname=a&epoch=");
        Publish(20);
        Assert.True(answer.IsBehind);
        answer.Disconnect();
        Assert.False(answer.IsBehind);
        Publish(1);
        Assert.Equal(0, _node.Hub.SubscriberCount);
    }

    private long Oldest => _node.Hub.Find("a"u8)!.OldestKept(int.MaxValue);

    private static IEnumerable<long> Range(int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(i => (long)i);

    private static List<long> Offsets(string body) =>
    [
        .. body.Split('\n')
            .Select(line => line.StartsWith("data: ", StringComparison.Ordinal) ? line[6..] : line)
            .Where(line => line.StartsWith("{\"type\":\"data\"", StringComparison.Ordinal))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("seq").GetInt64()),
    ];

    private static List<long> TakeAll(RecordingExchange answer)
    {
        var seen = new List<long>();
        while (answer.Untaken > 0)
        {
            seen.AddRange(Offsets(answer.Take()));
        }

        return seen;
    }

    private RecordingExchange Subscribe(string target, int maxQueued = MaxQueued) => _node.Front.Ask(
        "GET " + target,
        exchange: new RecordingExchange(_node.Dispatcher) { TakesSlowly = true, MaxQueued = maxQueued });

    private void Publish(int count, Retention? retention = null)
    {
        for (var i = 0; i < count; i++)
        {
            _node.Hub.Broker.Publish("a"u8, new Publication(Payload) { Retention = retention }).Now();
        }

        _node.Dispatcher.RunAll();
    }
}
