namespace Halley.Server.Doctor;

/// <summary>
/// The limits on what waits in the kernel for a connection. A connection for which nothing waits has no buffer.
/// </summary>
internal static class BufferLimits
{
    private const string Total = "net.ipv4.tcp_mem";
    private const string LargestSend = "net.core.wmem_max";

    public static IEnumerable<Finding> Examine(IMachine machine, long connections)
    {
        yield return OfAllConnections(machine, connections);
        yield return OfOneConnection(machine, "net.ipv4.tcp_rmem");
        yield return OfOneConnection(machine, "net.ipv4.tcp_wmem");
        yield return Finding.Advice(
            LargestSend,
            machine.ReadSysctl(LargestSend),
            ConnectionNeeds.SendBufferBytes,
            "for the send buffer that Halley asks for",
            Amount.Bytes,
            need => Remedy.Sysctl(LargestSend, need));
    }

    /// <summary>
    /// Low, pressure and high, in pages. A waiting message takes one page at least, so one to everybody takes a page
    /// each. But never more than half of the memory: buffers are to stop growing before the machine stops.
    /// </summary>
    private static Finding OfAllConnections(IMachine machine, long connections) => Finding.Advice(
        Total,
        machine.ReadSysctls(Total) is [_, _, var high] ? high : null,
        Math.Min(connections, (machine.ReadMemory("MemTotal") ?? Readings.Unlimited) / 2 / machine.PageBytes),
        "when a message waits for everybody",
        count => count == Readings.Unlimited ? "unlimited" : $"{Amount.Count(count)} pages",
        // In the kernel's own proportions, 3 to 4 to 6.
        need => Remedy.Sysctl(Total, $"{need / 2} {need * 2 / 3} {need}"));

    /// <summary>
    /// Least, first and most, in bytes. Taken only as something waits, and Halley sets its own for sending: any values
    /// will do.
    /// </summary>
    private static Finding OfOneConnection(IMachine machine, string key) => machine.ReadSysctls(key) is [_, _, var most]
        ? new(key, $"to {Amount.Bytes(most)}", "any", Verdict.Ok)
        : Finding.Unreadable(key, "any");
}
