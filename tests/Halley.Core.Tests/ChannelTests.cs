using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

public class ChannelTests
{
    private readonly ManualDispatcher _dispatcher = new();
    private readonly RecordingSubscriber _subscriber = new();
    private readonly FakeOwner _owner = new();
    private readonly Channel _channel;

    public ChannelTests() => _channel = _owner.Channel();

    [Fact]
    public void A_channel_may_be_asked_for_fewer_subscribers_than_its_owner_allows()
    {
        var owner = new FakeOwner();
        var channel = owner.Channel();
        var dispatcher = new ManualDispatcher();
        Assert.Equal(
            AttachStatus.Attached,
            channel.Attach(new RecordingSubscriber(), dispatcher, Replay.Nothing, false, maxSubscribers: 1).Status);
        Assert.Equal(
            AttachStatus.TooManySubscribers,
            channel.Attach(new RecordingSubscriber(), dispatcher, Replay.Nothing, false, maxSubscribers: 1).Status);
        Assert.Equal(
            AttachStatus.Attached, channel.Attach(new RecordingSubscriber(), dispatcher, Replay.Nothing, false).Status);
    }

    [Fact]
    public void A_channel_knows_its_newest_message_and_when_it_was_asked_for_any()
    {
        var owner = new FakeOwner { Now = 7 };
        var channel = owner.Channel();
        Assert.Equal(default, channel.State.Newest);
        Assert.Null(channel.SecondsSinceRequest);
        channel.TryPublish(new Publication("a".Utf8()), out _, out var stamp);
        Assert.Equal(stamp, channel.State.Newest);
        channel.TryPublish(new Publication("b".Utf8()) { Retention = new Retention(0, null) }, out _, out var unkept);
        Assert.True(unkept > stamp);
        Assert.Equal(stamp, channel.State.Newest);
        Assert.Null(channel.SecondsSinceRequest);
        channel.Read(Replay.Nothing);
        owner.Now = 10;
        Assert.Equal(3, channel.SecondsSinceRequest);
    }

    [Fact]
    public void Offsets_begin_at_1_and_are_contiguous()
    {
        Assert.Equal(1, _channel.Position.Offset);
        Assert.Equal([1L, 2, 3], Enumerable.Range(0, 3).Select(_ => _channel.Publish()));
        Assert.Equal(new StreamPosition(7, 4), _channel.Position);
    }

    [Fact]
    public void Nobody_is_posted_to_where_nobody_listens()
    {
        _channel.Publish();
        Assert.Equal(0, _dispatcher.Waiting);
    }

    [Fact]
    public void A_subscriber_is_told_what_is_published_after_it_came()
    {
        _channel.Publish("early");
        _channel.Join(_dispatcher, _subscriber);
        _channel.Publish("one");
        _channel.Publish("two");
        Assert.Empty(_subscriber.Messages);
        _dispatcher.RunAll();
        Assert.Equal("one two", _subscriber.Text);
        Assert.Equal([2L, 3], _subscriber.Offsets);
    }

    [Fact]
    public void All_receive_one_and_the_same_message()
    {
        var otherDispatcher = new ManualDispatcher();
        _channel.Join(_dispatcher, _subscriber);
        var other = _channel.Join(otherDispatcher);
        _channel.TryPublish(new Publication([1, 2]) { Traits = MessageTraits.Broadcast }, out _);
        _dispatcher.RunAll();
        otherDispatcher.RunAll();
        Assert.Same(_subscriber.Messages[0], other.Messages[0]);
        Assert.Equal(MessageTraits.Broadcast, other.Messages[0].Traits);
        Assert.Equal([1, 2], other.Messages[0].Payload.ToArray());
    }

    [Fact]
    public void However_much_is_published_a_dispatcher_is_posted_to_once_until_it_ran()
    {
        _channel.Join(_dispatcher, _subscriber);
        _channel.Join(_dispatcher);
        _channel.Publish(5);
        Assert.Equal(1, _dispatcher.Waiting);
        _dispatcher.RunAll();
        _channel.Publish();
        Assert.Equal(1, _dispatcher.Waiting);
    }

    [Fact]
    public void Each_dispatcher_is_posted_to_and_runs_when_it_likes()
    {
        var dispatchers = Enumerable.Range(0, 4).Select(_ => new ManualDispatcher()).ToArray();
        var subscribers = dispatchers.Select(_ => new RecordingSubscriber()).ToArray();
        for (var i = 0; i < dispatchers.Length; i++)
        {
            _channel.Join(dispatchers[i], subscribers[i]);
        }

        _channel.Publish("one");
        dispatchers[2].RunAll();
        _channel.Publish("two");
        dispatchers[0].RunAll();
        Assert.Equal(["one two", "", "one", ""], subscribers.Select(subscriber => subscriber.Text));
        foreach (var dispatcher in dispatchers)
        {
            dispatcher.RunAll();
        }

        Assert.All(subscribers, subscriber => Assert.Equal("one two", subscriber.Text));
    }

    [Fact]
    public void A_subscriber_that_left_is_told_nothing_more()
    {
        _channel.Join(_dispatcher, _subscriber);
        _channel.Publish();
        _subscriber.Detach();
        _channel.Publish();
        _dispatcher.RunAll();
        Assert.Empty(_subscriber.Messages);
        Assert.Equal(0, _dispatcher.Waiting);
    }

