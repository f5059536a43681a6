namespace Halley.Server.Doctor;

/// <summary>
/// The limits on arriving connections: the queues before they are accepted, the ports they come from, and the firewall
/// that follows them.
/// </summary>
internal static class ArrivalLimits
{
    private const string Ports = "net.ipv4.ip_local_port_range";

    /// <summary>Above Halley's own default ports, 8000 and 8100, which no client is to take.</summary>
    private const int FirstPort = 10_000;

    private const int LastPort = 65_535;

    private const string SynBacklog = "net.ipv4.tcp_max_syn_backlog";

    private const string WhenAllComeBack = "when all come back at once";

    public static IEnumerable<Finding> Examine(IMachine machine, long connections)
    {
        yield return Conntrack(machine, connections);
        var backlog = Math.Min(connections, ConnectionNeeds.ListenBacklog);
        yield return Queue(machine, "net.core.somaxconn", backlog);

        // With SYN cookies the kernel does not look at the SYN backlog: it answers beyond it too.
        var cookies = machine.ReadSysctl("net.ipv4.tcp_syncookies");
        yield return Queue(machine, "net.ipv4.tcp_syncookies", 1);
        yield return cookies > 0 && machine.ReadSysctl(SynBacklog) is { } any
            ? new(SynBacklog, Amount.Count(any), "any", Verdict.Ok)
            : Queue(machine, SynBacklog, backlog);
        yield return LocalPorts(machine.ReadSysctls(Ports), connections);
    }

    /// <summary>
    /// Looks at the firewall: where no rule uses it, nothing is followed, even with the module loaded; over ssh, this
    /// very connection would be.
    /// </summary>
    private static Finding Conntrack(IMachine machine, long connections)
    {
        const string Key = "net.netfilter.nf_conntrack_max";
        if (machine.ReadSysctl(Key) is not { } most)
        {
            return new(Key, "not loaded", "-", Verdict.Ok);
        }

        var followed = machine.ReadSysctl("net.netfilter.nf_conntrack_count");
        return followed == 0
            ? Finding.Advice(
                Key,
                most,
                connections,
                "when a firewall rule follows connections; none does now",
                Amount.Count,
                need => Remedy.Sysctl(Key, need))
            : Finding.Cap(Key, most, connections, 1, followed ?? 0, Amount.Count, need => Remedy.Sysctl(Key, need));
    }

    private static Finding Queue(IMachine machine, string key, long need) =>
        Finding.Advice(
            key, machine.ReadSysctl(key), need, WhenAllComeBack, Amount.Count, value => Remedy.Sysctl(key, value));

    /// <summary>
    /// A client or proxy on this machine has so many connections to one port for each pair of source and destination
    /// address.
    /// </summary>
    private static Finding LocalPorts(long[]? range, long connections)
    {
        if (range is not [var first, var last] || last < first)
        {
            return Finding.Unreadable(Ports, "-");
        }

        const int Best = LastPort - FirstPort + 1;
        var ports = last - first + 1;
        var finding = new Finding(Ports, $"{Amount.Count(ports)} ports", Addresses(connections, ports), Verdict.Ok);
        return ports >= Math.Min(Best, connections) ? finding : finding with
        {
            Verdict = Verdict.Better,
            GoodFor = $"for clients or a proxy here: {Addresses(connections, Best)}",
            Remedy = Remedy.Sysctl(Ports, $"{FirstPort} {LastPort}"),
        };
    }

    private static string Addresses(long connections, long ports)
    {
        var count = (connections + ports - 1) / ports;
        return count == 1 ? "1 address" : $"{Amount.Count(count)} addresses";
    }
}
