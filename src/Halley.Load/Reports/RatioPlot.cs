using System.Globalization;
using System.Security;

namespace Halley.Load.Reports;

/// <summary>
/// Draws comparisons as SVG: a panel for each, in it a bar for each server, as many times the floor, with a whisker
/// from the least round to the greatest. It brings its own ground, light or dark as the reader's system is, so that it
/// is readable on any page.
/// </summary>
internal sealed class RatioPlot(string title, string floor, IReadOnlyList<Comparison> comparisons)
{
    private const int Columns = 2, Margin = 20, Gap = 28, PanelWidth = 440, TitleHeight = 44;
    private const int PanelHead = 28, RowHeight = 24, BarHeight = 13, AxisHeight = 30;
    private const int FiguresWidth = 112, LetterWidth = 7, LongestName = 16;

    private const string Style = """
        text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2933 }
        .ground { fill: #ffffff }
        .title { font-size: 15px; font-weight: 600 }
        .panel { font-size: 13px; font-weight: 600 }
        .quiet { fill: #56616d; font-size: 11px }
        .trouble { fill: #b42318 }
        .bar { fill: #5b8bc9 }
        .floor { fill: #8d99a6 }
        .grid { stroke: #dde2e8 }
        .one { stroke: #56616d; stroke-dasharray: 3 2 }
        .whisker { stroke: #1f2933; stroke-width: 1.3; fill: none }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6eaef }
          .ground { fill: #14181d }
          .quiet { fill: #a3adb8 }
          .trouble { fill: #ff9b8f }
          .bar { fill: #4f7fbd }
          .floor { fill: #717d8a }
          .grid { stroke: #313942 }
          .one { stroke: #a3adb8 }
          .whisker { stroke: #e6eaef }
        }
        """;

    private readonly int _namesWidth =
        10 + (
            LetterWidth * comparisons.SelectMany(panel => panel.Rows)
                .Select(row => Math.Min(row.Server.Length, LongestName))
                .Append(4)
                .Max());

    private int BarsWidth => PanelWidth - _namesWidth - FiguresWidth;

    public void Write(TextWriter output)
    {
        var panelHeight = PanelHead + AxisHeight + (
            RowHeight * comparisons.Select(panel => panel.Rows.Count).Append(0).Max());
        var width = (2 * Margin) + (Columns * PanelWidth) + ((Columns - 1) * Gap);
        var height = TitleHeight + Margin + ((comparisons.Count + Columns - 1) / Columns * (panelHeight + Margin));
        Line(
            output,
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" """,
            $"""height="{height}" role="img" aria-labelledby="title desc">""");
        Line(output, $"""<title id="title">{Escape(title)}</title>""");
        Line(output, $"""<desc id="desc">{Escape(Description())}</desc>""");
        Line(output, $"<style>\n{Style}\n</style>");
        Line(output, $"""<rect class="ground" width="{width}" height="{height}" rx="6"/>""");
        Line(output, $"""<text class="title" x="{Margin}" y="30">{Escape(title)}</text>""");
        for (var i = 0; i < comparisons.Count; i++)
        {
            var (x, y) = (
                Margin + (i % Columns * (PanelWidth + Gap)), TitleHeight + 10 + (i / Columns * (panelHeight + Margin)));
            Line(output, $"""<g transform="translate({x} {y})">""");
            WritePanel(output, comparisons[i]);
            output.WriteLine("</g>");
        }

        output.WriteLine("</svg>");
    }

    /// <summary>The plot in words, for who does not see it.</summary>
    private string Description()
    {
        var panels = comparisons.Select(
            panel => $"{panel.Title}: " + string.Join(", ", panel.Rows.Select(row => $"{row.Server} {InWords(row)}")));
        return $"Bars as multiples of {floor}, median of the rounds. {string.Join(". ", panels)}.";

        static string InWords(Comparison.Row row) =>
            !row.IsSound ? "had deliveries go wrong"
                : row.Ratio is { } ratio ? $"{ResultTable.Number(ratio.Median)} times"
                : "not compared";
    }

    private void WritePanel(TextWriter output, Comparison panel)
    {
        var scale = new RatioScale(panel.Rows.Where(row => row.IsSound).Select(row => row.Ratio).OfType<Spread>());
        var bottom = PanelHead + (RowHeight * panel.Rows.Count);
        Line(output, $"""<text class="panel" x="0" y="14">{Escape(panel.Title)}</text>""");
        Line(
            output,
            $"""<text class="quiet" x="{PanelWidth}" y="14" text-anchor="end">× """,
            $"""{Escape(floor)}{(scale.IsLogarithmic ? ", log scale" : "")}</text>""");
        foreach (var tick in scale.Ticks)
        {
            var x = X(scale, tick);
            Line(output, $"""<path class="{(tick == 1 ? "one" : "grid")}" d="M{x} {PanelHead - 4}V{bottom + 2}"/>""");
            Line(
                output,
                $"""<text class="quiet" x="{x}" y="{bottom + 16}" """,
                $"""text-anchor="middle">{RatioScale.Name(tick)}</text>""");
        }

        for (var i = 0; i < panel.Rows.Count; i++)
        {
            WriteRow(output, scale, panel, panel.Rows[i], PanelHead + (i * RowHeight));
        }
    }

    private void WriteRow(TextWriter output, RatioScale scale, Comparison panel, Comparison.Row row, int top)
    {
        var middle = top + (RowHeight / 2);
        var baseline = middle + 4;
        Line(
            output,
            $"""<text x="{_namesWidth - 8}" y="{baseline}" text-anchor="end">{Escape(Shortened(row.Server))}</text>""");
        var figures = _namesWidth + BarsWidth + 10;
        if (!row.IsSound)
        {
            Line(output, $"""<text class="trouble" x="{figures}" y="{baseline}">deliveries wrong</text>""");
            return;
        }

        if (row.Ratio is { } ratio)
        {
            var (start, end) = (
                X(scale, Math.Min(scale.Origin, ratio.Median)), X(scale, Math.Max(scale.Origin, ratio.Median)));
            Line(
                output,
                $"""<rect class="{(row.IsFloor ? "floor" : "bar")}" x="{start}" y="{middle - (BarHeight / 2)}" """,
                $"""width="{end - start}" height="{BarHeight}"/>""");
            Line(
                output,
                $"""<path class="whisker" d="M{X(scale, ratio.Min)} {middle - 3}v7m0 -3.5""",
                $"""H{X(scale, ratio.Max)}m0 -3.5v7"/>""");
            Line(
                output,
                $"""<text x="{figures + 46}" y="{baseline}" """,
                $"""text-anchor="end">{ResultTable.Number(ratio.Median)}×</text>""");
        }

        var value = row.Value is { } spread ? $"{ResultTable.Number(spread.Median)} {panel.Unit}" : "not measured";
        Line(
            output,
            $"""<text class="quiet" x="{PanelWidth}" y="{baseline}" text-anchor="end">{Escape(value)}</text>""");
    }

    private double X(RatioScale scale, double ratio) => Math.Round(_namesWidth + (scale.At(ratio) * BarsWidth), 1);

    private static string Shortened(string name) => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "…";

    private static string Escape(string text) => SecurityElement.Escape(text);

    private static void Line(TextWriter output, params FormattableString[] parts) =>
        output.WriteLine(string.Concat(parts.Select(part => part.ToString(CultureInfo.InvariantCulture))));
}
