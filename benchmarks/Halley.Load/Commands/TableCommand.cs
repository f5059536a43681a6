using System.CommandLine;
using Halley.Load.Reports;

namespace Halley.Load.Commands;

/// <summary>Turns lines of JSON into the table that is committed.</summary>
internal static class TableCommand
{
    public static Command Create()
    {
        Argument<FileInfo> lines = new("lines") { Description = "A file with the lines that --json wrote." };
        Option<string> floor = new("--floor") { Description = "The label that ratios are against.", DefaultValueFactory = _ => "floor" };
        Command command = new("table", "Writes measurements as Markdown: medians, spread, and the ratio to the floor.") { lines, floor };
        command.SetAction(parsed =>
        {
            var measurements = File.ReadLines(parsed.GetRequiredValue(lines).FullName).Select(Measurement.Parse);
            new ResultTable(measurements, parsed.GetRequiredValue(floor)).Write(Console.Out);
        });
        return command;
    }
}
