namespace Halley.Server.Doctor;

/// <summary>Whether a machine can hold so many connections, and what stops it.</summary>
internal sealed class Diagnosis
{
    public Diagnosis(IMachine machine, long connections)
    {
        Connections = connections;
        Findings =
        [
            .. DescriptorLimits.Examine(machine, connections),
            .. MemoryLimits.Examine(machine, connections),
            .. ArrivalLimits.Examine(machine, connections),
            .. BufferLimits.Examine(machine, connections),
        ];
    }

    /// <summary>The number of connections asked about.</summary>
    public long Connections { get; }

    public IReadOnlyList<Finding> Findings { get; }

    public bool CanHold => Findings.All(finding => finding.Verdict is not (Verdict.Stops or Verdict.MustBeKnown));

    /// <summary>The limit that the connections reach first.</summary>
    public Finding Lowest => Findings.MinBy(finding => finding.Holds)!;

    /// <summary>The findings that must be known and are not.</summary>
    public IEnumerable<Finding> Missing => Findings.Where(finding => finding.Verdict == Verdict.MustBeKnown);
}
