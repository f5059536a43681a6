using Halley.Load.Clients;

namespace Halley.Load.Reports;

/// <summary>One figure of several servers, each beside the floor's in the same rounds.</summary>
/// <param name="Title">What a reader calls the figure.</param>
/// <param name="Unit">B or µs.</param>
internal sealed record Comparison(string Title, string Unit, IReadOnlyList<Comparison.Row> Rows)
{
    // What a server that holds connections and pushes messages can be asked for; the measure that answers it, and its name there.
    private static readonly (string Title, string Unit, string Measure, string Figure)[] Figures =
    [
        ("Bytes per connection", "B", "hold", "memory per connection, B"),
        ("CPU per delivered message", "µs", "fanout", "CPU per delivery, µs"),
        ("CPU per subscription", "µs", "hold", "CPU per subscription, µs"),
        ("CPU per push", "µs", "push", "CPU per push, µs"),
    ];

    /// <param name="measurements">Of one run. Of a measure with several settings the first is taken.</param>
    /// <param name="floor">The server that ratios are against.</param>
    public static IReadOnlyList<Comparison> Of(IReadOnlyList<Measurement> measurements, string floor)
    {
        var servers = measurements.Select(measurement => measurement.Server).Distinct().ToList();
        List<Comparison> comparisons = [];
        foreach (var (title, unit, measure, figure) in Figures)
        {
            var setting = measurements.FirstOrDefault(candidate => candidate.Measure == measure)?.Setting;
            var lines = measurements.Where(candidate => candidate.Measure == measure && candidate.Setting == setting).ToList();
            var floorRounds = Measurement.RoundsOf(lines, floor, figure);
            comparisons.Add(new Comparison(title, unit, [.. servers.Select(server => RowOf(lines, server, figure, floorRounds))]));
        }

        return comparisons;
    }

    private static Row RowOf(List<Measurement> lines, string server, string figure, List<double> floorRounds)
    {
        var rounds = Measurement.RoundsOf(lines, server, figure);
        var isSound = lines.Where(line => line.Server == server).All(line => line.Errors.IsNone);
        return new Row(server, rounds.Count == 0 ? null : Spread.Of(rounds), Spread.OfRatios(rounds, floorRounds), isSound);
    }

    /// <param name="Value">Null: not measured.</param>
    /// <param name="Ratio">To the floor. Null: not measured, or the floor was not, or the floor's figure is 0.</param>
    /// <param name="IsSound">Whether every message came once, in order and undamaged. If not, the figure says nothing.</param>
    internal sealed record Row(string Server, Spread? Value, Spread? Ratio, bool IsSound);
}
