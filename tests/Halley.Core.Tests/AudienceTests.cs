using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>How subscribers on one dispatcher are told, a slice at a time, while they come, go and talk back.</summary>
public class AudienceTests
{
    private readonly ManualDispatcher _dispatcher = new();
    private readonly List<string> _heard = [];
    private readonly Channel _channel = new FakeOwner().Channel();

    [Fact]
    public void Subscribers_are_told_in_the_order_they_came()
    {
        Join("a");
        var b = Join("b");
        Join("c");
        b.Detach();
        Join("d");
        _channel.Publish();
        _dispatcher.RunAll();
        Assert.Equal(["a1", "c1", "d1"], _heard);
    }

    [Fact]
    public void A_slice_tells_as_many_as_its_budget_allows()
    {
        Join("a", "b", "c", "d", "e");
        _channel.Publish();
        Assert.Equal(2, _dispatcher.RunSlice(2));
        Assert.Equal(["a1", "b1"], _heard);
        Assert.Equal(2, _dispatcher.RunSlice(2));
        Assert.Equal(["a1", "b1", "c1", "d1"], _heard);
        Assert.Equal(1, _dispatcher.RunSlice(2));
        Assert.Equal(0, _dispatcher.Waiting);
    }

    [Fact]
    public void One_slice_goes_on_with_the_next_message_while_its_budget_lasts()
    {
        Join("a", "b");
        _channel.Publish(2);
        Assert.Equal(3, _dispatcher.RunSlice(3));
        Assert.Equal(["a1", "b1", "a2"], _heard);
        _dispatcher.RunSlice(3);
        Assert.Equal(["a1", "b1", "a2", "b2"], _heard);
    }

    [Fact]
    public void Between_two_slices_others_have_their_turn()
    {
        var other = new FakeOwner().Channel("other");
        Join("a", "b");
        other.Join(_dispatcher, Named("x"));
        _channel.Publish();
        other.Publish();
        _dispatcher.RunAll(slice: 1);
        Assert.Equal(["a1", "x1", "b1"], _heard);
    }

    [Fact]
    public void Everybody_hears_a_message_before_anybody_hears_the_next()
    {
        Join("a", "b", "c");
        _channel.Publish();
        _dispatcher.RunSlice(1);
        _channel.Publish();
        _dispatcher.RunAll(slice: 1);
        Assert.Equal(["a1", "b1", "c1", "a2", "b2", "c2"], _heard);
    }

    [Fact]
    public void Who_comes_while_others_are_told_is_not_told_what_it_was_given_already()
    {
        Join("a", "b");
        _channel.Publish();
        _dispatcher.RunSlice(1);
        var result = _channel.Attach(Named("late"), _dispatcher, Replay.From(1), onlyToWait: false);
        Assert.Equal(1, Assert.Single(result.Missed).Offset);
        _channel.Publish();
        _dispatcher.RunAll(slice: 1);
        Assert.Equal(["a1", "b1", "a2", "b2", "late2"], _heard);
    }

    [Theory]
    [InlineData(0, "a1 b1 c1 d1")] // told already
    [InlineData(1, "a1 c1 d1")] // whose turn is next
    [InlineData(2, "a1 b1 d1")]
    [InlineData(3, "a1 b1 c1")] // last
    public void Who_leaves_while_others_are_told_takes_nobody_with_it(int leaving, string heard)
    {
        var subscribers = Join("a", "b", "c", "d");
        _channel.Publish();
        _dispatcher.RunSlice(1);
        subscribers[leaving].Detach();
        _dispatcher.RunAll(slice: 1);
        Assert.Equal(heard, string.Join(' ', _heard));
    }

    [Fact]
    public void All_may_leave_while_they_are_told()
    {
        var subscribers = Join("a", "b", "c");
        _channel.Publish(2);
        _dispatcher.RunSlice(1);
        foreach (var subscriber in subscribers)
        {
            subscriber.Detach();
        }

        Join("next");
        _channel.Publish();
        _dispatcher.RunAll(slice: 1);
        Assert.Equal(["a1", "next3"], _heard);
        Assert.Equal(0, _dispatcher.Waiting);
    }

    [Fact]
    public void All_may_leave_and_the_channel_close_while_they_are_told()
    {
        var subscribers = Join("a", "b");
        _channel.Publish();
        _dispatcher.RunSlice(1);
        _channel.Close(CloseReason.ChannelClosed);
        Array.ForEach(subscribers, subscriber => subscriber.Detach());
        _dispatcher.RunAll(slice: 1);
        Assert.Equal(["a1"], _heard);
    }

    [Fact]
    public void A_subscriber_may_leave_while_it_is_told()
    {
        Join("a");
        Join("poll", onMessage: poll => poll.Detach());
        Join("c");
        _channel.Publish(2);
        _dispatcher.RunAll();
        Assert.Equal(["a1", "poll1", "c1", "a2", "c2"], _heard);
    }

