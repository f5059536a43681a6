using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Halley.Clients.Tests;

/// <summary>
/// Answers each GET with a status and, perhaps, a place to go, as it is told. Each connection has one request.
/// </summary>
public sealed class RedirectingServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, (int Status, string Location)> _answer;
    private int _questions;

    /// <param name="answer">
    /// From the path and query that are asked for to the status and the Location; "" for none.
    /// </param>
    public RedirectingServer(Func<string, (int Status, string Location)> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public string Address => $"http://{EndPoint}/";

    public int Questions => Volatile.Read(ref _questions);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (SocketException)
        {
            // Disposed: nobody comes any more.
        }
    }

    private async Task ServeAsync(TcpClient asker)
    {
        using (asker)
        {
            try
            {
                using var head = new StreamReader(asker.GetStream(), Encoding.Latin1);
                var first = await head.ReadLineAsync() ?? "";
                while (await head.ReadLineAsync() is { Length: > 0 })
                {
                    // The fields of the request say nothing here.
                }

                Interlocked.Increment(ref _questions);
                var (status, location) = _answer(first.Split(' ')[1]);
                var field = location.Length == 0 ? "" : $"LOCATION: {location}\r\n";
                var answer = $"HTTP/1.1 {status} So\r\n{field}Content-Length: 4\r\nConnection: close\r\n\r\ngone";
                await asker.GetStream().WriteAsync(Encoding.UTF8.GetBytes(answer));
            }
            catch (IOException)
            {
                // It went away, as clients do.
            }
        }
    }
}
