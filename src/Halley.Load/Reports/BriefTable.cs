namespace Halley.Load.Reports;

/// <summary>
/// The content of the plot as a table: a row for each server, its median and how many times the floor's that is.
/// </summary>
internal sealed class BriefTable(IReadOnlyList<Comparison> comparisons)
{
    public void Write(TextWriter output)
    {
        output.WriteLine("| server | "
            + $"{string.Join(" | ", comparisons.Select(comparison => $"{comparison.Title}, {comparison.Unit}"))} |");
        output.WriteLine($"|---|{string.Concat(comparisons.Select(_ => "---:|"))}");
        for (var row = 0; row < comparisons[0].Rows.Count; row++)
        {
            output.WriteLine(
                $"| {comparisons[0].Rows[row].Server} | "
                    + $"{string.Join(" | ", comparisons.Select(comparison => Cell(comparison.Rows[row])))} |");
        }

        output.WriteLine();
    }

    private static string Cell(Comparison.Row row) =>
        !row.IsSound ? "deliveries wrong"
        : row.Value is not { } value ? "not measured"
        : row.Ratio is { } ratio && !row.IsFloor
            ? $"{ResultTable.Number(value.Median)} ({ResultTable.Number(ratio.Median)}×)"
        : ResultTable.Number(value.Median);
}
