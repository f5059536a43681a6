using System.Globalization;

namespace Halley.Load.Reports;

/// <summary>
/// The scale of an axis for ratios: in proportion while all are near each other, by their logarithms if some are many
/// times others.
/// </summary>
internal sealed class RatioScale
{
    private const double LargestInProportion = 6;

    private readonly double _from, _to;

    public RatioScale(IEnumerable<Spread> ratios)
    {
        var all = ratios.ToList();
        var largest = all.Select(ratio => ratio.Max).Append(1).Max();
        var smallest = all.Select(ratio => ratio.Min).Append(1).Min();
        IsLogarithmic = largest > LargestInProportion;
        var step = largest <= 2 ? 0.5 : 1;
        _to = IsLogarithmic ? RoundUp(largest * 1.1) : step * Math.Ceiling(largest * 1.02 / step);
        _from = IsLogarithmic ? 1 / RoundUp(1 / Math.Max(smallest, 0.001)) : 0;
        Ticks = IsLogarithmic
            ? LogarithmicTicks()
            : [.. Enumerable.Range(0, 1 + (int)Math.Round(_to / step)).Select(i => i * step)];
    }

    public bool IsLogarithmic { get; }

    /// <summary>The ratios at which the axis is marked; 1 is among them.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>The beginning of a bar: at nothing, or at the floor where nothing has no place.</summary>
    public double Origin => IsLogarithmic ? 1 : 0;

    /// <returns>From 0, the left end, to 1, the right end.</returns>
    public double At(double ratio) => IsLogarithmic
        ? Math.Log(Math.Max(ratio, _from) / _from) / Math.Log(_to / _from)
        : ratio / _to;

    public static string Name(double tick) => tick.ToString("0.###", CultureInfo.InvariantCulture) + "×";

    // To 1, 2 or 5 times a power of ten.
    private static double RoundUp(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return power * (value <= power ? 1 : value <= 2 * power ? 2 : value <= 5 * power ? 5 : 10);
    }

    // Every 1, 2 and 5 would be crowded over more than two powers of ten.
    private List<double> LogarithmicTicks()
    {
        double[] steps = _to / _from > 100 ? [1] : [1, 2, 5];
        List<double> ticks = [];
        for (var power = Math.Floor(Math.Log10(_from)); power <= Math.Ceiling(Math.Log10(_to)); power++)
        {
            ticks.AddRange(steps.Select(step => step * Math.Pow(10, power)));
        }

        return [.. ticks.Where(tick => tick >= _from * 0.999 && tick <= _to * 1.001)];
    }
}
