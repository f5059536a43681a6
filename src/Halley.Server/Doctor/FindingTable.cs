namespace Halley.Server.Doctor;

/// <summary>Findings for reading, a line for each, in columns.</summary>
internal static class FindingTable
{
    private const int Columns = 3;

    /// <param name="head">Four words above the columns.</param>
    public static void Write(string[] head, IEnumerable<Finding> findings, TextWriter output)
    {
        string[][] rows =
            [head, .. findings.Select(finding => (string[])[finding.Name, finding.Now, finding.Need, Answer(finding)])];
        var widths = Enumerable.Range(0, Columns).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var (name, now, need) =
                (row[0].PadRight(widths[0]), row[1].PadLeft(widths[1]), row[2].PadLeft(widths[2]));
            output.WriteLine($"{name}  {now}  {need}  {row[3]}".TrimEnd());
        }
    }

    /// <summary>"ok", or a line to type.</summary>
    private static string Answer(Finding finding) => finding.Verdict switch
    {
        Verdict.Ok => "ok",
        Verdict.Better => $"{finding.Remedy!.Line}  # better {finding.GoodFor}",
        Verdict.Stops => finding.Remedy!.Line,
        _ => "unknown",
    };
}
