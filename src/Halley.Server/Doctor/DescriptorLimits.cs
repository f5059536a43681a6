namespace Halley.Server.Doctor;

/// <summary>A connection is a descriptor: one of this process, one of the machine, and a watch of epoll.</summary>
internal static class DescriptorLimits
{
    public static IEnumerable<Finding> Examine(IMachine machine, long connections)
    {
        var own = ConnectionNeeds.OwnDescriptors(machine.Processors);

        // In the order in which they can be set: no process's limit goes beyond fs.nr_open.
        yield return Sysctl(machine, "fs.nr_open", connections, own);
        yield return OfThisProcess(machine, connections, own);
        yield return Sysctl(machine, "fs.file-max", connections, own + (machine.ReadSysctl("fs.file-nr") ?? 0));
        yield return Sysctl(machine, "fs.epoll.max_user_watches", connections, own);
    }

    /// <summary>The hard limit is what counts: the .NET runtime raises the soft one to it when it starts.</summary>
    private static Finding OfThisProcess(IMachine machine, long connections, long own)
    {
        var (soft, hard) = ReadLimits(machine);
        var finding =
            Finding.Cap("descriptors (ulimit -Hn)", hard, connections, 1, own, Amount.Count, Remedy.Descriptors)
                .Essential();
        return soft is { } low && hard is { } high && low < high
            ? finding with { Now = $"{Amount.Count(high)} (soft {Amount.Count(low)})" }
            : finding;
    }

    private static (long? Soft, long? Hard) ReadLimits(IMachine machine)
    {
        const string Name = "Max open files";
        var line = machine.Read("/proc/self/limits")?.Split('\n').FirstOrDefault(
            line => line.StartsWith(Name, StringComparison.Ordinal));
        return line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, var hard, ..]
            ? (Readings.Parse(soft), Readings.Parse(hard))
            : (null, null);
    }

    private static Finding Sysctl(IMachine machine, string key, long connections, long taken) =>
        Finding.Cap(
            key, machine.ReadSysctl(key), connections, 1, taken, Amount.Count, need => Remedy.Sysctl(key, need));
}
