using System.Globalization;
using System.Text;
using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

public sealed class HubTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly ManualDispatcher _dispatcher = new();
    private readonly Hub _hub;

    public HubTests() => _hub = new Hub(new HubOptions { MaxChannels = 3, MaxSubscribersPerChannel = 2 }, _time);

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void A_channel_is_found_once_it_was_created()
    {
        Assert.Null(_hub.Find("news"u8));
        var channel = _hub.FindOrCreate("news"u8);
        Assert.Same(channel, _hub.Find("news"u8));
        Assert.Same(channel, _hub.FindOrCreate("news"u8));
        Assert.Equal(1, _hub.ChannelCount);
    }

    [Fact]
    public void Channels_are_told_apart_by_every_byte_of_their_name()
    {
        var empty = _hub.FindOrCreate(""u8)!;
        var zero = _hub.FindOrCreate("\0"u8)!;
        var odd = _hub.FindOrCreate([0xFF, 0xFE])!;
        Assert.Equal(3, new[] { empty, zero, odd }.Distinct().Count());
        Assert.Equal([0xFF, 0xFE], odd.Name.ToArray());
        Assert.Same(empty, _hub.Find(default));
        Assert.Null(_hub.Find([0xFF, 0xFF]));
    }

    [Fact]
    public void The_caller_may_use_the_bytes_of_a_name_again()
    {
        var name = "news"u8.ToArray();
        var channel = _hub.FindOrCreate(name)!;
        name[0] = (byte)'x';
        Assert.Same(channel, _hub.Find("news"u8));
    }

    [Fact]
    public void One_channel_too_many_is_refused_until_another_is_closed()
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            Assert.NotNull(_hub.FindOrCreate(name.Utf8()));
        }

        Assert.Null(_hub.FindOrCreate("d"u8));
        Assert.Null(_hub.Reserve("d"u8, TimeSpan.FromSeconds(5)));
        Assert.NotNull(_hub.FindOrCreate("a"u8));
        Assert.NotNull(_hub.Reserve("b"u8, TimeSpan.FromSeconds(5)));
        Assert.Equal(3, _hub.ChannelCount);

        Assert.True(_hub.Close("b"u8, out _));
        Assert.NotNull(_hub.FindOrCreate("d"u8));
    }

    [Fact]
    public void Closing_frees_the_name_and_says_where_the_stream_ended()
    {
        var channel = _hub.FindOrCreate("news"u8)!;
        channel.Publish(3);
        Assert.True(_hub.Close("news"u8, out var position));
        Assert.Equal(new StreamPosition(channel.Epoch, 4), position.Position);
        Assert.Null(_hub.Find("news"u8));
        Assert.Equal(0, _hub.ChannelCount);
        Assert.False(_hub.Close("news"u8, out _));
    }

    [Fact]
    public void A_channel_that_is_created_again_begins_anew_in_another_epoch()
    {
        var old = _hub.FindOrCreate("news"u8)!;
        old.Publish(3);
        _hub.Close("news"u8, out _);
        var channel = _hub.FindOrCreate("news"u8)!;
        Assert.NotEqual(old.Epoch, channel.Epoch);
        Assert.Equal(1, channel.Position.Offset);
        Assert.Equal(1, channel.OldestKept(10));
    }

    [Fact]
    public void No_epoch_is_given_again_after_a_restart()
    {
        var epochs = new HashSet<long>();
        for (var start = 0; start < 3; start++)
        {
            using var hub = new Hub(new HubOptions(), new ManualTime { Start = _time.Start.AddSeconds(start) });
            for (var i = 0; i < 100; i++)
            {
                Assert.True(epochs.Add(hub.FindOrCreate($"channel {i}".Utf8())!.Epoch));
            }
        }
    }

    [Fact]
    public void Subscribers_are_counted_over_all_channels()
    {
        var a = _hub.FindOrCreate("a"u8)!;
        var first = a.Join(_dispatcher);
        a.Join(new ManualDispatcher());
        _hub.FindOrCreate("b"u8)!.Join(_dispatcher);
        Assert.Equal(3, _hub.SubscriberCount);
        first.Detach();
        Assert.Equal(2, _hub.SubscriberCount);
        Assert.Equal(1, a.SubscriberCount);
    }

    [Fact]
    public void Those_in_a_closed_channel_are_no_longer_counted_once_they_were_told()
    {
        var subscriber = new RecordingSubscriber();
        _hub.FindOrCreate("a"u8)!.Join(_dispatcher, subscriber);
        _hub.Close("a"u8, out var position);
        _dispatcher.RunAll();
        Assert.Equal(0, _hub.SubscriberCount);
        Assert.Equal([new Ending(CloseReason.ChannelClosed, position.Position)], subscriber.Ends);
    }

    [Fact]
    public void The_limit_of_subscribers_holds_for_each_channel()
    {
        var channel = _hub.FindOrCreate("a"u8)!;
        channel.Join(_dispatcher);
        channel.Join(_dispatcher);
        Assert.Equal(
            AttachStatus.TooManySubscribers,
            channel.Attach(new RecordingSubscriber(), _dispatcher, Replay.From(0), onlyToWait: false).Status);
        _hub.FindOrCreate("b"u8)!.Join(_dispatcher);
    }

    [Fact]
    public void A_stopped_hub_has_no_clock()
    {
        Assert.Equal(1, _time.TimerCount);
        _hub.Dispose();
        Assert.Equal(0, _time.TimerCount);
    }

    /// <summary>
    /// A subscriber leaves; before the hub hears of it, the channel is closed and another of its name created.
    /// </summary>
    [Fact]
    public void A_channel_that_was_closed_does_not_take_its_successor_with_it()
    {
        var state = new HubState(new HubOptions(), _time);
        var shard = new HubShard(state);
        var old = shard.Reserve("news"u8, 1)!;
        shard.Close("news"u8, farewell: null, out _);
        var successor = shard.FindOrCreate("news"u8);
        shard.LookSooner(old);
        for (uint now = 1; now <= 5; now++)
        {
            state.Now = now;
            shard.AdvanceTo(now);
        }

        Assert.Same(successor, shard.Find("news"u8));
        Assert.Equal(1, state.ChannelCount);
    }

    [Fact]
    public void Channels_are_refused_beyond_their_bytes_until_others_are_gone()
    {
        using var hub = new Hub(
            new HubOptions { MaxChannelBytes = 10_000, IdleTimeout = TimeSpan.FromSeconds(2) }, _time);
        Assert.Null(hub.FindOrCreate(Name(20_000, 0)));
        Assert.Equal(0, hub.ChannelCount);
        Assert.NotNull(hub.FindOrCreate(Name(8_000, 0)));
        Assert.Null(hub.FindOrCreate(Name(3_000, 1)));

        _time.AdvanceSeconds(5);

        Assert.Equal(0, hub.ChannelCount);
        Assert.NotNull(hub.FindOrCreate(Name(8_000, 1)));
        hub.Close(Name(8_000, 1), out _);
        Assert.NotNull(hub.FindOrCreate(Name(8_000, 2)));
    }

    [Fact]
    public void A_channel_costs_more_than_its_name()
    {
        using var hub = new Hub(new HubOptions { MaxChannelBytes = 100_000 }, _time);
        var count = 0;
        while (count < 1000 && hub.FindOrCreate(Name(4, count)) is not null)
        {
            count++;
        }

        Assert.InRange(count, 100, 400);
    }

    [Fact]
    public void What_an_observer_keeps_of_each_channel_counts_too()
    {
        using var hub = new Hub(new HubOptions { MaxChannelBytes = 10_000 }, _time);
        hub.Observe(new Keeper());
        Assert.NotNull(hub.FindOrCreate("a"u8));
        Assert.Null(hub.FindOrCreate("b"u8));
    }

    private static byte[] Name(int length, int number) =>
        Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture).PadLeft(length, 'n'));

    private sealed class Keeper : IHubObserver
    {
        public int BytesPerChannel => 6_000;

        public void ChannelCreated(Channel channel)
        {
        }

        public void ChannelRemoved(Channel channel, bool wasClosed)
        {
        }

        public void SubscribersChanged(Channel channel, int by)
        {
        }
    }
}
