using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>What a subscriber that comes back is given of the messages kept, and a poll at once.</summary>
public class ReturningSubscriberTests
{
    private readonly ManualDispatcher _dispatcher = new();
    private readonly RecordingSubscriber _subscriber = new();
    private readonly FakeOwner _owner = new();
    private readonly Channel _channel;

    public ReturningSubscriberTests() => _channel = _owner.Channel();

    [Fact]
    public void A_subscriber_that_comes_back_is_given_what_it_missed()
    {
        _channel.Publish(5);
        var result = Attach(from: 3);
        Assert.Equal([3L, 4, 5], result.Missed.Select(message => message.Offset));
        Assert.Equal(new StreamPosition(7, 6), result.Position);
        _channel.Publish();
        _dispatcher.RunAll();
        Assert.Equal([6L], _subscriber.Offsets);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(long.MaxValue)]
    public void A_subscriber_that_knows_no_number_or_is_not_behind_missed_nothing(long from)
    {
        _channel.Publish(5);
        Assert.Empty(Attach(from).Missed);
        _channel.Publish();
        _dispatcher.RunAll();
        Assert.Equal([6L], _subscriber.Offsets);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void A_subscriber_that_asks_for_what_is_gone_is_given_all_that_is_kept(long from)
    {
        _channel.Publish(15);
        Assert.Equal(
            Enumerable.Range(6, 10).Select(i => (long)i), Attach(from).Missed.Select(message => message.Offset));
    }

    [Fact]
    public void What_a_subscriber_missed_is_not_delivered_as_well()
    {
        _channel.Join(_dispatcher);
        _channel.Publish(2);
        var result = Attach(from: 1);
        _channel.Publish();
        _dispatcher.RunAll();
        Assert.Equal([1L, 2], result.Missed.Select(message => message.Offset));
        Assert.Equal([3L], _subscriber.Offsets);
    }

    [Fact]
    public void A_channel_that_keeps_nothing_has_nothing_to_give_to_those_who_come_back()
    {
        var channel = new FakeOwner { HistorySize = 0 }.Channel();
        channel.Publish(3);
        var result = channel.Attach(_subscriber, _dispatcher, Replay.From(1), onlyToWait: true);
        Assert.Equal(AttachStatus.Attached, result.Status);
        Assert.Empty(result.Missed);
        Assert.Equal(4, channel.OldestKept(10));
    }

    [Theory]
    [InlineData(0)] // knows no number
    [InlineData(2)] // behind
    [InlineData(-1)]
    [InlineData(4)] // ahead
    public void A_poll_that_can_be_answered_at_once_is_not_attached(long from)
    {
        _channel.Publish(2);
        var result = _channel.Attach(_subscriber, _dispatcher, Replay.From(from), onlyToWait: true);
        Assert.Equal(AttachStatus.AnswerNow, result.Status);
        Assert.Null(_subscriber.Channel);
        Assert.Equal(0, _channel.SubscriberCount);
        Assert.Equal(from is 2 or -1, result.Missed.Count > 0);
    }

    [Fact]
    public void A_poll_that_has_everything_waits()
    {
        _channel.Publish(2);
        var result = _channel.Attach(_subscriber, _dispatcher, Replay.From(3), onlyToWait: true);
        Assert.Equal(AttachStatus.Attached, result.Status);
        _channel.Publish();
        _dispatcher.RunAll();
        Assert.Equal([3L], _subscriber.Offsets);
    }

    [Fact]
    public void A_poll_that_is_behind_waits_where_nothing_is_kept()
    {
        _channel.Publish(2);
        _channel.Clear();
        Assert.Equal(
            AttachStatus.Attached, _channel.Attach(_subscriber, _dispatcher, Replay.From(1), onlyToWait: true).Status);
    }

    private AttachResult Attach(long from) =>
        _channel.Attach(_subscriber, _dispatcher, Replay.From(from), onlyToWait: false);
}