    [Fact]
    public void A_whole_audience_may_leave_while_it_is_told()
    {
        for (var i = 0; i < 5; i++)
        {
            Join("poll", onMessage: poll => poll.Detach());
        }

        _channel.Publish(3);
        _dispatcher.RunAll(slice: 2);
        Assert.Equal(Enumerable.Repeat("poll1", 5), _heard);
        Assert.Equal(0, _channel.SubscriberCount);
    }

    [Theory]
    [InlineData(0, "a1 b1 c1 b2 c2")]
    [InlineData(1, "a1 b1 c1 a2 c2")]
    [InlineData(2, "a1 b1 a2 b2")]
    public void A_subscriber_may_send_another_away_while_it_is_told(int victim, string heard)
    {
        var subscribers = new List<RecordingSubscriber> { Join("a") };
        subscribers.Add(Join("b", onMessage: _ => subscribers[victim].Detach()));
        subscribers.Add(Join("c"));
        _channel.Publish(2);
        _dispatcher.RunAll();
        Assert.Equal(heard, string.Join(' ', _heard));
    }

    [Fact]
    public void A_poll_that_comes_back_while_it_is_told_misses_nothing_and_hears_nothing_twice()
    {
        var missed = new List<long>();
        var poll = Named("poll", (poll, message) =>
        {
            poll.Detach();
            var result = _channel.Attach(poll, _dispatcher, Replay.From(message.Offset + 1), onlyToWait: false);
            missed.AddRange(result.Missed.Select(one => one.Offset));
        });
        Join("a");
        _channel.Join(_dispatcher, poll);
        _channel.Publish(3);
        _dispatcher.RunAll(slice: 1);
        _channel.Publish();
        _dispatcher.RunAll(slice: 1);
        Assert.Equal(["a1", "poll1", "a2", "a3", "a4", "poll4"], _heard);
        Assert.Equal([2L, 3], missed);
    }

    [Fact]
    public void A_subscriber_may_publish_while_it_is_told()
    {
        Join("a", "b");
        var isFirst = true;
        Join("echo", onMessage: _ =>
        {
            if (isFirst)
            {
                isFirst = false;
                _channel.Publish();
            }
        });
        Join("d");
        _channel.Publish();
        _dispatcher.RunAll();
        Assert.Equal(["a1", "b1", "echo1", "d1", "a2", "b2", "echo2", "d2"], _heard);
    }

    [Fact]
    public void The_end_comes_behind_the_messages_and_in_slices_too()
    {
        Join("a", "b", "c");
        _channel.Publish();
        _dispatcher.RunSlice(2);
        _channel.Close(CloseReason.ChannelClosed);
        _dispatcher.RunSlice(2);
        Assert.Equal(["a1", "b1", "c1", "a!"], _heard);
        Assert.Equal(2, _channel.SubscriberCount);
        _dispatcher.RunAll();
        Assert.Equal(["a1", "b1", "c1", "a!", "b!", "c!"], _heard);
    }

    [Fact]
    public void A_subscriber_is_detached_already_when_it_hears_of_the_end()
    {
        var count = -1;
        var subscriber = Named("a");
        subscriber.OnEnd = () =>
        {
            subscriber.Detach();
            count = _channel.SubscriberCount;
        };
        _channel.Join(_dispatcher, subscriber);
        _channel.Close(CloseReason.ChannelClosed);
        _dispatcher.RunAll();
        Assert.Equal(0, count);
    }

    [Fact]
    public void A_subscriber_may_send_another_away_while_it_hears_of_the_end()
    {
        var subscribers = Join("a", "b", "c");
        subscribers[0].OnEnd += subscribers[1].Detach;
        _channel.Close(CloseReason.ChannelClosed);
        _dispatcher.RunAll();
        Assert.Equal(["a!", "c!"], _heard);
    }

    private RecordingSubscriber[] Join(params string[] names) => [.. names.Select(name => Join(name))];

    private RecordingSubscriber Join(string name, Action<RecordingSubscriber>? onMessage = null) =>
        _channel.Join(_dispatcher, Named(name, (subscriber, _) => onMessage?.Invoke(subscriber)));

    /// <summary>A subscriber that writes its name and the number of what it hears, or a mark at the end.</summary>
    private RecordingSubscriber Named(string name, Action<RecordingSubscriber, Message>? onMessage = null)
    {
        var subscriber = new RecordingSubscriber { OnEnd = () => _heard.Add(name + "!") };
        subscriber.OnDeliver = message =>
        {
            _heard.Add($"{name}{message.Offset}");
            onMessage?.Invoke(subscriber, message);
        };
        return subscriber;
    }
}
