using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Halley.Load.Native;

/// <summary>Opens client sockets and sends on them. Blocking for connect and send, which loopback answers at once; reads never block.</summary>
internal static unsafe class Connector
{
    /// <summary>A connected socket's descriptor.</summary>
    /// <param name="source">The address to come from: one address has some 28,000 ports towards one server. Null: the kernel's choice.</param>
    public static int Connect(IPEndPoint server, IPAddress? source)
    {
        var descriptor = Libc.Socket(Libc.AddressFamilyInternet, Libc.SocketStream | Libc.SocketCloseOnExec, 0);
        Check(descriptor, "socket");
        var yes = 1;
        Check(Libc.SetSocketOption(descriptor, Libc.LevelTcp, Libc.TcpNoDelay, &yes, sizeof(int)), "TCP_NODELAY");
        if (source is not null)
        {
            var from = AddressOf(new IPEndPoint(source, 0));
            Check(Libc.SetSocketOption(descriptor, Libc.LevelIp, Libc.IpBindAddressNoPort, &yes, sizeof(int)), "IP_BIND_ADDRESS_NO_PORT");
            Check(Libc.Bind(descriptor, &from, sizeof(Libc.SocketAddress)), $"bind {source}");
        }

        var to = AddressOf(server);
        Check(Libc.Connect(descriptor, &to, sizeof(Libc.SocketAddress)), $"connect {server}");
        return descriptor;
    }

    public static void Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint sent;
            fixed (byte* start = bytes)
            {
                sent = Libc.Send(descriptor, start, bytes.Length, Libc.MessageNoSignal);
            }

            Check((int)sent, "send");
            bytes = bytes[(int)sent..];
        }
    }

    /// <summary>How many bytes came; 0: the server has closed; -1: nothing there now.</summary>
    public static int Receive(int descriptor, Span<byte> buffer)
    {
        nint got;
        fixed (byte* start = buffer)
        {
            got = Libc.Receive(descriptor, start, buffer.Length, Libc.MessageDontWait);
        }

        return got >= 0 ? (int)got : Marshal.GetLastPInvokeError() == Libc.ErrorAgain ? -1 : 0;
    }

    private static Libc.SocketAddress AddressOf(IPEndPoint endPoint) => new()
    {
        Family = Libc.AddressFamilyInternet,
        Port = BinaryPrimitives.ReverseEndianness((ushort)endPoint.Port),
        Address = MemoryMarshal.Read<uint>(endPoint.Address.GetAddressBytes()),
    };

    private static void Check(int result, string call)
    {
        if (result < 0)
        {
            throw new LoadException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
