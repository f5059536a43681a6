using Halley.Following;

namespace Halley.Redis.Tests;

/// <summary>
/// What is heard and what is read of a stream is one row of messages, whatever order it comes in; a hole that stays is
/// noticed.
/// </summary>
public sealed class StreamJoinTests
{
    private const long Epoch = 7;

    private readonly List<long> _appended = [];
    private readonly StreamJoin _join;

    public StreamJoinTests() => _join = new StreamJoin(message => _appended.Add(message.Offset));

    [Fact]
    public void What_is_heard_before_the_stream_was_read_comes_behind_it_and_not_twice()
    {
        Hear(3);
        Hear(4);
        Hear(5);

        _join.Open(new StreamPosition(Epoch, 5));

        Assert.Equal([5], _appended);
        Assert.Equal(6, _join.Position!.Value.Offset);
    }

    [Fact]
    public void What_was_heard_of_another_epoch_before_it_was_read_is_forgotten()
    {
        _join.Hear(6, Message(1));

        _join.Open(new StreamPosition(Epoch, 1));

        Assert.Empty(_appended);
        Assert.Equal(Joined.OtherEpoch, _join.Hear(6, Message(1)));
    }

    [Fact]
    public void What_comes_twice_is_dropped()
    {
        _join.Open(new StreamPosition(Epoch, 1));
        Hear(1);
        Hear(1);

        Assert.Equal(Joined.Whole, Read(next: 2, 1));
        Assert.Equal([1], _appended);
    }

    [Fact]
    public void A_hole_is_filled_by_reading_and_what_was_heard_behind_it_follows()
    {
        _join.Open(new StreamPosition(Epoch, 1));

        Assert.Equal(Joined.Hole, Hear(3));
        Assert.Equal(Joined.Whole, Read(next: 4, 1, 2, 3));
        Assert.Equal([1, 2, 3], _appended);
    }

    [Fact]
    public void A_hole_that_was_not_kept_is_lost_when_what_comes_behind_it_was_heard()
    {
        _join.Open(new StreamPosition(Epoch, 1));
        Hear(3);

        Assert.Equal(Joined.Lost, Read(next: 4, 3));
        Assert.Empty(_appended);
    }

    [Fact]
    public void What_was_not_kept_may_be_under_way_the_first_time_and_is_lost_the_second()
    {
        _join.Open(new StreamPosition(Epoch, 1));

        Assert.Equal(Joined.Whole, Read(next: 2));
        Assert.Equal(Joined.Lost, Read(next: 2));
    }

    [Fact]
    public void What_was_under_way_and_is_heard_is_not_missing_any_more()
    {
        _join.Open(new StreamPosition(Epoch, 1));
        Read(next: 2);
        Hear(1);

        Assert.Equal(Joined.Whole, Read(next: 3));
        Assert.Equal([1], _appended);
    }

    [Fact]
    public void A_stream_of_another_epoch_is_not_this_one()
    {
        _join.Open(new StreamPosition(Epoch, 1));

        Assert.Equal(Joined.OtherEpoch, _join.Fill(new StreamReading(8, 2, default, [Message(1)])));
        Assert.Empty(_appended);
    }

    private static CopiedMessage Message(long offset) => new(offset, [], default, default, null, default);

    private Joined Hear(long offset) => _join.Hear(Epoch, Message(offset));

    private Joined Read(long next, params long[] kept) =>
        _join.Fill(new StreamReading(Epoch, next, default, [.. kept.Select(Message)]));
}
