using System.CommandLine;
using Halley.Load.Reports;

namespace Halley.Server.Commands.Bench;

/// <summary><c>halley bench plot</c>: draws lines of JSON, each server beside the floor.</summary>
internal static class BenchPlotCommand
{
    public static Command Create()
    {
        Argument<string> lines = new("LINES") { Description = "A file with the lines that --json wrote" };
        Option<string> floor = new("--floor")
        {
            Description = "The label that ratios are against",
            HelpName = "NAME",
            DefaultValueFactory = _ => "floor",
        };
        Option<string> title = new("--title")
        {
            Description = "What stands above the plot",
            HelpName = "TEXT",
            DefaultValueFactory = _ => "Servers side by side",
        };
        Command command = new("plot", "Draw measurements as SVG: each server as a multiple of the floor, "
            + "with the spread of its rounds") { lines, floor, title };
        command.SetAction(parsed =>
        {
            var label = parsed.GetRequiredValue(floor);
            var comparisons = Comparison.Of(BenchTableCommand.ReadSections(parsed.GetRequiredValue(lines), label));
            new RatioPlot(parsed.GetRequiredValue(title), label, comparisons).Write(
                parsed.InvocationConfiguration.Output);
            return 0;
        });
        return command;
    }
}
