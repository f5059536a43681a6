using Halley.Load.Reports;

namespace Halley.Load.Tests.Reports;

public class RatioScaleTests
{
    [Theory]
    [InlineData(0.2, 1.4)]
    [InlineData(1, 5.8)]
    [InlineData(0.5, 9)]
    [InlineData(0.01, 250)]
    [InlineData(0.9, 99_000)]
    [InlineData(1, 1)]
    public void Every_ratio_and_the_floor_lie_on_the_axis(double least, double greatest)
    {
        var scale = new RatioScale([new Spread(least, greatest, greatest)]);

        Assert.InRange(scale.At(least), 0, 1);
        Assert.InRange(scale.At(1), 0, 1);
        Assert.InRange(scale.At(greatest), scale.At(1), 1);
        Assert.Contains(scale.Ticks, tick => Math.Abs(tick - 1) < 1e-9);
        Assert.All(scale.Ticks, tick => Assert.InRange(scale.At(tick), 0, 1.001));
        Assert.InRange(scale.Ticks.Count, 2, 10);
    }

    [Fact]
    public void Without_ratios_there_is_an_axis_still()
    {
        Assert.InRange(new RatioScale([]).At(1), 0.01, 1);
    }
}
