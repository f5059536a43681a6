using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>A subscriber that is behind reads what is kept in slices, until it has caught up.</summary>
public class SlicesTests
{
    // A payload has one byte, and counts with what is around it.
    private const int ThreeMessages = 3 * 65;

    private readonly FakeOwner _owner = new() { HistorySize = 10 };
    private readonly Channel _channel;

    public SlicesTests() => _channel = _owner.Channel();

    [Fact]
    public void A_slice_ends_when_it_has_as_many_bytes_and_says_that_there_are_more()
    {
        _channel.Publish(5);
        var slice = _channel.ReadSlice(2, long.MaxValue, ThreeMessages, out var isAll);
        Assert.False(isAll);
        Assert.Equal([2L, 3, 4], Offsets(slice));
        Assert.Equal(new StreamPosition(7, 5), slice.Position);

        slice = _channel.ReadSlice(slice.Position.Offset, long.MaxValue, ThreeMessages, out isAll);
        Assert.True(isAll);
        Assert.Equal([5L], Offsets(slice));
        Assert.Equal(new StreamPosition(7, 6), slice.Position);
    }

    [Fact]
    public void A_slice_has_one_message_at_least()
    {
        _channel.Publish(2);
        Assert.Equal([1L], Offsets(_channel.ReadSlice(1, long.MaxValue, bytes: 1, out var isAll)));
        Assert.False(isAll);
    }

    [Fact]
    public void A_slice_ends_before_an_offset()
    {
        _channel.Publish(5);
        var slice = _channel.ReadSlice(2, before: 4, long.MaxValue, out var isAll);
        Assert.True(isAll);
        Assert.Equal([2L, 3], Offsets(slice));
        Assert.Equal(4, slice.Position.Offset);
    }

    [Fact]
    public void Where_nothing_is_kept_a_slice_is_empty_and_ends_where_the_stream_does()
    {
        _channel.Publish(5);
        _channel.Clear();
        var slice = _channel.ReadSlice(2, long.MaxValue, 1000, out var isAll);
        Assert.True(isAll);
        Assert.Empty(slice.Missed);
        Assert.Equal(6, slice.Position.Offset);
        Assert.True(slice.Losses.Reach(2));
        Assert.False(slice.Losses.Reach(6));
    }

    [Fact]
    public void A_message_is_kept_until_it_is_dropped()
    {
        _channel.Publish(1);
        var message = _channel.Read(Replay.From(1))[0];
        Assert.True(_channel.Keeps(message));
        _channel.Clear();
        Assert.False(_channel.Keeps(message));
    }

    [Fact]
    public void Slow_consumers_are_ended_unless_the_hub_says_otherwise()
    {
        using var hub = new Hub(
            new HubOptions
            {
                SlowConsumersOf = name =>
                    name.StartsWith("last:"u8) ? SlowConsumerPolicy.Latest : SlowConsumerPolicy.DropOldest,
            },
            new ManualTime());
        Assert.Equal(SlowConsumerPolicy.End, _channel.SlowConsumers);
        Assert.Equal(SlowConsumerPolicy.Latest, hub.FindOrCreate("last:a"u8)!.SlowConsumers);
        Assert.Equal(SlowConsumerPolicy.DropOldest, hub.FindOrCreate("a"u8)!.SlowConsumers);
    }

    private static IEnumerable<long> Offsets(AttachResult read) => read.Missed.Select(message => message.Offset);
}
