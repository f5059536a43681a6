using Halley.Load.Native;
using Halley.Load.Server;

namespace Halley.Load.Measures;

/// <summary>
/// Whether this machine can do what is asked; better said before a million connections than in their midst.
/// </summary>
internal static class Preflight
{
    /// <summary>
    /// Descriptors a client process needs beside its subscribers' (runtime, pipes, epoll), generously.
    /// </summary>
    private const int KeptDescriptors = 500;

    /// <summary>More subscribers than this and one client thread would be what is measured.</summary>
    private const int MostPerClient = 100_000;

    /// <summary>A source address for each client process: 127.x.1.1 to 127.x.254.1.</summary>
    private const int MostClients = 254;

    /// <summary>From one address to one port; net.ipv4.ip_local_port_range has some 28,000.</summary>
    private const int PortsOfOneAddress = 28_000;

    /// <summary>Private memory of a client process: 16 MiB with 15,000 subscribers (benchmarks/README.md).</summary>
    private const long ClientBytes = 20L << 20;

    /// <summary>
    /// A connection: both ends in the kernel (slabs of Linux 6.18, as measured), and the client's own state.
    /// </summary>
    private const long ConnectionBytes = 8_500;

    /// <summary>Client processes for so many subscribers.</summary>
    /// <param name="asked">0: as many as it takes.</param>
    /// <exception cref="LoadException">It cannot be done; the sentence says what would help.</exception>
    public static int ClientsFor(int subscribers, int asked, bool isLoopback, long descriptorLimit)
    {
        var perClient = Math.Min(descriptorLimit - KeptDescriptors, MostPerClient);
        if (perClient < 1)
        {
            throw new LoadException(
                $"A process may open {descriptorLimit} descriptors here, "
                    + $"and a client process needs {KeptDescriptors} before its first subscriber: raise ulimit -n");
        }

        var needed = (int)Math.Max(1, (subscribers + perClient - 1) / perClient);
        if (asked > 0 && asked < needed)
        {
            throw new LoadException(
                $"{asked} client processes carry {asked * perClient:N0} subscribers, since each may open "
                    + $"{descriptorLimit:N0} descriptors; {subscribers:N0} need {needed}: leave --clients out, "
                    + "or raise ulimit -n");
        }

        var clients = Math.Max(asked, needed);
        if (clients > MostClients)
        {
            throw new LoadException(
                $"{subscribers:N0} subscribers need {needed} client processes, and {MostClients} is the most: "
                    + $"raise ulimit -n (it is {descriptorLimit:N0})");
        }

        return isLoopback || subscribers <= PortsOfOneAddress
            ? clients
            : throw new LoadException(
                $"From one address there are some {PortsOfOneAddress:N0} ports to a server elsewhere, and "
                    + $"{subscribers:N0} subscribers are asked for: run on the server's machine (127.0.0.1), "
                    + "or from several machines");
    }

    /// <exception cref="LoadException">There is too little.</exception>
    public static void CheckMemory(int subscribers, int clients, long availableBytes)
    {
        var needed = (clients * ClientBytes) + (subscribers * ConnectionBytes);
        if (needed > availableBytes)
        {
            throw new LoadException(
                $"{subscribers:N0} subscribers take about {needed >> 20:N0} MiB for the clients and the kernel, beside "
                    + $"the server, and {availableBytes >> 20:N0} MiB are free: ask for fewer subscribers, "
                    + "or free memory");
        }
    }

    /// <exception cref="LoadException">The server's processes may not open so many.</exception>
    public static void CheckServer(ServerProcess server, int subscribers)
    {
        if (server.IsKnown && server.ReadDescriptorLimit() is var limit && limit <= subscribers)
        {
            throw new LoadException(
                $"The server's {(server.Pids.Count == 1 ? "process" : $"{server.Pids.Count} processes")} may open "
                    + $"{limit:N0} descriptors, and {subscribers:N0} subscribers are asked for: raise its limit "
                    + "(ulimit -n, LimitNOFILE=), give it worker processes and say --children, or ask for fewer");
        }
    }

    /// <summary>
    /// Reads the number of descriptors that a process of ours may open: .NET raises what is in force to what is
    /// allowed.
    /// </summary>
    public static unsafe long ReadDescriptorLimit()
    {
        var limits = stackalloc ulong[2];
        return Libc.GetLimit(Libc.ResourceDescriptors, limits) == 0
            ? (long)Math.Min(limits[1], int.MaxValue)
            : MostPerClient;
    }
}
