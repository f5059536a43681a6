using System.Net;
using System.Net.Sockets;
using Halley.Protocol.Access;

namespace Halley.Engine.Native;

/// <summary>
/// TCP and Unix sockets as the engine uses them: never blocking, never raising a signal, closed on exec.
/// </summary>
internal static unsafe class Socket
{
    /// <summary>The flags of every send: no SIGPIPE.</summary>
    public const int NoSignal = 0x4000;

    // Bytes: what Ethernet's frames carry, and jumbo frames.
    private const int LeastSegment = 1460;
    private const int MostSegment = 8960;

    private const int Stream = 1;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int FamilyUnix = 1;
    private const int FamilyIPv4 = 2;
    private const int FamilyIPv6 = 10;
    private const int LevelSocket = 1;
    private const int LevelTcp = 6;
    private const int LevelIPv6 = 41;
    private const int ReuseAddress = 2;
    private const int SendBuffer = 7;
    private const int KeepAlive = 9;
    private const int Linger = 13;
    private const int ReusePort = 15;
    private const int NoDelay = 1;
    private const int MaxSegment = 2;
    private const int KeepAliveIdle = 4;
    private const int KeepAliveInterval = 5;
    private const int KeepAliveCount = 6;
    private const int DeferAccept = 9;
    private const int Information = 11;
    private const int UserTimeout = 18;
    private const int NotSentLowWater = 25;
    private const int IPv6Only = 26;
    private const int ShutdownSend = 1;
    private const int MaxAddressLength = 128;
    private const int Duplicate = 1030;
    private const int AcceptsConnections = 30;
    private const int SetStatusFlags = 4;
    private const int SetDescriptorFlags = 2;

    /// <summary>Opens a socket and binds it; -1 with the error in <see cref="Errno.Last"/> when that fails.</summary>
    /// <param name="sharesPort">Whether further sockets of this process may bind the same port.</param>
    /// <param name="isIPv6Only">
    /// Whether a socket of IPv6 takes no IPv4. Otherwise [::] takes it too, as an operator who writes no more expects.
    /// </param>
    public static int OpenAndBind(IPEndPoint endPoint, bool sharesPort, bool isIPv6Only = false)
    {
        var isIPv6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
        var fd = Libc.OpenSocket(isIPv6 ? FamilyIPv6 : FamilyIPv4, Stream | NonBlocking | CloseOnExec, 0);
        if (fd < 0)
        {
            return -1;
        }

        Set(fd, LevelSocket, ReuseAddress, 1);
        Set(fd, LevelSocket, ReusePort, sharesPort ? 1 : 0);
        if (isIPv6)
        {
            Set(fd, LevelIPv6, IPv6Only, isIPv6Only ? 1 : 0);
        }

        var address = endPoint.Serialize();
        fixed (byte* bytes = address.Buffer.Span)
        {
            if (Libc.Bind(fd, bytes, (uint)address.Size) < 0)
            {
                var errno = Errno.Last;
                Close(fd);
                System.Runtime.InteropServices.Marshal.SetLastPInvokeError(errno);
                return -1;
            }
        }

        return fd;
    }

    /// <summary>
    /// Opens a Unix socket and binds it, which makes its file; -1 with the error in <see cref="Errno.Last"/> when that
    /// fails.
    /// </summary>
    public static int OpenAndBind(UnixEndPoint endPoint)
    {
        var fd = Libc.OpenSocket(FamilyUnix, Stream | NonBlocking | CloseOnExec, 0);
        if (fd < 0)
        {
            return -1;
        }

        var address = endPoint.Serialize();
        fixed (byte* bytes = address.Buffer.Span)
        {
            if (Libc.Bind(fd, bytes, (uint)address.Size) < 0)
            {
                var errno = Errno.Last;
                Close(fd);
                System.Runtime.InteropServices.Marshal.SetLastPInvokeError(errno);
                return -1;
            }
        }

        return fd;
    }

