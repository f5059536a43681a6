using Halley.Load.Reports;

namespace Halley.Load.Tests.Reports;

public class SectionTests
{
    [Fact]
    public void A_ratio_is_taken_round_by_round()
    {
        var section = Assert.Single(
            Section.Of([Lines.Fanout("floor", 1, 10, 100), Lines.Fanout("ours", 2, 30, 150)], "floor"));

        Assert.Equal(new Spread(1.5, 2, 3), section.RatioOf("ours", "CPU per delivery, µs"));
    }

    [Fact]
    public void Rounds_of_several_lines_are_one_server_s_rounds()
    {
        var section = Assert.Single(Section.Of(
            [Lines.Fanout("floor", 1), Lines.Fanout("ours", 2), Lines.Fanout("floor", 2), Lines.Fanout("ours", 8)],
            "floor"));

        Assert.Equal([2, 8], section.RoundsOf("ours", "CPU per delivery, µs"));
        Assert.Equal(new Spread(2, 3, 4), section.RatioOf("ours", "CPU per delivery, µs"));
    }

    [Fact]
    public void Without_a_floor_there_is_no_ratio()
    {
        var section = Assert.Single(Section.Of([Lines.Fanout("ours", 2)], "floor"));

        Assert.Null(section.RatioOf("ours", "CPU per delivery, µs"));
    }

    [Fact]
    public void A_floor_of_nothing_has_no_multiples()
    {
        var section = Assert.Single(Section.Of([Lines.Fanout("floor", 0), Lines.Fanout("ours", 2)], "floor"));

        Assert.Null(section.RatioOf("ours", "CPU per delivery, µs"));
    }

    [Fact]
    public void The_same_work_over_different_transports_is_compared()
    {
        var section = Assert.Single(Section.Of(
            [
                Lines.Fanout("floor", 1) with { Transport = "stream" },
                Lines.Fanout("theirs", 4) with { Transport = "sse" },
            ],
            "floor"));

        Assert.Equal(["floor", "theirs"], section.Names);
        Assert.Equal(4, section.RatioOf("theirs", "CPU per delivery, µs")?.Median);
    }

    [Fact]
    public void A_server_of_two_transports_is_compared_with_the_floor_of_each()
    {
        var section = Assert.Single(Section.Of(
            [
                Lines.Fanout("floor", 1) with { Transport = "stream" },
                Lines.Fanout("ours", 4) with { Transport = "stream" },
                Lines.Fanout("floor", 2) with { Transport = "poll" },
                Lines.Fanout("ours", 4) with { Transport = "poll" },
            ],
            "floor"));

        Assert.Equal(["floor stream", "ours stream", "floor poll", "ours poll"], section.Names);
        Assert.Equal(4, section.RatioOf("ours stream", "CPU per delivery, µs")?.Median);
        Assert.Equal(2, section.RatioOf("ours poll", "CPU per delivery, µs")?.Median);
    }

    [Fact]
    public void Errors_of_all_rounds_are_added()
    {
        var section = Assert.Single(Section.Of(
            [
                Lines.Fanout("ours", 1) with { Errors = Lines.OneLost },
                Lines.Fanout("ours", 1) with { Errors = Lines.OneLost },
            ],
            "floor"));

        Assert.Equal(2, section.ErrorsOf("ours").Lost);
    }
}
