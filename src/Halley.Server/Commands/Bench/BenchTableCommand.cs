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
        Option<string> floor = new("--floor")
        {
            Description = "The label that ratios are against",
            HelpName = "NAME",
            DefaultValueFactory = _ => "floor",
        };
        Option<bool> brief =
            new("--brief") { Description = "Only what plot draws: four figures, a row for each server" };
        Command command = new("table", "Write measurements as Markdown: medians, spread, and the ratio to the floor")
        {
            lines,
            floor,
            brief,
        };
        command.SetAction(parsed =>
        {
            var sections = ReadSections(parsed.GetRequiredValue(lines), parsed.GetRequiredValue(floor));
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(brief))
            {
                new BriefTable(Comparison.Of(sections)).Write(output);
            }
            else
            {
                new ResultTable(sections).Write(output);
            }

            return 0;
        });
        return command;
    }

    /// <exception cref="LoadException">The file is not there, or holds something else.</exception>
    public static IReadOnlyList<Section> ReadSections(string path, string floor)
    {
        try
        {
            return Section.Of([.. File.ReadLines(path).Select(Measurement.Parse)], floor);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new LoadException(
                $"{path} has no measurements: {broken.Message}; it wants the lines that halley bench --json wrote");
        }
    }
}
