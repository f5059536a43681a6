namespace Halley.Server.Doctor;

/// <summary>
/// The memory that connections take while nothing happens, Halley's and the kernel's, and the limits of this process's
/// control group.
/// </summary>
internal static class MemoryLimits
{
    private const int BytesEach = ConnectionNeeds.UserBytes + ConnectionNeeds.KernelBytes;

    public static IEnumerable<Finding> Examine(IMachine machine, long connections)
    {
        yield return Available(machine, connections);
        yield return OfTheGroup(machine, connections);
        yield return Overcommit(machine, connections);
        yield return Threads(machine);
    }

    private static Finding Available(IMachine machine, long connections)
    {
        var available = machine.ReadMemory("MemAvailable");
        return Finding.Cap(
            "memory available", available, connections, BytesEach, ConnectionNeeds.IdleBytes, Amount.Bytes,
            need => Remedy.ByHand($"{Amount.Bytes(need - (available ?? 0))} more memory")).Essential();
    }

    /// <summary>The kernel's memory for sockets is on the group's account too.</summary>
    private static Finding OfTheGroup(IMachine machine, long connections)
    {
        var group = ControlGroup.Find(machine, "memory", "memory.max", "memory.limit_in_bytes");
        return Finding.Cap(
            "control group's memory", group?.Limit, connections, BytesEach, ConnectionNeeds.IdleBytes, Amount.Bytes,
            need => Remedy.ControlGroup("MemoryMax", group!.Path, need));
    }

    /// <summary>
    /// Modes 0 and 1 promise more than there is; 2 promises up to a limit, and all that Halley commits counts.
    /// </summary>
    private static Finding Overcommit(IMachine machine, long connections)
    {
        const string Key = "vm.overcommit_memory";
        return machine.ReadSysctl(Key) switch
        {
            null => Finding.Unreadable(Key, "0 or 1"),
            2 => Finding.Cap(
                Key,
                machine.ReadMemory("CommitLimit") - machine.ReadMemory("Committed_AS"),
                connections,
                ConnectionNeeds.UserBytes,
                ConnectionNeeds.IdleBytes,
                bytes => $"2, {Amount.Bytes(bytes)}", _ => Remedy.Sysctl(Key, 0)) with
            { Need = "0 or 1" },
            { } mode => new(Key, $"{mode}", "0 or 1", Verdict.Ok),
        };
    }

    /// <summary>
    /// Threads are as many for one connection as for a million; without them the server does not start.
    /// </summary>
    private static Finding Threads(IMachine machine)
    {
        const string Name = "control group's threads";
        var need = machine.Processors + ConnectionNeeds.Threads;
        return ControlGroup.Find(machine, "pids", "pids.max", "pids.max") switch
        {
            null => Finding.Unreadable(Name, Amount.Count(need)),
            { } enough when enough.Limit >= need =>
                new(Name, Amount.Count(enough.Limit), Amount.Count(need), Verdict.Ok),
            { } few => new(Name, Amount.Count(few.Limit), Amount.Count(need), Verdict.Stops)
            {
                Holds = 0,
                Remedy = Remedy.ControlGroup("TasksMax", few.Path, need),
            },
        };
    }
}
