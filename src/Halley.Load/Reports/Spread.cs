namespace Halley.Load.Reports;

/// <summary>
/// The spread of a figure's rounds. Few rounds on a shared machine: the extremes are shown, not a deviation.
/// </summary>
internal readonly record struct Spread(double Min, double Median, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return new Spread(sorted[0], (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2, sorted[^1]);
    }
}
