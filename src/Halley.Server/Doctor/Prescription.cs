namespace Halley.Server.Doctor;

/// <summary>
/// A diagnosis for pasting into a root shell: what must change, where it lasts, and nothing else. It appends to its
/// files, in which the last line holds: what an earlier prescription set is in force, hence not in this one, and must
/// still be there after the next boot.
/// </summary>
internal static class Prescription
{
    private const string SysctlFile = "/etc/sysctl.d/90-halley.conf";
    private const string LimitsFile = "/etc/security/limits.d/90-halley.conf";
    private const string ServiceFile = "/etc/systemd/system/halley.service.d/limits.conf";

    public static void Write(Diagnosis diagnosis, TextWriter output)
    {
        var wanted = diagnosis.Findings.Where(finding => finding.Remedy is not null).ToLookup(
            finding => finding.Remedy!.Kind);
        output.WriteLine("#!/bin/sh");
        output.WriteLine(
            $"# What this machine needs to hold {Amount.Count(diagnosis.Connections)} connections, by halley doctor. "
                + "For root.");
        foreach (var finding in wanted[RemedyKind.ByHand])
        {
            output.WriteLine($"# Not to be set: {finding.Name} is {finding.Now} and must be {finding.Need}.");
        }

        foreach (
            var finding in diagnosis.Findings.Where(
                finding => finding.Verdict is Verdict.Unknown or Verdict.MustBeKnown))
        {
            output.WriteLine($"# Unknown: {finding.Name} cannot be read.");
        }

        if (!diagnosis.Findings.Any(finding => finding.Remedy is { Kind: not RemedyKind.ByHand }))
        {
            output.WriteLine("# Nothing to change.");
            return;
        }

        WriteSysctls(wanted[RemedyKind.Sysctl].ToList(), output);
        WriteDescriptors(wanted[RemedyKind.Descriptors].SingleOrDefault()?.Remedy, output);
        WriteService(
            [.. wanted[RemedyKind.Descriptors].Concat(wanted[RemedyKind.Service]).Select(finding => finding.Remedy!)],
            output);
    }

    private static void WriteSysctls(List<Finding> findings, TextWriter output)
    {
        if (findings.Count == 0)
        {
            return;
        }

        WriteFile(
            SysctlFile,
            findings.Select(finding => $"{Why(finding)}{finding.Remedy!.Key} = {finding.Remedy.Value}"),
            output);
        output.WriteLine($"sysctl -p {SysctlFile}");
    }

    private static string Why(Finding finding) => finding.GoodFor.Length == 0 ? "" : $"# Better {finding.GoodFor}.\n";

    /// <summary>A star is everybody but root.</summary>
    private static void WriteDescriptors(Remedy? descriptors, TextWriter output)
    {
        if (descriptors is null)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine(
            "# For who logs in and starts halley by hand: from the next login on, and in this shell at once.");
        output.WriteLine("# Not beyond fs.nr_open, or nobody could log in any more.");
        output.Write($"[ \"$(cat /proc/sys/fs/nr_open)\" -ge {descriptors.Value} ] && ");
        WriteFile(LimitsFile, [$"* - nofile {descriptors.Value}", $"root - nofile {descriptors.Value}"], output);
        output.WriteLine($"ulimit -n {descriptors.Value}");
    }

    private static void WriteService(List<Remedy> properties, TextWriter output)
    {
        if (properties.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("# For the service, from its next start on.");
        output.WriteLine($"mkdir -p {Path.GetDirectoryName(ServiceFile)}");
        WriteFile(
            ServiceFile, ["[Service]", .. properties.Select(property => $"{property.Key}={property.Value}")], output);
        output.WriteLine("systemctl daemon-reload");
    }

    private static void WriteFile(string path, IEnumerable<string> lines, TextWriter output)
    {
        output.WriteLine($"cat >> {path} <<'EOF'");
        foreach (var line in lines)
        {
            output.WriteLine(line);
        }

        output.WriteLine("EOF");
    }
}
