using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Halley.Load.Tests;

/// <summary>
/// A server that follows a script: what it reads and sends on each connection, one connection after the other.
/// </summary>
internal sealed class ScriptedPeer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _running;
    private NetworkStream? _stream;

    /// <param name="scripts">One for each connection.</param>
    public ScriptedPeer(params Func<ScriptedPeer, Task>[] scripts)
    {
        _listener.Start();
        _running = Task.Run(async () =>
        {
            List<TcpClient> clients = [];
            foreach (var script in scripts)
            {
                clients.Add(await _listener.AcceptTcpClientAsync());
                _stream = clients[^1].GetStream();
                await script(this);
            }

            // Left open until the test is over: an end would be another script.
            await _isOver.Task;
            clients.ForEach(client => client.Dispose());
        });
    }

    private readonly TaskCompletionSource _isOver = new();

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Whether the script went wrong; to be looked at while waiting for it.</summary>
    public bool HasFailed => _running.IsFaulted;

    public static string Stream => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    public static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    /// <summary>Reads a request's head, or nothing but what a client of a WebSocket said.</summary>
    public async Task<string> ReadHead()
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await _stream!.ReadExactlyAsync(one).AsTask().WaitAsync(Patience);
            text.Append((char)one[0]);
        }

        return text.ToString();
    }

    /// <summary>Reads one masked frame of a client.</summary>
    public async Task<(int Kind, string Text)> ReadFrame()
    {
        var head = new byte[6];
        await _stream!.ReadExactlyAsync(head).AsTask().WaitAsync(Patience);
        var payload = new byte[head[1] & 0x7F];
        await _stream!.ReadExactlyAsync(payload).AsTask().WaitAsync(Patience);
        Assert.True((head[1] & 0x80) != 0, "a client masks");
        return (head[0], Encoding.UTF8.GetString([.. payload.Select((part, i) => (byte)(part ^ head[2 + (i % 4)]))]));
    }

    public async Task Send(string text) => await _stream!.WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends a frame; longer ones with a length of two bytes.</summary>
    public async Task SendFrame(int kind, string text) => await _stream!.WriteAsync((byte[])
    [
        (byte)kind,
        .. text.Length < 126 ? [(byte)text.Length] : (byte[])[126, (byte)(text.Length >> 8), (byte)text.Length],
        .. Encoding.UTF8.GetBytes(text),
    ]);

    public async Task AcceptWebSocket()
    {
        var head = await ReadHead();
        Assert.Contains("Upgrade: websocket\r\n", head, StringComparison.Ordinal);
        await Send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    }

    public void Close() => _stream!.Socket.Close();

    /// <exception cref="Xunit.Sdk.XunitException">The client said something else than the script wants.</exception>
    public void Dispose()
    {
        _isOver.SetResult();
        _listener.Stop();
        _running.Wait(Patience);
    }
}
