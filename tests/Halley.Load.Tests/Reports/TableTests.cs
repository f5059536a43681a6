using System.Globalization;
using Halley.Load.Reports;

namespace Halley.Load.Tests.Reports;

public class TableTests
{
    [Fact]
    public void A_row_has_median_spread_and_the_ratio_of_each_round()
    {
        var section = Section.Of([Lines.Fanout("floor", 10, 20, 20), Lines.Fanout("ours", 15, 20, 60)], "floor");

        var table = Write(new ResultTable(section).Write);

        Assert.Contains(
            "| CPU per delivery, µs | ours | 20.0 | 15.0–60.0 | 3 | 1.50 | 1.00–3.00 |",
            table,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wanted_stands_with_Halley_and_nobody_else()
    {
        var section = Section.Of(
            [Lines.Fanout("floor", 10), Lines.Fanout("theirs", 30), Lines.Fanout("halley", 11)], "floor");

        var wanted = Write(new ResultTable(section).Write).Split('\n').Single(
            row => row.Contains("≤ 1.10", StringComparison.Ordinal));

        Assert.Contains("| halley |", wanted, StringComparison.Ordinal);
    }

    [Fact]
    public void The_brief_table_has_a_row_for_each_server_and_a_column_for_each_figure()
    {
        var comparisons = Lines.Compare(
            Lines.Hold("floor", 60),
            Lines.Hold("ours", 400),
            Lines.Fanout("floor", 5),
            Lines.Fanout("ours", 6),
            Lines.Fanout("theirs", 9) with { Errors = Lines.OneLost });

        var rows = Write(new BriefTable(comparisons).Write).Split('\n');

        Assert.Equal(
            "| server | Bytes per connection, B | CPU per delivered message, µs | CPU per subscription, µs | CPU per "
                + "push, µs |",
            rows[0]);
        Assert.Equal("| floor | 60.0 | 5.00 | not measured | not measured |", rows[2]);
        Assert.Equal("| ours | 400 (6.67×) | 6.00 (1.20×) | not measured | not measured |", rows[3]);
        Assert.Equal("| theirs | not measured | deliveries wrong | not measured | not measured |", rows[4]);
    }

    private static string Write(Action<TextWriter> write)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        write(text);
        return text.ToString();
    }
}