    /// <summary>Whether nobody listens any more where the file of a Unix socket is.</summary>
    public static bool IsRefused(UnixEndPoint endPoint)
    {
        var fd = Libc.OpenSocket(FamilyUnix, Stream | NonBlocking | CloseOnExec, 0);
        var address = endPoint.Serialize();
        fixed (byte* bytes = address.Buffer.Span)
        {
            var isRefused = Libc.Connect(fd, bytes, (uint)address.Size) < 0 && Errno.Last is Errno.ConnectionRefused;
            Close(fd);
            return isRefused;
        }
    }

    /// <summary>Begins to listen on a Unix socket.</summary>
    public static bool Listen(int fd, int backlog) => Libc.Listen(fd, backlog) == 0;

    /// <summary>Whether it is a socket that listens.</summary>
    public static bool IsListening(int fd)
    {
        int value = 0;
        var length = (uint)sizeof(int);
        return Libc.GetSockOpt(fd, LevelSocket, AcceptsConnections, &value, &length) == 0 && value == 1;
    }

    /// <summary>
    /// Makes one that others opened like ours: it does not block, and no process that is started inherits it.
    /// </summary>
    public static void Adopt(int fd)
    {
        _ = Libc.ControlFile(fd, SetStatusFlags, NonBlocking);
        _ = Libc.ControlFile(fd, SetDescriptorFlags, 1);
    }

    /// <summary>A further descriptor of the same socket; -1 where there is none.</summary>
    public static int DuplicateOf(int fd) => Libc.ControlFile(fd, Duplicate, 0);

    /// <summary>Begins to listen. What is set here, accepted sockets inherit.</summary>
    /// <param name="deadAfter">
    /// How long sent bytes, or a probe, may stay unacknowledged before the kernel gives the peer up.
    /// </param>
    /// <param name="probeAfter">
    /// After how long a silence the kernel asks whether the peer is still there; zero for never.
    /// </param>
    public static bool Listen(int fd, int backlog, int sendBufferBytes, TimeSpan deadAfter, TimeSpan probeAfter)
    {
        Set(fd, LevelTcp, NoDelay, 1);
        Set(fd, LevelTcp, UserTimeout, (int)deadAfter.TotalMilliseconds);
        Set(fd, LevelSocket, KeepAlive, probeAfter > TimeSpan.Zero ? 1 : 0);
        if (probeAfter > TimeSpan.Zero)
        {
            // One probe: with TCP_USER_TIMEOUT, the kernel counts time and not probes, and the silence before the first
            // is longer than that already.
            Set(fd, LevelTcp, KeepAliveIdle, (int)probeAfter.TotalSeconds);
            Set(fd, LevelTcp, KeepAliveInterval, (int)deadAfter.TotalSeconds);
            Set(fd, LevelTcp, KeepAliveCount, 1);
        }

        Set(fd, LevelSocket, SendBuffer, sendBufferBytes);

        // Loopback's segments, 64 KiB, are more than a send buffer holds, and less than a whole one is acknowledged 40
        // ms late.
        Set(fd, LevelTcp, MaxSegment, Math.Clamp(sendBufferBytes, LeastSegment, MostSegment));

        // However large its buffer is made, so much of it is taken by what a client that does not read lets wait.
        SetMaxUnsent(fd, sendBufferBytes);

        // In seconds: a connection is handed over with its first bytes, so that one read after accept finds the
        // request.
        Set(fd, LevelTcp, DeferAccept, 1);
        return Libc.Listen(fd, backlog) == 0;
    }

    public static int Accept(int listener) => Libc.Accept4(listener, null, null, NonBlocking | CloseOnExec);

