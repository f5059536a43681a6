using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>
/// Told or whole: what a subscriber that comes back with a place hears. A step is written as its message, or as the
/// notice's kind and numbers.
/// </summary>
public class ResumptionTests
{
    // The epoch of FakeOwner's channels.
    private const long Epoch = 7;

    private readonly FakeOwner _owner = new() { HistorySize = 4 };
    private readonly ManualDispatcher _dispatcher = new();
    private readonly Channel _channel;

    public ResumptionTests() => _channel = _owner.Channel();

    [Fact]
    public void Who_comes_the_first_time_learns_where_the_stream_stands_and_gets_nothing()
    {
        Publish(3);
        Assert.Equal("exact 4 +0", Resume(0, epoch: 0));
        Assert.Equal("exact 4 +0", Resume(0, Epoch));
        Assert.Equal("exact 4 +0", Resume(0, epoch: 99));
    }

    [Fact]
    public void Who_received_nothing_yet_and_comes_back_gets_all_since()
    {
        Assert.Equal("exact 1 +0", Resume(0, epoch: 0));
        Publish(2);
        Assert.Equal("exact 1 +2, 1, 2", Resume(1));
    }

    [Fact]
    public void Where_nothing_is_missing_it_is_said() => Assert.Equal("exact 1 +0", Resume(1));

    [Fact]
    public void Who_may_not_read_the_past_is_told_of_a_gap_and_never_that_nothing_is_missing()
    {
        Publish(3);
        Assert.Equal("gap 1-3 Limit, next 4 +0", Resume(1, mayReadPast: false));
        Assert.Equal("gap 3-3 Limit, next 4 +0", Resume(3, mayReadPast: false));
        Assert.Equal("exact 4 +0", Resume(4, mayReadPast: false));
        Assert.Equal("exact 4 +0", Resume(0, mayReadPast: false));
        Assert.Equal("reset Epoch, next 4 +0", Resume(2, epoch: 99, mayReadPast: false));
        Publish(3);
        Assert.Equal("gap 1-6 Limit, next 7 +0", Resume(1, mayReadPast: false));
    }

    [Fact]
    public void Who_knows_no_epoch_is_believed()
    {
        Publish(3);
        Assert.Equal("exact 2 +2, 2, 3", Resume(2, epoch: 0));
    }

    [Fact]
    public void To_resume_twice_gives_the_same_twice()
    {
        Publish(3);
        Assert.Equal("exact 2 +2, 2, 3", Resume(2));
        Assert.Equal("exact 2 +2, 2, 3", Resume(2));
    }

    [Fact]
    public void What_newer_messages_took_the_place_of_is_a_gap()
    {
        Publish(6);
        Assert.Equal("gap 1-2 Evicted, next 3 +4, 3, 4, 5, 6", Resume(1));
        Assert.Equal("exact 3 +4, 3, 4, 5, 6", Resume(3));
    }

    [Fact]
    public void What_was_cleared_is_a_gap()
    {
        Publish(3);
        _channel.Clear();
        Assert.Equal("gap 2-3 Cleared, next 4 +0", Resume(2));
        Publish(1);
        Assert.Equal("gap 2-3 Cleared, next 4 +1, 4", Resume(2));
        Assert.Equal("exact 4 +1, 4", Resume(4));
    }

    [Fact]
    public void What_has_expired_is_a_gap_wherever_it_lay()
    {
        Publish(1);
        Publish(1, life: 1);
        Publish(1);
        Publish(1, life: 1);
        _owner.Now = 10;
        Assert.Equal("exact 1 +2, 1, gap 2-2 Expired, next 3 +1, 3, gap 4-4 Expired, next 5 +0", Resume(1));
        Assert.Equal("gap 2-2 Expired, next 3 +1, 3, gap 4-4 Expired, next 5 +0", Resume(2));
        Assert.Equal("gap 4-4 Expired, next 5 +0", Resume(4));
    }

    [Fact]
    public void What_was_never_kept_is_a_gap()
    {
        Publish(1);
        PublishUnkept();
        Publish(1);
        PublishUnkept();
        Assert.Equal("exact 1 +2, 1, gap 2-2 Limit, next 3 +1, 3, gap 4-4 Limit, next 5 +0", Resume(1));
    }

    [Fact]
    public void Where_the_channel_keeps_nothing_everything_missed_is_a_gap()
    {
        var owner = new FakeOwner { HistorySize = 0 };
        var channel = owner.Channel();
        channel.Publish();
        channel.Publish();
        Assert.Equal("gap 2-2 Limit, next 3 +0", Resume(2, Epoch, channel));
        Assert.Equal("exact 3 +0", Resume(3, Epoch, channel));
    }

