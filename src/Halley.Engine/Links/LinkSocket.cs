using Halley.Engine.Native;

namespace Halley.Engine.Links;

/// <summary>
/// The two ends of a link, before it is one: a pair of sockets without a name, so that nobody else on the machine can
/// connect to it. One end is ours; a process that we start inherits the other.
/// </summary>
public static unsafe class LinkSocket
{
    private const int FamilyUnix = 1;
    private const int Stream = 1;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int SetDescriptorFlags = 2;
    private const int SetStatusFlags = 4;
    private const int WaitForAll = 0x100;

    // Bytes; a burst of pushes then crosses in few steps. The kernel cuts it at net.core.wmem_max.
    private const int SendBufferBytes = 1 << 20;

    /// <summary>
    /// Opens a pair: ours does not block, the other one does until it is made a link. No process that is started gets
    /// either.
    /// </summary>
    /// <exception cref="IOException">The system has no further descriptors.</exception>
    public static (int Own, int Other) OpenPair()
    {
        var two = stackalloc int[2];
        if (Libc.SocketPair(FamilyUnix, Stream | CloseOnExec, 0, two) != 0)
        {
            throw new IOException($"socketpair: {Errno.Describe(Errno.Last)}");
        }

        DoNotBlock(two[0]);
        Socket.SetSendBuffer(two[0], SendBufferBytes);
        Socket.SetSendBuffer(two[1], SendBufferBytes);
        return (two[0], two[1]);
    }

    /// <summary>Has processes that are started from now on inherit it.</summary>
    public static void HandDown(int fd) => _ = Libc.ControlFile(fd, SetDescriptorFlags, 0);

    /// <summary>Keeps it from processes that are started from now on.</summary>
    public static void Keep(int fd) => _ = Libc.ControlFile(fd, SetDescriptorFlags, 1);

    public static void DoNotBlock(int fd) => _ = Libc.ControlFile(fd, SetStatusFlags, NonBlocking);

    /// <summary>Waits for bytes on an end that blocks, until all have come.</summary>
    /// <returns>False when the other side ended before.</returns>
    public static bool TryReceive(int fd, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int received;
            fixed (byte* room = bytes)
            {
                received = (int)Libc.Recv(fd, room, (nuint)bytes.Length, WaitForAll);
            }

            if (received > 0)
            {
                bytes = bytes[received..];
            }
            else if (received == 0 || Errno.Last is not Errno.Interrupted)
            {
                return false;
            }
        }

        return true;
    }

    public static void Close(int fd) => Socket.Close(fd);
}
