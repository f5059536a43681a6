using System.Globalization;

namespace Halley.Load.Server;

/// <summary>
/// The memory that the kernel of this machine holds for sockets, in bytes: all of it, so a difference of two readings
/// is what came between, for both ends where the clients share the machine.
/// </summary>
/// <param name="Slab">
/// Sockets, inodes, files, directory entries and epoll's entries; where slabinfo may not be read, all slabs.
/// </param>
/// <param name="Buffers">What waits to be sent or read, as TCP counts it: whole pages.</param>
internal readonly record struct KernelMemory(long Slab, long Buffers)
{
    private static readonly HashSet<string> SocketSlabs =
        [
            "TCP", "TCPv6", "sock_inode_cache", "filp", "dentry", "eventpoll_epi", "eventpoll_pwq", "ep_head",
            "request_sock_TCP", "tw_sock_TCP",
        ];

    public static KernelMemory Read() => new(ReadSlab(), ReadBuffers());

    public static KernelMemory operator -(KernelMemory a, KernelMemory b) =>
        new(a.Slab - b.Slab, a.Buffers - b.Buffers);

    /// <summary>Reads the memory that programs could still take, in bytes.</summary>
    public static long ReadAvailable() => ReadMeminfo("MemAvailable:");

    private static long ReadSlab()
    {
        try
        {
            // name, objects in use, objects, size, objects per slab, pages per slab, ... slabdata, slabs in use, slabs
            return File.ReadLines("/proc/slabinfo").Skip(2).Select(Words).Where(words => SocketSlabs.Contains(words[0]))
                .Sum(words => Number(words[5]) * Number(words[14]) * Environment.SystemPageSize);
        }
        catch (Exception hidden) when (hidden is UnauthorizedAccessException or IOException)
        {
            return ReadMeminfo("Slab:");
        }
    }

    private static long ReadBuffers()
    {
        var words = Words(
            File.ReadLines("/proc/net/sockstat").First(line => line.StartsWith("TCP:", StringComparison.Ordinal)));
        return Number(words[Array.IndexOf(words, "mem") + 1]) * Environment.SystemPageSize;
    }

    private static long ReadMeminfo(string name) =>
        Number(Words(File.ReadLines("/proc/meminfo")
            .First(line => line.StartsWith(name, StringComparison.Ordinal)))[1]) * 1024;

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);
}
