using System.Globalization;
using Halley.Load.Clients;

namespace Halley.Load.Reports;

/// <summary>A section for each thing measured; in it a row for each figure and server.</summary>
internal sealed class ResultTable(IEnumerable<Measurement> measurements, string floor)
{
    public void Write(TextWriter output)
    {
        foreach (var section in measurements.GroupBy(measurement => (measurement.Measure, measurement.Setting)))
        {
            output.WriteLine($"## {section.Key.Measure}: {section.Key.Setting}");
            output.WriteLine();
            output.WriteLine("| figure | server | median | min–max | rounds | × floor | min–max | wanted |");
            output.WriteLine("|---|---|---:|---:|---:|---:|---:|---|");
            WriteRows(output, section.Key.Measure, section.Key.Setting, [.. section]);
            output.WriteLine();
            WriteErrors(output, [.. section]);
        }
    }

    private void WriteRows(TextWriter output, string measure, string setting, IReadOnlyList<Measurement> section)
    {
        foreach (var figure in section.SelectMany(measurement => measurement.Figures.Keys).Distinct())
        {
            var floorRounds = RoundsOf(section, floor, figure);
            var servers = section.Select(measurement => measurement.Server).Distinct().ToList();
            foreach (var server in servers)
            {
                var rounds = RoundsOf(section, server, figure);
                if (rounds.Count == 0)
                {
                    continue;
                }

                var spread = Spread.Of(rounds);
                var ratio = server == floor ? " | " : Ratio(rounds, floorRounds);
                var wanted = server == servers.Find(candidate => candidate != floor) ? Targets.For(measure, setting, figure) : "";
                output.WriteLine(
                    $"| {figure} | {server} | {Text(spread.Median)} | {Text(spread.Min)}–{Text(spread.Max)} | {rounds.Count} | {ratio} | {wanted} |");
            }
        }
    }

    private static void WriteErrors(TextWriter output, IReadOnlyList<Measurement> section)
    {
        foreach (var server in section.GroupBy(measurement => measurement.Server))
        {
            var errors = server.Aggregate(DeliveryErrors.None, (sum, measurement) => sum + measurement.Errors);
            output.WriteLine($"{server.Key}: {errors}.  ");
        }

        output.WriteLine();
    }

    private static List<double> RoundsOf(IReadOnlyList<Measurement> section, string server, string figure) =>
    [
        .. section.Where(measurement => measurement.Server == server)
            .SelectMany(measurement => measurement.Figures.GetValueOrDefault(figure) ?? []),
    ];

    // Round by round, because the rounds were run in turn: both sides of a ratio had the same neighbours on the machine.
    private static string Ratio(List<double> rounds, List<double> floorRounds)
    {
        if (floorRounds.Count == 0 || floorRounds.Any(value => value <= 0))
        {
            return " | ";
        }

        var spread = Spread.Of(rounds.Zip(floorRounds, (ours, theirs) => ours / theirs));
        return $"{Text(spread.Median)} | {Text(spread.Min)}–{Text(spread.Max)}";
    }

    private static string Text(double value) =>
        value.ToString(Math.Abs(value) >= 100 ? "N0" : Math.Abs(value) >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
