using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Halley.Load.Reports;

namespace Halley.Load.Tests.Reports;

public class RatioPlotTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_bar_is_as_long_as_its_server_s_multiple_of_the_floor()
    {
        var plot = Draw(Lines.Compare(Lines.Fanout("floor", 10), Lines.Fanout("ours", 15), Lines.Fanout("theirs", 40)));

        var floor = Bars(plot, "floor").Single();
        var (ours, theirs) = (Bars(plot, "bar")[0], Bars(plot, "bar")[1]);

        Assert.Equal(1.5, Number(ours, "width") / Number(floor, "width"), 0.02);
        Assert.Equal(4, Number(theirs, "width") / Number(floor, "width"), 0.02);
    }

    [Fact]
    public void Where_some_are_many_times_others_equal_factors_are_equal_lengths()
    {
        var plot = Draw(Lines.Compare(Lines.Hold("floor", 10), Lines.Hold("ours", 70), Lines.Hold("theirs", 490)));

        var (ours, theirs) = (Bars(plot, "bar")[0], Bars(plot, "bar")[1]);

        Assert.Equal(2, Number(theirs, "width") / Number(ours, "width"), 0.02);
        Assert.Contains(Texts(plot), text => text == "× floor, log scale");
    }

    [Fact]
    public void The_median_is_written_with_its_ratio_and_unit()
    {
        var texts =
            Texts(Draw(Lines.Compare(Lines.Hold("floor", 10, 10, 10), Lines.Hold("ours", 60, 20, 30)))).ToList();

        Assert.Contains("3.00×", texts);
        Assert.Contains("30.0 B", texts);
    }

    [Fact]
    public void Every_bar_has_a_whisker_from_the_least_round_to_the_greatest()
    {
        var plot = Draw(Lines.Compare(Lines.Fanout("floor", 10, 10, 10), Lines.Fanout("ours", 10, 20, 30)));

        var bar = Bars(plot, "bar").Single();
        var whisker =
            plot.Descendants(Svg + "path").Where(path => (string?)path.Attribute("class") == "whisker").Last();
        var ends = Regex.Match((string)whisker.Attribute("d")!, "^M([0-9.]+) .*H([0-9.]+)");

        var perMultiple = Number(bar, "width") / 2;
        Assert.Equal(
            Number(bar, "x") + perMultiple, double.Parse(ends.Groups[1].Value, CultureInfo.InvariantCulture), 0.2);
        Assert.Equal(
            Number(bar, "x") + (3 * perMultiple),
            double.Parse(ends.Groups[2].Value, CultureInfo.InvariantCulture),
            0.2);
    }

    [Fact]
    public void A_server_that_lost_messages_has_no_bar()
    {
        var plot = Draw(
            Lines.Compare(Lines.Fanout("floor", 10), Lines.Fanout("theirs", 5) with { Errors = Lines.OneLost }));

        Assert.Empty(Bars(plot, "bar"));
        Assert.Contains("deliveries wrong", Texts(plot));
    }

    [Fact]
    public void Who_was_not_measured_is_there_and_says_so()
    {
        var plot = Draw(Lines.Compare(Lines.Fanout("floor", 10), Lines.Fanout("theirs", 20), Lines.Hold("floor", 60)));

        // In three of four panels there is nothing of theirs, in two nothing of the floor's.
        Assert.Equal(3 + 2, Texts(plot).Count(text => text == "not measured"));
        Assert.Equal(4, Texts(plot).Count(text => text == "theirs"));
    }

    [Fact]
    public void A_name_is_text_whatever_it_holds()
    {
        var plot = Draw(Lines.Compare(Lines.Fanout("floor", 10), Lines.Fanout("</svg> & \"x\"", 20)));

        Assert.Contains("</svg> & \"x\"", Texts(plot));
    }

    [Fact]
    public void The_plot_is_told_in_words_too()
    {
        var plot = Draw(Lines.Compare(Lines.Fanout("floor", 10), Lines.Fanout("ours", 12.5)));

        Assert.Equal("title desc", (string?)plot.Attribute("aria-labelledby"));
        Assert.Equal("Test", plot.Element(Svg + "title")?.Value);
        Assert.Contains(
            "CPU per delivered message: floor 1.00 times, ours 1.25 times",
            plot.Element(Svg + "desc")?.Value,
            StringComparison.Ordinal);
    }

    private static XElement Draw(IReadOnlyList<Comparison> comparisons)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        new RatioPlot("Test", "floor", comparisons).Write(text);
        return XElement.Parse(text.ToString());
    }

    private static List<XElement> Bars(XElement plot, string kind) =>
        [.. plot.Descendants(Svg + "rect").Where(rect => (string?)rect.Attribute("class") == kind)];

    private static IEnumerable<string> Texts(XElement plot) =>
        plot.Descendants(Svg + "text").Select(text => text.Value);

    private static double Number(XElement element, string attribute) =>
        double.Parse((string)element.Attribute(attribute)!, CultureInfo.InvariantCulture);
}