    /// <returns>How many bytes came; 0 when the peer ended its side, -1 on failure.</returns>
    public static int Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return (int)Libc.Recv(fd, bytes, (nuint)buffer.Length, 0);
        }
    }

    /// <returns>How many bytes the kernel took, or -1 on failure.</returns>
    public static int Send(int fd, ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            return (int)Libc.Send(fd, bytes, (nuint)data.Length, NoSignal);
        }
    }

    /// <param name="bytes">The kernel doubles it, and cuts it at net.core.wmem_max.</param>
    public static void SetSendBuffer(int fd, int bytes) => Set(fd, LevelSocket, SendBuffer, bytes);

    /// <summary>Sets how much of its send buffer may be taken by what is not sent yet, in bytes.</summary>
    public static void SetMaxUnsent(int fd, int bytes) => Set(fd, LevelTcp, NotSentLowWater, bytes);

    public static void ShutdownWrites(int fd) => _ = Libc.Shutdown(fd, ShutdownSend);

    /// <summary>Lets a close forget what was not sent yet, and say so by a reset.</summary>
    public static void DiscardUnsent(int fd)
    {
        // struct linger: on, for 0 seconds.
        var linger = stackalloc int[2] { 1, 0 };
        _ = Libc.SetSockOpt(fd, LevelSocket, Linger, linger, 2 * sizeof(int));
    }

    public static void Close(int fd) => _ = Libc.Close(fd);

    public static IPEndPoint LocalEndPoint(int fd)
    {
        var address = new SocketAddress(AddressFamily.InterNetworkV6, MaxAddressLength);
        var length = (uint)MaxAddressLength;
        fixed (byte* bytes = address.Buffer.Span)
        {
            _ = Libc.GetSockName(fd, bytes, &length);
        }

        return ToEndPoint(address);
    }

    /// <summary>The address of the other end with its port; null where that is no TCP, or is gone.</summary>
    public static IPEndPoint? RemoteEndPoint(int fd)
    {
        var address = new SocketAddress(AddressFamily.InterNetworkV6, MaxAddressLength);
        var length = (uint)MaxAddressLength;
        fixed (byte* bytes = address.Buffer.Span)
        {
            return Libc.GetPeerName(fd, bytes, &length) < 0 || address.Family == AddressFamily.Unix
                ? null
                : ToEndPoint(address);
        }
    }

    /// <summary>The address or file, whatever its mode, that a socket listens at; null where it is neither.</summary>
    public static EndPoint? Place(int fd)
    {
        var address = new SocketAddress(AddressFamily.Unix, MaxAddressLength);
        var length = (uint)MaxAddressLength;
        fixed (byte* bytes = address.Buffer.Span)
        {
            if (Libc.GetSockName(fd, bytes, &length) < 0)
            {
                return null;
            }
        }

        address.Size = (int)Math.Min(length, MaxAddressLength);
        return address.Family switch
        {
            AddressFamily.Unix =>
                new UnixEndPoint(new UnixDomainSocketEndPoint("/").Create(address).ToString()!, default),
            AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 => ToEndPoint(address),
            _ => null,
        };
    }

    /// <summary>
    /// The address of the other end, <see cref="UnixPeer"/> where that is a Unix socket; any address where the
    /// connection is gone already.
    /// </summary>
    public static IPAddress RemoteAddress(int fd)
    {
        var address = new SocketAddress(AddressFamily.InterNetworkV6, MaxAddressLength);
        var length = (uint)MaxAddressLength;
        fixed (byte* bytes = address.Buffer.Span)
        {
            if (Libc.GetPeerName(fd, bytes, &length) < 0)
            {
                return IPAddress.None;
            }
        }

        return address.Family == AddressFamily.Unix ? UnixPeer.Address : ToEndPoint(address).Address;
    }

    /// <summary>The kernel's counts of a TCP connection; null where it does not say.</summary>
    public static TcpCounts? CountsOf(int fd)
    {
        // struct tcp_info: eight bytes, then 32-bit numbers up to offset 104, then 64-bit ones.
        const int LastReceived = 52;
        const int Acknowledged = 120;
        const int NotSent = 144;
        const int Needed = NotSent + sizeof(uint);
        var information = stackalloc byte[256];
        uint length = 256;
        if (Libc.GetSockOpt(fd, LevelTcp, Information, information, &length) < 0 || length < Needed)
        {
            return null;
        }

        return new TcpCounts(
            TimeSpan.FromMilliseconds(*(uint*)(information + LastReceived)),
            *(long*)(information + Acknowledged),
            *(uint*)(information + NotSent));
    }

    private static IPEndPoint ToEndPoint(SocketAddress address)
    {
        var any = address.Family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        return (IPEndPoint)new IPEndPoint(any, 0).Create(address);
    }

    private static void Set(int fd, int level, int option, int value) =>
        _ = Libc.SetSockOpt(fd, level, option, &value, sizeof(int));
}
