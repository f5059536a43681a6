namespace Halley.Server.Doctor;

/// <summary>A diagnosis for reading: a line for each limit, and what it comes to.</summary>
internal static class DiagnosisTable
{
    public static void Write(Diagnosis diagnosis, TextWriter output)
    {
        FindingTable.Write(
            ["limit", "now", $"{Amount.Count(diagnosis.Connections)} need", ""], diagnosis.Findings, output);
        output.WriteLine();
        WriteConclusion(diagnosis, output);
    }

    private static void WriteConclusion(Diagnosis diagnosis, TextWriter output)
    {
        output.WriteLine(
            $"A connection is counted with {Amount.Count(ConnectionNeeds.UserBytes)} bytes of Halley's and "
                + $"{Amount.Count(ConnectionNeeds.KernelBytes)} of the kernel's;"
                + " clients on this machine take their own.");
        if (diagnosis.Findings.Any(finding => finding.Verdict == Verdict.Better))
        {
            output.WriteLine("What is marked \"# better\" stops no connection.");
        }

        output.WriteLine(Conclusion(diagnosis));
        if (diagnosis.Findings.Any(finding => finding.Remedy is { Kind: not RemedyKind.ByHand }))
        {
            output.WriteLine($"To set it for good: halley doctor --connections {diagnosis.Connections} --script");
        }
    }

    /// <summary>Says how many connections fit, and where they end.</summary>
    public static string Conclusion(Diagnosis diagnosis)
    {
        if (diagnosis.Missing.ToList() is { Count: > 0 } missing)
        {
            return "Nobody can say how many connections this machine can hold: "
                + $"{string.Join(" and ", missing.Select(finding => finding.Name))} cannot be read.";
        }

        var lowest = diagnosis.Lowest;
        var asked = diagnosis.CanHold ? "" : $", not {Amount.Count(diagnosis.Connections)}";
        return $"This machine can hold {Amount.Count(lowest.Holds)} connections now{asked}; "
            + $"the lowest limit is {lowest.Name}, {lowest.Now}.";
    }
}
