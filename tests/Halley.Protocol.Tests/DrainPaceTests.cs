using Halley.Protocol.Answers;

namespace Halley.Protocol.Tests;

/// <summary>How connections are ended evenly over a time.</summary>
public sealed class DrainPaceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(10_000, 1)]
    [InlineData(10_000, 16)]
    [InlineData(200, 1)]
    public void Of_many_no_tenth_of_a_second_has_more_than_three_in_a_hundred(int all, int reactors)
    {
        var pace = new DrainPace(all / reactors, 9 * Second, reactors);
        var moments = Enumerable.Range(0, 900).Select(i => pace.DueAfter(Second * i / 100)).ToList();

        Assert.All(Enumerable.Range(0, 890), i => Assert.InRange(
            (moments[i + 10] - moments[i]) * reactors, 0, all * 3 / 100));
        Assert.Equal(moments.Order(), moments);
        Assert.InRange(moments[^1] * reactors, all * 99 / 100, all);
        Assert.Equal(all / reactors, pace.DueAfter(9 * Second));
    }

    [Fact]
    public void Few_have_their_turns_a_moment_apart_and_do_not_take_all_the_time()
    {
        var pace = new DrainPace(3, 9 * Second, parts: 2);

        Assert.Equal(
            [1, 1, 2, 2, 3, 3, 3],
            Enumerable.Range(0, 7).Select(i => pace.DueAfter(TimeSpan.FromMilliseconds((100 * i) + 1))));
    }

    [Fact]
    public void Where_there_are_none_nobody_waits() => Assert.Equal(0, new DrainPace(0, Second, 1).DueAfter(default));
}
