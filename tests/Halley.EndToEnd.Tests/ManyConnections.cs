using System.Net.Sockets;
using System.Text;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>Ten thousand at once: what the product is for.</summary>
public sealed class ManyConnections(
    ManyConnections.WideServer server) : ICometCase(server), IClassFixture<ManyConnections.WideServer>
{
    private const int Subscribers = 10_000;

    public sealed class WideServer() : SharedServer(new ICometConf { MaxSubscribersPerChannel = Subscribers });

    [Fact]
    public async Task Ten_thousand_subscribers_that_come_at_once_all_get_each_message_in_order()
    {
        var request = Encoding.ASCII.GetBytes("GET /stream?cname=all&seq=1 HTTP/1.0\r\n\r\n");
        var sockets =
            Enumerable.Range(0, Subscribers).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp)).ToList();
        try
        {
            await Task.WhenAll(sockets.Select(socket => SubscribeAsync(socket, request)));
            await UntilSubscribersAsync("all", Subscribers);
            string[] messages = ["one", "two", "three"];
            foreach (var message in messages)
            {
                await PushAsync("all", message);
            }

            var expected = string.Concat(
                messages.Select((message, i) => Message("data", "all", i + 1, message)).Select(line => line + "\n"));
            foreach (var socket in sockets)
            {
                Assert.Equal(expected, await ReadBodyAsync(socket, expected.Length));
            }
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private async Task SubscribeAsync(Socket socket, byte[] request)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        await socket.ConnectAsync(Server.Front, patience.Token);
        await socket.SendAsync(request, patience.Token);
    }

    // Of an HTTP/1.0 answer: what follows the empty line.
    private static async Task<string> ReadBodyAsync(Socket socket, int length)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        var buffer = new byte[1024];
        var text = new StringBuilder();
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, patience.Token);
            Assert.True(received > 0, $"The connection was closed after: {text}");
            text.Append(Encoding.UTF8.GetString(buffer, 0, received));
            var head = text.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head >= 0 && text.Length - head - 4 >= length)
            {
                return text.ToString()[(head + 4)..];
            }
        }
    }
}
