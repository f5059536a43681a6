namespace Halley.Server.Doctor;

/// <summary>A report on a Redis, for reading: a line for each need, and what it comes to.</summary>
internal static class RedisReport
{
    public static void Write(RedisDiagnosis diagnosis, TextWriter output)
    {
        FindingTable.Write([diagnosis.Place, "now", "Halley needs", ""], diagnosis.Findings, output);
        output.WriteLine();
        if (diagnosis.Findings.Any(finding => finding.Remedy?.Kind == RemedyKind.RedisConf))
        {
            output.WriteLine("The lines are for redis.conf; CONFIG SET sets the same until its next start.");
        }

        if (diagnosis.Findings.Any(finding => finding.Verdict == Verdict.Better))
        {
            output.WriteLine("What is marked \"# better\" stops nothing.");
        }

        output.WriteLine(diagnosis.Loss);
        if (diagnosis.Missing.Select(finding => finding.Name).ToList() is { Count: > 0 } missing)
        {
            output.WriteLine($"It does not say how it is set: ask who runs it about {string.Join(", ", missing)}.");
        }

        output.WriteLine(Conclusion(diagnosis));
    }

    private static string Conclusion(RedisDiagnosis diagnosis)
    {
        var stopping = diagnosis.Findings.Where(finding => finding.Verdict == Verdict.Stops).Select(
            finding => finding.Name);
        return (diagnosis.IsFit, diagnosis.Missing.Any()) switch
        {
            (false, _) => $"Servers cannot share their channels through it as it is: {string.Join(", ", stopping)}.",
            (true, true) => "Nothing that can be read keeps servers from sharing their channels through it.",
            (true, false) => "Servers can share their channels through it.",
        };
    }
}
