using FsCheck.Fluent;
using Halley.Channels;
using Halley.Testing.Properties;

namespace Halley.Core.Tests;

public class HistoryTests
{
    [Theory]
    [InlineData(10, 14, 14)]
    [InlineData(10, 15, 10)]
    [InlineData(10, 19, 14)]
    [InlineData(10, 20, 10)]
    [InlineData(3, 4, 4)]
    [InlineData(3, 5, 3)]
    [InlineData(2, 2, 2)]
    [InlineData(2, 3, 2)]
    [InlineData(1, 1, 1)]
    [InlineData(1, 2, 1)]
    public void Half_as_many_again_may_come_before_the_oldest_are_dropped(int size, int published, int kept)
    {
        var history = new History();
        for (var offset = 1; offset <= published; offset++)
        {
            Append(history, size, offset);
        }

        Assert.Equal(kept, history.Count);
        Assert.Equal(Offsets(published - kept + 1, published), history.ReadFrom(0).Select(message => message.Offset));
    }

    [Fact]
    public void Reading_from_an_offset_that_is_gone_gives_all_that_is_kept()
    {
        var history = new History();
        for (var offset = 1; offset <= 5; offset++)
        {
            Append(history, 3, offset);
        }

        Assert.Equal([3L, 4, 5], history.ReadFrom(1).Select(message => message.Offset));
        Assert.Equal([4L, 5], history.ReadFrom(4).Select(message => message.Offset));
        Assert.Empty(history.ReadFrom(6));
        Assert.Empty(history.ReadFrom(long.MaxValue));
    }

    [Fact]
    public void Reading_from_before_the_beginning_of_numbers_gives_all_that_is_kept()
    {
        var history = new History();
        Append(history, 3, 1);
        Append(history, 3, 2);
        Assert.Equal(2, history.ReadFrom(-1).Length);
        Assert.Equal(2, history.ReadFrom(long.MinValue).Length);
    }

    [Fact]
    public void What_was_read_stays_when_the_history_goes_on()
    {
        var history = new History();
        Append(history, 1, 1);
        var read = history.ReadFrom(1);
        Append(history, 1, 2);
        history.Clear();
        Assert.Equal(1, Assert.Single(read).Offset);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(5, 5)]
    [InlineData(9, 6)]
    public void Dropping_what_is_before_an_offset_leaves_the_rest_and_says_why(long before, int oldest)
    {
        var history = new History();
        for (var offset = 1; offset <= 5; offset++)
        {
            history.Append(new Message(offset, new byte[10], MessageTraits.None), keep: 10, slack: 0);
        }

        history.DropBefore(before, LossReason.Cleared);

        Assert.Equal(Offsets(oldest, 5), history.ReadFrom(0).Select(message => message.Offset));
        Assert.Equal(history.Count * 10, history.Bytes);
        Assert.Equal(oldest - 1, history.Losses.To);
        Assert.Equal(oldest > 1 ? LossReason.Cleared : default, history.Losses.Reason);
    }

    [Fact]
    public void A_message_is_there_until_it_is_dropped()
    {
        var history = new History();
        Assert.False(history.Has(1));
        for (var offset = 1; offset <= 4; offset++)
        {
            Append(history, 3, offset);
        }

        Assert.Equal([false, true, true, true, true, false], Offsets(0, 5).Select(history.Has));
        history.DropBefore(3, LossReason.Cleared);
        Assert.Equal([false, false, true, true], Offsets(1, 4).Select(history.Has));
    }

    /// <summary>
    /// Sizes from 1 to 20, appending and now and then clearing, beside a list that does the same in the plainest way.
    /// </summary>
    [Fact]
    public void A_history_keeps_what_a_plain_list_would()
    {
        var clears = Any.ListOf(Gen.Choose(0, 30).Select(value => value == 0));
        Claim.Holds(clears, list =>
        {
            for (var size = 1; size <= 20; size++)
            {
                AgreesWithList(size, list);
            }
        });
    }

    private static void AgreesWithList(int size, IReadOnlyList<bool> clears)
    {
        var history = new History();
        var kept = new List<long>();
        long offset = 0;
        foreach (var clear in clears)
        {
            if (clear)
            {
                history.Clear();
                kept.Clear();
                continue;
            }

            Append(history, size, ++offset);
            kept.Add(offset);
            if (kept.Count >= Math.Ceiling(1.5 * size))
            {
                kept.RemoveRange(0, kept.Count - size);
            }

            Assert.Equal(kept, history.ReadFrom(0).Select(message => message.Offset));
            var from = offset - (size / 2);
            Assert.Equal(kept.Where(o => o >= from), history.ReadFrom(from).Select(message => message.Offset));
        }
    }

    // The slack that a channel gives a history of its own size.
    private static void Append(History history, int size, long offset) =>
        history.Append(Message(offset), size, ((size + 1) / 2) - 1);

    private static Message Message(long offset) => new(offset, [], MessageTraits.None);

    private static IEnumerable<long> Offsets(int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(i => (long)i);
}
