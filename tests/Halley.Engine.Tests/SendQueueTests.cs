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
        using var receiver = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveBufferSize = 4096,
        };
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

            Assert.True(
                queue.Own.Length <= 3 * Waiting * Piece,
                $"{queue.Own.Length} bytes are kept for {queue.Length} that wait");
        }
    }

    [Fact]
    public void What_others_have_is_sent_where_it_was_written()
    {
        var queue = new SendQueue();
        queue.Own.Write("a"u8);
        queue.Own.Share("BB"u8.ToArray());
        queue.Own.Share("CCC"u8.ToArray());
        queue.Own.Write("d"u8);
        queue.Append("EEEE"u8.ToArray());
        queue.Own.Share("F"u8.ToArray());
        Assert.Equal(12, queue.Length);
        Assert.Equal("aBBCCCdEEEEF"u8, queue.FirstPiece(new byte[64]));
        Assert.Equal(12, queue.Length);

        Assert.Equal(SendStatus.Blocked, queue.OnSent(5, 12));
        queue.Own.Write("g"u8);
        queue.Own.Share("HH"u8.ToArray());

        Assert.Equal(10, queue.Length);
        Assert.Equal("CdEEEEFgHH"u8, queue.FirstPiece(new byte[64]));
    }
}
