using System.Globalization;
using System.Text;
using Halley.Broker;
using Halley.Channels;
using Halley.Presence;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>The comings and goings of channels, in a hub that keeps an idle one for 4 seconds.</summary>
public sealed class PresenceTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly ManualDispatcher _dispatcher = new();
    private readonly List<string> _heard = [];
    private readonly Hub _hub;
    private readonly MemoryBroker _broker;

    public PresenceTests()
    {
        _hub = new Hub(new HubOptions { IdleTimeout = TimeSpan.FromSeconds(4), MaxChannels = 4 }, _time);
        _broker = new MemoryBroker(_hub);
    }

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void A_follower_hears_of_channels_that_come_and_go_and_no_snapshot()
    {
        _hub.FindOrCreate("before"u8);
        Follow();
        _hub.FindOrCreate("a"u8);
        _hub.FindOrCreate("a"u8);
        _hub.Reserve("b"u8, TimeSpan.FromSeconds(9));
        _broker.Publish("c"u8, new Publication([])).Now();
        _hub.Close("b"u8, out _);
        _dispatcher.RunAll();
        Assert.Equal(["0.00 1 a", "0.00 1 b", "0.00 1 c", "0.00 0 b"], _heard);
    }

    [Fact]
    public void Nothing_is_told_when_a_subscriber_comes_or_one_leaves()
    {
        var channel = _hub.FindOrCreate("a"u8)!;
        Follow();
        var first = channel.Join(_dispatcher);
        channel.Join(_dispatcher);
        first.Detach();
        _dispatcher.RunAll();
        Assert.Empty(_heard);
    }

    [Fact]
    public void A_channel_that_is_refused_is_not_told_of()
    {
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            _hub.FindOrCreate(name.Utf8());
        }

        Follow();
        Assert.Null(_hub.FindOrCreate("e"u8));
        Assert.Null(_hub.Reserve("e"u8, TimeSpan.FromSeconds(9)));
        _dispatcher.RunAll();
        Assert.Empty(_heard);
    }

    /// <summary>
    /// What the original was seen to do, with its clock's ticks at .02; at 0.98 of ours its record begins.
    /// </summary>
    [Fact]
    public void A_poll_a_sign_and_a_push_are_told_as_the_original_was_recorded()
    {
        Follow();
        At(0.98);
        var channel = _hub.FindOrCreate("poll"u8)!;
        var poll = new RecordingSubscriber();
        channel.Attach(poll, _dispatcher, Replay.From(1), onlyToWait: true);
        At(0.98 + 0.50);
        poll.Detach();
        At(0.98 + 24.50);
        _hub.Reserve("sign"u8, TimeSpan.FromSeconds(2));
        At(0.98 + 29.52);
        _broker.Publish("push"u8, new Publication([])).Now();
        At(40);
        Assert.Equal(
            [
                "0.98 1 poll", // 0.00
                "4.00 1 poll", // 3.02
                "6.00 0 poll", // 5.02
                "25.48 1 sign", // 24.50
                "28.00 0 sign", // 27.02
                "30.50 1 push", // 29.52
                "34.00 1 push", // 33.02
                "35.00 0 push", // 34.02
            ],
            _heard);
    }

    [Fact]
    public void A_channel_is_told_of_again_for_as_long_as_it_lives()
    {
        Follow();
        At(0.5);
        var subscription = _hub.FindOrCreate("a"u8)!.Join(_dispatcher);
        At(13.5);
        subscription.Detach();
        At(30);
        Assert.Equal(["0.50 1 a", "4.00 1 a", "8.00 1 a", "12.00 1 a", "16.00 1 a", "18.00 0 a"], _heard);
    }

    [Fact]
    public void Using_a_channel_does_not_change_when_it_is_told_of_again()
    {
        Follow();
        var channel = _hub.FindOrCreate("a"u8)!;
        At(2.5);
        channel.Publish();
        channel.Join(_dispatcher).Detach();
        _hub.Reserve("a"u8, TimeSpan.FromSeconds(7));
        At(30);
        Assert.Equal(["0.00 1 a", "4.00 1 a", "8.00 1 a", "10.00 0 a"], _heard);
    }

    [Fact]
    public void A_channel_created_again_is_told_of_from_its_own_beginning()
    {
        Follow();
        _hub.FindOrCreate("a"u8);
        At(2.5);
        _hub.Close("a"u8, out _);
        _hub.FindOrCreate("a"u8);
        At(7.1);
        Assert.Equal(["0.00 1 a", "2.50 0 a", "2.50 1 a", "6.00 1 a", "7.00 0 a"], _heard);
    }

    [Fact]
    public void Who_no_longer_follows_hears_nothing_more()
    {
        var subscription = Follow();
        _hub.FindOrCreate("a"u8);
        _dispatcher.RunAll();
        subscription.Detach();
        _hub.Close("a"u8, out _);
        _dispatcher.RunAll();
        Assert.Equal(["0.00 1 a"], _heard);
    }

    [Fact]
    public void The_feed_has_a_limit_of_followers()
    {
        for (var i = 0; i < PresenceFeed.MaxFollowers; i++)
        {
            Follow();
        }

        Assert.Equal(
            AttachStatus.TooManySubscribers, _hub.Presence.Attach(new RecordingSubscriber(), _dispatcher).Status);
    }

    [Fact]
    public void Followers_are_no_subscribers()
    {
        Follow();
        Assert.Equal(0, _hub.SubscriberCount);
        Assert.Equal(0, _hub.ChannelCount);
    }

    private RecordingSubscriber Follow()
    {
        var follower = new RecordingSubscriber { OnDeliver = Write };
        Assert.Equal(AttachStatus.Attached, _hub.Presence.Attach(follower, _dispatcher).Status);
        return follower;
    }

    private void Write(Message message)
    {
        var isHere = PresenceFeed.IsHere(message, out var name);
        var seconds = (_time.GetUtcNow() - _time.Start).TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
        _heard.Add($"{seconds} {(isHere ? 1 : 0)} {Encoding.UTF8.GetString(name)}");
    }

    // In small steps, so that each event is heard at its time.
    private void At(double seconds)
    {
        var end = _time.Start + TimeSpan.FromSeconds(seconds);
        _dispatcher.RunAll();
        while (_time.GetUtcNow() < end)
        {
            _time.AdvanceSeconds(0.02);
            _dispatcher.RunAll();
        }
    }
}
