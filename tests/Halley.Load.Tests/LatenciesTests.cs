using System.Diagnostics;
using Halley.Load.Reports;

namespace Halley.Load.Tests;

public sealed class LatenciesTests
{
    private static readonly long Microsecond = Stopwatch.Frequency / 1_000_000;

    [Fact]
    public void Percentiles_of_many_processes_are_those_of_all_deliveries_together()
    {
        var (fast, slow, sum) = (new Latencies(), new Latencies(), new Latencies());
        for (var i = 1; i <= 99; i++)
        {
            fast.Add(i * Microsecond);
        }

        slow.Add(5_000_000 * Microsecond);
        sum.Add(fast.ToArray());
        sum.Add(slow.ToArray());

        Assert.Equal(100, sum.Count);
        Assert.Equal(0.050, sum.Percentile(0.5));
        Assert.Equal(0.099, sum.Percentile(0.99));
        Assert.Equal(5000, sum.Percentile(0.999));
        Assert.Equal(5000, sum.MaxMilliseconds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(1_000_003)]
    [InlineData(86_400_000_000)]
    public void A_percentile_is_never_too_low_and_at_most_a_sixty_fourth_too_high(long microseconds)
    {
        var latencies = new Latencies();
        latencies.Add(microseconds * Microsecond);
        latencies.Add(2 * microseconds * Microsecond);    // the maximum, which is exact

        Assert.InRange(latencies.Percentile(0.5), microseconds / 1000.0, microseconds / 1000.0 * (1 + (1 / 64.0)));
    }

    [Fact]
    public void Without_deliveries_there_is_nothing_to_say()
    {
        Assert.Equal(0, new Latencies().Percentile(0.99));
    }
}
