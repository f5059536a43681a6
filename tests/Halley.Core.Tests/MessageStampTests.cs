namespace Halley.Core.Tests;

public class MessageStampTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private long _last;

    [Fact]
    public void Tags_start_at_1_in_every_second()
    {
        Assert.Equal((Noon.ToUnixTimeSeconds(), 1), Next(Noon));
        Assert.Equal((Noon.ToUnixTimeSeconds(), 2), Next(Noon.AddMilliseconds(999)));
        Assert.Equal((Noon.ToUnixTimeSeconds() + 1, 1), Next(Noon.AddSeconds(1)));
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_turn_the_order()
    {
        Next(Noon);
        Assert.Equal((Noon.ToUnixTimeSeconds(), 2), Next(Noon.AddHours(-1)));
    }

    [Fact]
    public async Task Threads_that_ask_at_once_never_get_the_same()
    {
        var stamps = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () => Enumerable.Range(0, 10_000).Select(_ => MessageStamp.Next(ref _last, Noon)).ToList(),
            TestContext.Current.CancellationToken)));
        Assert.Equal(40_000, stamps.SelectMany(list => list).Distinct().Count());
        Assert.All(stamps, list => Assert.Equal(list.Order(), list));
    }

    [Theory]
    [InlineData(100, 5, 100, 6)]
    [InlineData(100, MessageStamp.MaxTag, 101, 0)]
    [InlineData(0, 0, 0, 1)]
    public void Later_is_greater(long time, int tag, long laterTime, int laterTag) =>
        Assert.True(new MessageStamp(time, tag) < new MessageStamp(laterTime, laterTag));

    private (long Time, int Tag) Next(DateTimeOffset now)
    {
        var stamp = MessageStamp.Next(ref _last, now);
        return (stamp.Time, stamp.Tag);
    }
}
