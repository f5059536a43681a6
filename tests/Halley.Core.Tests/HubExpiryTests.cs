using Halley.Broker;
using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>How long a channel lives, in a hub that keeps an idle one for 4 seconds and looks every second.</summary>
public sealed class HubExpiryTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly ManualDispatcher _dispatcher = new();
    private readonly Hub _hub;

    public HubExpiryTests() => _hub = new Hub(new HubOptions { IdleTimeout = TimeSpan.FromSeconds(4) }, _time);

    public void Dispose() => _hub.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(0.4)]
    [InlineData(0.999)]
    public void An_idle_channel_lives_its_time_and_is_forgotten_within_the_second_that_follows(double created)
    {
        At(created);
        Create();
        AssertForgottenAt(5);
    }

    [Fact]
    public void What_is_forgotten_begins_anew_in_another_epoch()
    {
        var old = Create();
        old.Publish(2);
        At(5);
        Assert.Equal(PublishStatus.ChannelClosed, old.TryPublish(new Publication([]), out _));
        var channel = Create();
        Assert.NotEqual(old.Epoch, channel.Epoch);
        Assert.Equal(1, channel.Position.Offset);
        Assert.Equal(0, channel.Position.Offset - channel.OldestKept(10));
        Assert.Equal(1, _hub.ChannelCount);
    }

    [Fact]
    public void Messages_that_are_too_old_no_longer_count_although_nobody_looks_at_their_channel()
    {
        var channel = _hub.FindOrCreate("news"u8, TimeSpan.FromSeconds(30))!;
        channel.Attach(new RecordingSubscriber(), _dispatcher, Replay.Nothing, onlyToWait: false);
        PublishFor(1);
        PublishFor(3);
        Assert.Equal(2, _hub.StoredCount);
        At(3);
        Assert.Equal(1, _hub.StoredCount);
        At(5);
        Assert.Equal(0, _hub.StoredCount);
        PublishFor(1);
        At(8);
        Assert.Equal(0, _hub.StoredCount);

        void PublishFor(int seconds) =>
            channel.TryPublish(
                new Publication([1]) { Retention = new Retention(10, TimeSpan.FromSeconds(seconds)) }, out _);
    }

    [Fact]
    public void Publishing_gives_a_channel_its_time_again()
    {
        var channel = Create();
        At(3.5);
        channel.Publish();
        AssertForgottenAt(8);
    }

    [Fact]
    public void Whoever_creates_a_channel_may_say_how_long_it_is_kept_after_each_use()
    {
        var channel = _hub.FindOrCreate("news"u8, TimeSpan.FromSeconds(2))!;
        At(1.5);
        channel.Publish();
        AssertForgottenAt(4);
    }

    [Fact]
    public void A_short_life_counts_from_when_the_last_subscriber_left()
    {
        var subscriber = new RecordingSubscriber();
        _hub.FindOrCreate("news"u8, TimeSpan.FromSeconds(1))!.Attach(
            subscriber, _dispatcher, Replay.Nothing, onlyToWait: false);
        At(2);
        subscriber.Detach();
        AssertForgottenAt(4);
    }

    [Fact]
    public void A_broadcast_gives_every_channel_its_time_again()
    {
        Create();
        At(4.5);
        _ = new MemoryBroker(_hub).PublishToAll([], _dispatcher).AsTask();
        _dispatcher.RunAll();
        AssertForgottenAt(9);
    }

    [Fact]
    public void A_poll_that_is_answered_at_once_gives_a_channel_its_time_again()
    {
        var channel = Create();
        At(3.5);
        channel.Attach(new RecordingSubscriber(), _dispatcher, Replay.From(0), onlyToWait: true);
        AssertForgottenAt(8);
    }

    [Fact]
    public void Clearing_and_finding_a_channel_do_not_keep_it()
    {
        var channel = Create();
        At(3.5);
        channel.Clear();
        _hub.FindOrCreate("news"u8);
        AssertForgottenAt(5);
    }

    [Fact]
    public void A_channel_with_a_subscriber_lives_and_its_time_begins_when_the_last_one_leaves()
    {
        var channel = Create();
        var first = Join(channel);
        var last = Join(channel);
        At(100.5);
        first.Detach();
        At(200.5);
        Assert.Same(channel, _hub.Find("news"u8));
        last.Detach();
        AssertForgottenAt(205);
    }

    [Fact]
    public void A_subscriber_that_comes_in_the_last_moment_saves_the_channel()
    {
        var channel = Create();
        At(4.999);
        Join(channel);
        At(50);
        Assert.Same(channel, _hub.Find("news"u8));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(60, 61)]
    public void A_reserved_channel_lives_exactly_as_long_as_was_asked(int seconds, int forgotten)
    {
        Reserve(seconds);
        AssertForgottenAt(forgotten);
    }

    [Fact]
    public void Reserving_shorter_shortens_what_was_left()
    {
        Reserve(60);
        At(10.5);
        Reserve(2);
        AssertForgottenAt(13);
    }

    [Fact]
    public void Reserving_longer_lengthens_what_was_left()
    {
        Create();
        At(3.5);
        Reserve(60);
        AssertForgottenAt(64);
    }

    [Fact]
    public void Publishing_raises_a_short_reservation_to_the_usual_time()
    {
        var channel = Reserve(1);
        At(1.5);
        channel.Publish();
        AssertForgottenAt(6);
    }

    [Fact]
    public void Publishing_leaves_a_long_reservation_as_it_is()
    {
        var channel = Reserve(60);
        At(30.5);
        channel.Publish();
        AssertForgottenAt(61);
    }

    [Fact]
    public void A_long_reservation_stands_still_while_a_subscriber_is_there()
    {
        var channel = Reserve(60);
        At(10.5);
        var subscription = Join(channel);
        At(110.5);
        channel.Publish();
        subscription.Detach();

        // 50 seconds were left when the subscriber came.
        AssertForgottenAt(161);
    }

    [Fact]
    public void A_subscriber_raises_a_short_reservation_to_the_usual_time()
    {
        var channel = Reserve(1);
        Join(channel).Detach();
        AssertForgottenAt(5);
    }

    [Fact]
    public void A_short_reservation_made_while_a_subscriber_is_there_counts_from_when_it_leaves()
    {
        var channel = Create();
        var subscription = Join(channel);
        At(20.5);
        Reserve(1);

        // Sooner than the hub would look at it of itself, which is every 4 seconds.
        At(28.5);
        subscription.Detach();
        AssertForgottenAt(30);
    }

    [Fact]
    public void After_a_long_sleep_of_the_machine_what_is_idle_is_forgotten_and_what_is_used_is_not()
    {
        Create();
        var used = _hub.FindOrCreate("used"u8)!;
        used.Join(_dispatcher);
        _time.Jump(TimeSpan.FromHours(8));
        Assert.Null(_hub.Find("news"u8));
        Assert.Same(used, _hub.Find("used"u8));
    }

    [Fact]
    public void An_idle_time_of_less_than_a_second_counts_as_a_second()
    {
        using var hub = new Hub(new HubOptions { IdleTimeout = TimeSpan.Zero }, _time);
        hub.FindOrCreate("news"u8);
        At(1.9);
        Assert.NotNull(hub.Find("news"u8));
        At(2);
        Assert.Null(hub.Find("news"u8));
    }

    private Channel Create() => _hub.FindOrCreate("news"u8)!;

    private Channel Reserve(int seconds) => _hub.Reserve("news"u8, TimeSpan.FromSeconds(seconds))!;

    private RecordingSubscriber Join(Channel channel) => channel.Join(_dispatcher);

    /// <summary>Lets time pass until so many seconds after the hub was made.</summary>
    private void At(double seconds) => _time.Advance(_time.Start + TimeSpan.FromSeconds(seconds) - _time.GetUtcNow());

    private void AssertForgottenAt(int seconds)
    {
        At(seconds - 0.001);
        Assert.NotNull(_hub.Find("news"u8));
        At(seconds);
        Assert.Null(_hub.Find("news"u8));
    }
}
