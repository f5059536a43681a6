using Halley.Client.Subscribing;

namespace Halley.Client.Tests;

public sealed class BackoffTests
{
    private readonly WaitingTime _time = new();

    [Fact]
    public void A_server_that_was_gone_for_five_seconds_is_met_within_two_more()
    {
        // However its tries fell, and with the worst of dice: the last of them was just before it came back.
        for (var gone = TimeSpan.Zero; gone <= TimeSpan.FromSeconds(5); gone += TimeSpan.FromMilliseconds(100))
        {
            var backoff = Backoff(0.999999);
            backoff.Next(default);
            _time.Advance(gone);

            Assert.InRange(backoff.Next(default), TimeSpan.FromMilliseconds(499), TimeSpan.FromSeconds(2));
        }
    }

    [Fact]
    public void The_first_wait_is_any_part_of_the_shortest()
    {
        Assert.Equal(TimeSpan.Zero, Backoff(0).Next(default));
        Assert.Equal(TimeSpan.FromMilliseconds(250), Backoff(0.5).Next(default));
    }

    [Fact]
    public void No_wait_is_longer_than_the_longest()
    {
        var backoff = Backoff(0.5);
        backoff.Next(default);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(TimeSpan.FromSeconds(15), backoff.Next(default));
    }

    [Fact]
    public void After_a_connection_that_lasted_the_first_wait_is_short_again()
    {
        var backoff = Backoff(0.5);
        backoff.Next(default);
        _time.Advance(TimeSpan.FromDays(1));
        backoff.Lasted();

        Assert.Equal(TimeSpan.FromMilliseconds(250), backoff.Next(default));
    }

    [Fact]
    public void What_the_server_asks_for_is_waited_at_least_but_not_for_ever()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(7250), Backoff(0.5).Next(TimeSpan.FromSeconds(7)));
        Assert.Equal(
            Subscribing.Backoff.MostAskedFor + TimeSpan.FromMilliseconds(250),
            Backoff(0.5).Next(TimeSpan.FromDays(365)));
        Assert.Equal(TimeSpan.FromMilliseconds(250), Backoff(0.5).Next(Timeout.InfiniteTimeSpan));
    }

    private Backoff Backoff(double dice) =>
        new(_time, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30), () => dice);
}