    [Fact]
    public void Leaving_twice_counts_once()
    {
        var first = _channel.Join(_dispatcher);
        _channel.Join(_dispatcher);
        first.Detach();
        first.Detach();
        Assert.Equal(1, _channel.SubscriberCount);
        Assert.Equal(1, _owner.Subscribers);
    }

    [Fact]
    public void One_too_many_is_refused_until_somebody_leaves()
    {
        var channel = new FakeOwner { MaxSubscribersPerChannel = 2 }.Channel();
        var first = channel.Join(_dispatcher);
        channel.Join(new ManualDispatcher());
        var refused = channel.Attach(_subscriber, _dispatcher, Replay.From(0), onlyToWait: false);
        Assert.Equal(AttachStatus.TooManySubscribers, refused.Status);
        Assert.Null(_subscriber.Channel);
        Assert.Equal(2, channel.SubscriberCount);

        first.Detach();
        channel.Join(_dispatcher, _subscriber);
    }

    [Fact]
    public void A_full_channel_refuses_even_a_poll_that_could_be_answered()
    {
        var channel = new FakeOwner { MaxSubscribersPerChannel = 0 }.Channel();
        channel.Publish();
        Assert.Equal(
            AttachStatus.TooManySubscribers,
            channel.Attach(_subscriber, _dispatcher, Replay.From(1), onlyToWait: true).Status);
    }

    [Fact]
    public void A_subscriber_may_go_from_channel_to_channel()
    {
        var other = _owner.Channel("sports");
        _channel.Join(_dispatcher, _subscriber);
        _channel.Publish("a");
        _subscriber.Detach();
        Assert.Null(_subscriber.Channel);
        other.Publish("old");
        other.Join(_dispatcher, _subscriber);
        _channel.Publish("b");
        other.Publish("c");
        _dispatcher.RunAll();
        Assert.Equal("c", _subscriber.Text);
    }

    [Fact]
    public void A_subscriber_may_leave_and_come_back_while_something_waits_to_be_told()
    {
        _channel.Join(_dispatcher);
        _channel.Join(_dispatcher, _subscriber);
        _channel.Publish("a");
        _subscriber.Detach();
        Assert.Equal([1L], Attach(from: 1).Missed.Select(message => message.Offset));
        _channel.Publish("b");
        _dispatcher.RunAll();
        Assert.Equal("b", _subscriber.Text);
    }

    [Fact]
    public void Clearing_forgets_the_messages_and_nothing_else()
    {
        var here = _channel.Join(_dispatcher);
        _channel.Publish(3);
        Assert.Equal(new StreamPosition(7, 4), _channel.Clear());
        Assert.Empty(Attach(from: 1).Missed);
        Assert.Equal(4, _channel.Publish());
        _dispatcher.RunAll();
        Assert.Equal([1L, 2, 3, 4], here.Offsets);
        Assert.Equal([4L], _subscriber.Offsets);
    }

    [Fact]
    public void The_oldest_message_kept_is_no_further_back_than_asked()
    {
        Assert.Equal(1, _channel.OldestKept(10));
        _channel.Publish(3);
        Assert.Equal(1, _channel.OldestKept(10));
        Assert.Equal(2, _channel.OldestKept(2));
        _channel.Publish(12);
        Assert.Equal(6, _channel.OldestKept(10));
        _channel.Publish();
        Assert.Equal(6, _channel.OldestKept(20));
        Assert.Equal(7, _channel.OldestKept(10));
    }

    [Fact]
    public void When_a_channel_is_closed_everybody_is_told_once_and_let_go()
    {
        _channel.Join(_dispatcher, _subscriber);
        var other = _channel.Join(_dispatcher);
        _channel.Publish(2);
        Assert.True(_channel.Close(CloseReason.ChannelClosed));
        Assert.False(_channel.Close(CloseReason.ChannelClosed));
        _dispatcher.RunAll();
        foreach (var subscriber in new[] { _subscriber, other })
        {
            Assert.Equal([1L, 2], subscriber.Offsets);
            Assert.Equal([new Ending(CloseReason.ChannelClosed, new StreamPosition(7, 3))], subscriber.Ends);
        }

        Assert.Equal(0, _channel.SubscriberCount);
        Assert.Equal(0, _owner.Subscribers);
    }

    [Fact]
    public void Nothing_can_be_published_to_or_attached_to_what_is_closed()
    {
        _channel.Publish();
        _channel.Close(CloseReason.ChannelClosed);
        Assert.Equal(PublishStatus.ChannelClosed, _channel.TryPublish(new Publication([]), out _));
        Assert.Equal(AttachStatus.ChannelClosed, Attach(from: 1).Status);
        Assert.Equal(0, _channel.SubscriberCount);
        Assert.Equal(2, _channel.Position.Offset);
    }

    [Fact]
    public void A_subscriber_that_left_before_the_end_came_is_not_told_of_it()
    {
        _channel.Join(_dispatcher, _subscriber);
        _channel.Close(CloseReason.ChannelClosed);
        _subscriber.Detach();
        _dispatcher.RunAll();
        Assert.Empty(_subscriber.Ends);
        Assert.Equal(0, _owner.Subscribers);
    }

    private AttachResult Attach(long from) =>
        _channel.Attach(_subscriber, _dispatcher, Replay.From(from), onlyToWait: false);
}
