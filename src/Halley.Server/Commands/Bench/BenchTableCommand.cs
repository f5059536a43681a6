using System.CommandLine;
using System.Text.Json;
using Halley.Load;
using Halley.Load.Reports;

namespace Halley.Server.Commands.Bench;

/// <summary><c>halley bench table</c>: turns lines of JSON into the table that is committed.</summary>
internal static class BenchTableCommand
{
    public static Command Create()
    {
        Argument<string> lines = new("LINES") { Description = "A file with the lines that --json wrote" };
        Option<string> floor = new("--floor") { Description = "The label that ratios are against", HelpName = "NAME", DefaultValueFactory = _ => "floor" };
        Command command = new("table", "Write measurements as Markdown: medians, spread, and the ratio to the floor") { lines, floor };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(lines);
            try
            {
                var measurements = File.ReadLines(path).Select(Measurement.Parse).ToList();
                new ResultTable(measurements, parsed.GetRequiredValue(floor)).Write(parsed.InvocationConfiguration.Output);
                return 0;
            }
            catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or JsonException)
            {
                throw new LoadException($"{path} has no measurements: {broken.Message}; it wants the lines that halley bench --json wrote");
            }
        });
        return command;
    }
}
