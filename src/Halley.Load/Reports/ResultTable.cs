using System.Globalization;

namespace Halley.Load.Reports;

/// <summary>A section for each thing measured; in it a row for each figure and server.</summary>
internal sealed class ResultTable(IReadOnlyList<Section> sections)
{
    public void Write(TextWriter output)
    {
        foreach (var section in sections)
        {
            output.WriteLine($"## {section.Measure}: {section.Setting}");
            output.WriteLine();
            output.WriteLine("| figure | server | median | min–max | rounds | × floor | min–max | wanted |");
            output.WriteLine("|---|---|---:|---:|---:|---:|---:|---|");
            foreach (var figure in section.Figures)
            {
                WriteRows(output, section, figure);
            }

            output.WriteLine();
            foreach (var name in section.Names)
            {
                output.WriteLine($"{name}: {section.ErrorsOf(name)}.  ");
            }

            output.WriteLine();
        }
    }

    private static void WriteRows(TextWriter output, Section section, string figure)
    {
        foreach (var name in section.Names)
        {
            var rounds = section.RoundsOf(name, figure);
            if (rounds.Count > 0)
            {
                var spread = Spread.Of(rounds);
                var ratio = section.IsFloor(name) || section.RatioOf(name, figure) is not { } against
                    ? " | "
                    : $"{Number(against.Median)} | {Range(against)}";
                var wanted = name.StartsWith("halley", StringComparison.Ordinal)
                    ? Targets.For(section.Measure, section.Setting, figure)
                    : "";
                output.WriteLine(
                    $"| {figure} | {name} | {Number(spread.Median)} | {Range(spread)} | {rounds.Count} | {ratio} | "
                        + $"{wanted} |");
            }
        }
    }

    private static string Range(Spread spread) => $"{Number(spread.Min)}–{Number(spread.Max)}";

    /// <summary>Three digits, or all before the point.</summary>
    public static string Number(double value) =>
        value.ToString(
            Math.Abs(value) >= 100 ? "N0" : Math.Abs(value) >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