    [Fact]
    public void A_place_in_another_epoch_is_void_and_all_that_is_kept_is_given()
    {
        Assert.Equal("reset Epoch, next 1 +0", Resume(5, epoch: 6));
        Publish(6);
        Assert.Equal("reset Epoch, next 3 +4, 3, 4, 5, 6", Resume(5, epoch: 6));
        Assert.Equal("reset Epoch, next 3 +4, 3, 4, 5, 6", Resume(5, epoch: -1));
    }

    [Fact]
    public void A_place_that_the_stream_has_not_reached_is_void()
    {
        Publish(2);
        Assert.Equal("reset Ahead, next 1 +2, 1, 2", Resume(4));
        Assert.Equal("exact 3 +0", Resume(3));
    }

    [Theory]
    [InlineData(3, Epoch, AttachStatus.Attached)]
    [InlineData(0, Epoch, AttachStatus.AnswerNow)]
    [InlineData(3, 0, AttachStatus.AnswerNow)]
    [InlineData(3, 6, AttachStatus.AnswerNow)]
    [InlineData(2, Epoch, AttachStatus.AnswerNow)]
    [InlineData(4, Epoch, AttachStatus.AnswerNow)]
    public void A_poll_waits_only_where_it_has_nothing_to_learn(long offset, long epoch, AttachStatus expected)
    {
        Publish(2);
        Assert.Equal(expected, Attach(new StreamPosition(epoch, offset), onlyToWait: true, _channel).Status);
        _channel.Clear();
        Assert.Equal(expected, Attach(new StreamPosition(epoch, offset), onlyToWait: true, _channel).Status);
    }

    [Fact]
    public void What_comes_after_it_attached_is_delivered_behind_what_it_missed()
    {
        Publish(2);
        var subscriber = new RecordingSubscriber();
        var result = _channel.Attach(
            subscriber, _dispatcher, Replay.Resume(new StreamPosition(Epoch, 2)), onlyToWait: false);
        Assert.Equal(3, subscriber.Next);
        Publish(1);
        _dispatcher.RunAll();
        Assert.Equal("exact 2 +1, 2", Describe(Resumption.Steps(new StreamPosition(Epoch, 2), result)));
        Assert.Equal([3L], subscriber.Offsets);
        Assert.Equal(4, subscriber.Next);
    }

    private void Publish(int count, int? life = null)
    {
        for (var i = 0; i < count; i++)
        {
            var retention = life is { } seconds ? new Retention(100, TimeSpan.FromSeconds(seconds)) : null;
            _channel.TryPublish(new Publication([]) { Retention = retention }, out _);
            if (life is null)
            {
                Trim();
            }
        }
    }

    // Without the slack that a channel's history has, to know what is kept.
    private void Trim() => _channel.DropBefore(_channel.OldestKept(_owner.HistorySize), LossReason.Evicted);

    private void PublishUnkept() =>
        _channel.TryPublish(new Publication([]) { Retention = new Retention(0, null) }, out _);

    private string Resume(long offset, long epoch = Epoch, Channel? channel = null, bool mayReadPast = true)
    {
        var place = new StreamPosition(epoch, offset);
        return Describe(
            Resumption.Steps(place, Attach(place, onlyToWait: false, channel ?? _channel, mayReadPast)));
    }

    private AttachResult Attach(StreamPosition place, bool onlyToWait, Channel channel, bool mayReadPast = true)
    {
        var subscriber = new RecordingSubscriber();
        var replay = Replay.Resume(place);
        var result = channel.Attach(
            subscriber, _dispatcher, mayReadPast ? replay : replay.WithoutPast(), onlyToWait);
        subscriber.Detach();
        return result;
    }

    private static string Describe(IEnumerable<ResumptionStep> steps) => string.Join(", ", steps.Select(Describe));

    private static string Describe(ResumptionStep step) => (step.Message, step.Notice) switch
    {
        ({ } message, _) => $"{message.Offset}",
        (_, { Kind: PositionNoticeKind.Exact } notice) => $"exact {notice.Next} +{notice.Count}",
        (_, { Kind: PositionNoticeKind.Gap } notice) =>
            $"gap {notice.From}-{notice.To} {notice.Reason}, next {notice.Next} +{notice.Count}",
        var (_, notice) => $"reset {notice.Reason}, next {notice.Next} +{notice.Count}",
    };
}
