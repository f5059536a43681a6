using Halley.Engine;

namespace Halley.Server.Doctor;

/// <summary>Halley's needs of the operating system: per connection, and once.</summary>
internal static class ConnectionNeeds
{
    /// <summary>
    /// Halley's own memory for a subscriber on a channel of its own, in bytes:
    /// benchmarks/results/2026-11-22-first-engine.md, "memory per connection".
    /// </summary>
    public const int UserBytes = 400;

    /// <summary>
    /// The kernel's memory for an accepted socket, in bytes, the same whatever server holds it. By /proc/slabinfo of
    /// Linux 6.18: socket 2,368, inode 832, file and directory entry 192 each, epoll 240, security modules 56, and what
    /// slabs and the descriptor table lose between them. Buffers come on top only while something waits in them.
    /// </summary>
    public const int KernelBytes = 4_100;

    /// <summary>
    /// A server without connections, in bytes: 50 MB resident when it has just started, and room for requests under
    /// way.
    /// </summary>
    public const long IdleBytes = 64L << 20;

    /// <summary>
    /// Descriptors that subscribers do not get: publishers' reserve, log files and the runtime (docs/operating.md,
    /// Limits).
    /// </summary>
    public const int KeptDescriptors = 300;

    /// <summary>
    /// A reactor's own descriptors: its epoll, its eventfd, and a listener for each of the two ports.
    /// </summary>
    public const int DescriptorsPerReactor = 4;

    /// <summary>
    /// Threads beside the reactors: 12 in an idle server, and the thread pool's when something blocks.
    /// </summary>
    public const int Threads = 32;

    private static readonly EngineOptions Defaults = new();

    /// <summary>The number of new connections that Halley asks the kernel to hold until they are accepted.</summary>
    public static int ListenBacklog => Defaults.ListenBacklog;

    /// <summary>The size that Halley asks for a connection's send buffer to have, in bytes.</summary>
    public static int SendBufferBytes => Defaults.SendBufferBytes;

    /// <summary>The descriptors a server on so many processors takes for itself.</summary>
    public static long OwnDescriptors(int processors) => KeptDescriptors + ((long)DescriptorsPerReactor * processors);
}
