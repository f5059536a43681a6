using Halley.Broker;
using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

public sealed class RetentionTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeOwner _owner = new();
    private readonly ManualDispatcher _dispatcher = new();
    private readonly Channel _channel;

    public RetentionTests() => _channel = _owner.Channel();

    [Fact]
    public void What_is_not_to_be_kept_is_delivered_and_counted_and_forgotten()
    {
        var subscriber = _channel.Join(_dispatcher);
        Publish("now", new Retention(0, null));
        _dispatcher.RunAll();
        Assert.Equal("now", subscriber.Text);
        Assert.Equal(0, _channel.StoredCount);
        Assert.Equal(2, _channel.Position.Offset);
    }

    [Fact]
    public void An_offset_that_was_not_kept_is_passed_over()
    {
        _channel.Publish("1");
        Publish("2", new Retention(0, null));
        _channel.Publish("3");
        Assert.Equal([1L, 3], Read(1));
        Assert.Equal([3L], Read(2));
        Assert.Equal(1, _channel.OldestKept(2));
        Assert.Equal(3, _channel.OldestKept(1));
    }

    [Fact]
    public void Exactly_as_many_are_kept_as_the_publisher_wants()
    {
        for (var i = 0; i < 9; i++)
        {
            Publish("x", new Retention(4, null));
        }

        Assert.Equal([6L, 7, 8, 9], Read(1));
        Assert.Equal(4, _owner.StoredMessages);
        Assert.Equal(4, _owner.StoredBytes);
    }

    [Fact]
    public void Nobody_is_given_what_has_outlived_its_time()
    {
        Publish("short", new Retention(10, 2 * Second));
        _channel.Publish("long");
        _owner.Now = 2;
        Assert.Equal([1L, 2], Read(1));
        _owner.Now = 3;
        Assert.Equal([2L], Read(1));
        Assert.Equal(1, _channel.StoredCount);
        Assert.Equal(4, _owner.StoredBytes);
    }

    [Fact]
    public void A_short_life_behind_a_long_one_ends_first()
    {
        Publish("a", new Retention(10, 9 * Second));
        Publish("b", new Retention(10, 1 * Second));
        Publish("c", new Retention(10, 9 * Second));
        _owner.Now = 2;
        Assert.Equal([1L, 3], Read(1));
        _owner.Now = 10;
        Assert.Empty(Read(1));
    }

    [Fact]
    public void A_channel_lives_as_long_as_a_message_that_was_given_a_time()
    {
        Publish("x", new Retention(10, 20 * Second));
        Assert.False(_channel.TryForget(_owner.Now = 20));
        Assert.True(_channel.TryForget(_owner.Now = 21));
        Assert.Equal(0, _owner.StoredMessages);
    }

    [Fact]
    public void A_message_without_a_time_does_not_keep_its_channel()
    {
        _channel.Publish("x");
        Assert.True(_channel.TryForget(_owner.Now = _owner.IdleTicks + 1));
        Assert.Equal(0, _owner.StoredBytes);
    }

    [Fact]
    public void Clearing_and_closing_give_the_memory_back()
    {
        _channel.Publish("abc");
        _channel.Clear();
        Assert.Equal((0, 0L), (_owner.StoredMessages, _owner.StoredBytes));
        _channel.Publish("abc");
        _channel.Close(CloseReason.ChannelClosed);
        Assert.Equal((0, 0L), (_owner.StoredMessages, _owner.StoredBytes));
    }

    [Fact]
    public void A_message_that_there_is_no_memory_for_is_refused_whole()
    {
        var channel = new FakeOwner { Room = 4 }.Channel();
        var subscriber = channel.Join(_dispatcher);
        channel.Publish("1234");
        Assert.Equal(PublishStatus.OutOfMemory, channel.TryPublish(new Publication("5".Utf8()), out var position));
        Assert.Equal(2, position.Offset);
        Assert.Equal(
            PublishStatus.Published,
            channel.TryPublish(new Publication("6".Utf8()) { Retention = new Retention(0, null) }, out _));
        _dispatcher.RunAll();
        Assert.Equal("1234 6", subscriber.Text);
    }

    [Fact]
    public void All_channels_of_a_hub_share_its_memory()
    {
        using var hub = new Hub(new HubOptions { MaxStoredBytes = 3 }, new ManualTime());
        var broker = new MemoryBroker(hub);
        Assert.Equal(PublishStatus.Published, broker.Publish("a"u8, new Publication([1, 2])).Now().Status);
        Assert.Equal(PublishStatus.OutOfMemory, broker.Publish("b"u8, new Publication([1, 2])).Now().Status);
        hub.Close("a"u8, out _);
        Assert.Equal(PublishStatus.Published, broker.Publish("b"u8, new Publication([1, 2])).Now().Status);
        Assert.Equal((2, 1L), (hub.PublishedCount, hub.StoredCount));
    }

    [Fact]
    public void Messages_without_content_take_memory_too()
    {
        using var hub = new Hub(new HubOptions { MaxStoredBytes = 1280, HistorySize = 1000 }, new ManualTime());
        var broker = new MemoryBroker(hub);
        var count = 0;
        while (count < 1000 && broker.Publish("a"u8, new Publication([])).Now().Status == PublishStatus.Published)
        {
            count++;
        }

        Assert.InRange(count, 1, 20);
    }

    private void Publish(string text, Retention retention) =>
        Assert.Equal(
            PublishStatus.Published,
            _channel.TryPublish(new Publication(text.Utf8()) { Retention = retention }, out _));

    private IEnumerable<long> Read(long from) => _channel.Read(Replay.From(from)).Select(message => message.Offset);
}
