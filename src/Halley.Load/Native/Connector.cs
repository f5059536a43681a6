using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Halley.Load.Native;

/// <summary>
/// Opens client sockets and sends on them. Blocking for connect and send, which loopback answers at once; reads never
/// block.
/// </summary>
internal static unsafe class Connector
{
    /// <summary>
    /// A server with a full listen queue drops the first packet; the kernel sends it again after 1, 3 and 7 seconds.
    /// </summary>
    private const int ConnectLimitSeconds = 10;

    /// <summary>A connected socket's descriptor.</summary>
    /// <param name="source">
    /// The address to come from: one address has some 28,000 ports towards one server. Null: the kernel's choice.
    /// </param>
    /// <param name="receiveBuffer">Bytes; 0: the system's own.</param>
    /// <exception cref="LoadException">No connection; a sentence for whoever runs it.</exception>
    public static int Connect(IPEndPoint server, IPAddress? source, int receiveBuffer = 0)
    {
        var descriptor = Libc.Socket(Libc.AddressFamilyInternet, Libc.SocketStream | Libc.SocketCloseOnExec, 0);
        if (descriptor < 0)
        {
            throw new LoadException(Explain("socket", server, source));
        }

        try
        {
            Prepare(descriptor, source, receiveBuffer);
            var to = AddressOf(server);
            if (Libc.Connect(descriptor, &to, sizeof(Libc.SocketAddress)) < 0)
            {
                throw new LoadException(Explain("connect", server, source));
            }

            return descriptor;
        }
        catch
        {
            Libc.Close(descriptor);
            throw;
        }
    }

    /// <summary>False: the connection is gone, or takes nothing.</summary>
    public static bool TrySend(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint sent;
            fixed (byte* start = bytes)
            {
                sent = Libc.Send(descriptor, start, bytes.Length, Libc.MessageNoSignal);
            }

            if (sent <= 0)
            {
                return false;
            }

            bytes = bytes[(int)sent..];
        }

        return true;
    }

    /// <summary>Receives bytes, and returns their number; 0: the server has closed; -1: nothing is there now.</summary>
    public static int Receive(int descriptor, Span<byte> buffer)
    {
        nint got;
        fixed (byte* start = buffer)
        {
            got = Libc.Receive(descriptor, start, buffer.Length, Libc.MessageDontWait);
        }

        return got >= 0 ? (int)got : Marshal.GetLastPInvokeError() is Libc.ErrorAgain or Libc.ErrorInterrupted ? -1 : 0;
    }

    private static void Prepare(int descriptor, IPAddress? source, int receiveBuffer)
    {
        var yes = 1;
        Libc.SetSocketOption(descriptor, Libc.LevelTcp, Libc.TcpNoDelay, &yes, sizeof(int));
        var limit = stackalloc long[] { ConnectLimitSeconds, 0 };
        Libc.SetSocketOption(descriptor, Libc.LevelSocket, Libc.SocketSendTimeout, (int*)limit, 2 * sizeof(long));
        if (receiveBuffer > 0)
        {
            Libc.SetSocketOption(descriptor, Libc.LevelSocket, Libc.SocketReceiveBuffer, &receiveBuffer, sizeof(int));
        }

        if (source is not null)
        {
            var from = AddressOf(new IPEndPoint(source, 0));
            Libc.SetSocketOption(descriptor, Libc.LevelIp, Libc.IpBindAddressNoPort, &yes, sizeof(int));
            if (Libc.Bind(descriptor, &from, sizeof(Libc.SocketAddress)) < 0)
            {
                throw new LoadException(
                    $"This machine does not lend the address {source} to come from: "
                        + $"{Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    private static string Explain(string call, IPEndPoint server, IPAddress? source) =>
        Marshal.GetLastPInvokeError() switch
        {
            Libc.ErrorRefused => $"Nothing listens on {server}: start the server first, or say where it is",
            Libc.ErrorTooManyFiles =>
                "This process has no descriptors left: raise ulimit -n, "
                    + "or leave --clients out so that there are as many processes as it takes",
            Libc.ErrorTooManyFilesInSystem =>
                "The system has no descriptors left: raise fs.file-max; halley doctor says to what",
            Libc.ErrorNoBuffers or Libc.ErrorNoMemory =>
                "The kernel has no memory for more sockets: see net.ipv4.tcp_mem; halley doctor says what it should be",
            Libc.ErrorNoAddress =>
                $"No port is free{(source is null ? "" : $" on {source}")} towards {server}: wait a minute for closed "
                    + "connections to be forgotten, or widen net.ipv4.ip_local_port_range",
            Libc.ErrorAgain or Libc.ErrorInProgress or Libc.ErrorTimedOut =>
                $"{server} did not accept a connection within {ConnectLimitSeconds} s: is the server overloaded, "
                    + "or at its limit of descriptors?",
            _ => $"{call} to {server}: {Marshal.GetLastPInvokeErrorMessage()}",
        };

    private static Libc.SocketAddress AddressOf(IPEndPoint endPoint) => new()
    {
        Family = Libc.AddressFamilyInternet,
        Port = BinaryPrimitives.ReverseEndianness((ushort)endPoint.Port),
        Address = MemoryMarshal.Read<uint>(endPoint.Address.GetAddressBytes()),
    };
}
