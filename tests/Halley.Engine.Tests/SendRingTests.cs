using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Halley.Engine.Native;
using Socket = System.Net.Sockets.Socket;

namespace Halley.Engine.Tests;

/// <summary>Many sends with one system call, each with the result it would have had alone.</summary>
public sealed class SendRingTests : IDisposable
{
    private const int PieceLength = 1 << 20;
    private const int BrokenPipe = -32;
    private const int BadDescriptor = -9;

    private readonly nint _bytes = Marshal.AllocHGlobal(PieceLength);
    private readonly List<Socket> _sockets = [];

    [Fact]
    public void Every_send_has_a_result_of_its_own()
    {
        using var ring = Open(8);
        var (taking, receiver) = Connect();
        var (full, _) = Connect();
        var (ended, _) = Connect();
        ended.Shutdown(SocketShutdown.Send);

        Marshal.Copy("hello"u8.ToArray(), 0, _bytes, 5);
        ring.Add(Descriptor(full), _bytes, PieceLength);
        ring.Add(Descriptor(ended), _bytes, 5);
        ring.Add(-1, _bytes, 5);
        ring.Add(Descriptor(taking), _bytes, 5);
        ring.Submit();

        Assert.InRange(ring.ResultOf(0), 1, PieceLength - 1);
        Assert.Equal(BrokenPipe, ring.ResultOf(1));
        Assert.Equal(BadDescriptor, ring.ResultOf(2));
        Assert.Equal(5, ring.ResultOf(3));
        var received = new byte[16];
        Assert.Equal("hello"u8, received.AsSpan(0, receiver.Receive(received)));
    }

    [Fact]
    public void A_send_that_would_wait_is_refused_at_once()
    {
        using var ring = Open(8);
        var (full, _) = Connect();
        for (var sends = 0; sends < 100; sends++)
        {
            ring.Add(Descriptor(full), _bytes, PieceLength);
            ring.Submit();
            if (ring.ResultOf(0) < 0)
            {
                break;
            }
        }

        Assert.Equal(-Errno.TryAgain, ring.ResultOf(0));
    }

    [Fact]
    public void It_goes_round_and_loses_nothing()
    {
        using var ring = Open(8);
        var (sender, receiver) = Connect();
        var received = new byte[64];
        for (var round = 0; round < 100; round++)
        {
            for (var i = 0; i < 3; i++)
            {
                Marshal.WriteByte(_bytes, i, (byte)((3 * round) + i));
                ring.Add(Descriptor(sender), _bytes + i, 1);
            }

            ring.Submit();
            Assert.Equal([1, 1, 1], new[] { ring.ResultOf(0), ring.ResultOf(1), ring.ResultOf(2) });
            for (var got = 0; got < 3;)
            {
                got += receiver.Receive(received, got, 3 - got, SocketFlags.None);
            }

            Assert.Equal([(byte)(3 * round), (byte)((3 * round) + 1), (byte)((3 * round) + 2)], received[..3]);
        }
    }

    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        Marshal.FreeHGlobal(_bytes);
    }

    private static SendRing Open(int capacity)
    {
        var ring = SendRing.TryOpen(capacity);
        Assert.SkipWhen(ring is null, $"this system has no io_uring for us: {Errno.Describe(Errno.Last)}");
        return ring;
    }

    private static int Descriptor(Socket socket) => (int)socket.Handle;

    private (Socket Sender, Socket Receiver) Connect()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var receiver = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveBufferSize = 4096,
        };
        receiver.Connect(listener.LocalEndpoint);
        var sender = listener.AcceptSocket();
        sender.SendBufferSize = 4096;
        sender.NoDelay = true;
        _sockets.AddRange([sender, receiver]);
        return (sender, receiver);
    }
}
