using System.Net;
using System.Net.Sockets;
using Halley.Engine.Connections;

namespace Halley.Engine.Tests;

/// <summary>What waits for one client, without the engine around it.</summary>
public sealed class SendQueueTests
{
    [Fact]
    public async Task A_queue_that_is_never_empty_keeps_only_what_waits()
    {
        const int Piece = 64 * 1024;
        const int Waiting = 16;
        var token = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var receiver = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await receiver.ConnectAsync(listener.LocalEndpoint, token);
        using var sender = await listener.AcceptSocketAsync(token);
        sender.SendBufferSize = 4096;
        sender.Blocking = false;
        var queue = new SendQueue();
        var staging = new byte[64 * 1024];
        var received = new byte[Piece];
        var (written, read) = (0, 0);
        for (var i = 0; i < 200; i++)
        {
            for (; written - read < Waiting * Piece; written += 4)
            {
                BitConverter.TryWriteBytes(queue.Own.GetSpan(4), written);
                queue.Own.Advance(4);
                if (written % 4096 == 0)
                {
                    queue.Append(BitConverter.GetBytes(written += 4));
                }
            }

            for (var got = 0; got < Piece;)
            {
                Assert.Equal(SendStatus.Blocked, queue.Send((int)sender.Handle, staging));
                got += await receiver.ReceiveAsync(received.AsMemory(got), token);
            }

            for (var at = 0; at < Piece; at += 4, read += 4)
            {
                Assert.Equal(read, BitConverter.ToInt32(received, at));
            }

            Assert.True(queue.Own.Length <= 3 * Waiting * Piece, $"{queue.Own.Length} bytes are kept for {queue.Length} that wait");
        }
    }
}
