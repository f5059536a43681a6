using System.CommandLine;
using Halley.Load.Reports;

namespace Halley.Load.Commands;

/// <summary>Draws the JSON lines of several runs beside each other.</summary>
internal static class PlotCommand
{
    public static Command Create()
    {
        Argument<FileInfo> lines = new("file") { Description = "Holds the lines that --json wrote." };
        Option<string> floor = new("--floor") { Description = "The label that ratios are against.", DefaultValueFactory = _ => "floor" };
        Option<string> title = new("--title") { Description = "What stands above the plot.", DefaultValueFactory = _ => "Servers side by side" };
        Command command = new("plot", "Draws measurements as SVG: each server as a multiple of the floor, with the spread of its rounds.") { lines, floor, title };
        command.SetAction(parsed =>
        {
            var measurements = File.ReadLines(parsed.GetRequiredValue(lines).FullName).Select(Measurement.Parse).ToList();
            var label = parsed.GetRequiredValue(floor);
            new RatioPlot(parsed.GetRequiredValue(title), label, Comparison.Of(measurements, label)).Write(Console.Out);
        });
        return command;
    }
}
