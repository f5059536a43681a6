using System.Diagnostics;

namespace Halley.Engine.Tests;

public sealed class DurationHistogramTests
{
    [Fact]
    public void A_duration_lies_in_the_first_bucket_whose_bound_it_does_not_exceed()
    {
        var histogram = new DurationHistogram([0.001, 1]);
        foreach (var seconds in (double[])[0, 0.001, 0.5, 1, 2])
        {
            histogram.Record((long)(seconds * Stopwatch.Frequency));
        }

        Assert.Equal([2, 2, 1], histogram.Counts);
        Assert.Equal(3.501, histogram.Sum, 6);
    }

    [Fact]
    public void Durations_of_several_threads_are_all_counted()
    {
        var histogram = new DurationHistogram([1]);
        Parallel.For(0, 10_000, _ => histogram.Record(1));
        Assert.Equal([10_000, 0], histogram.Counts);
    }
}
