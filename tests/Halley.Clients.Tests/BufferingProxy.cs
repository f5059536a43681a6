using System.Net;
using System.Net.Sockets;

namespace Halley.Clients.Tests;

/// <summary>
/// Hands a request on, and the answer back once it is whole: what many a company's proxy does. Each connection has one
/// request.
/// </summary>
public sealed class BufferingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _behind;

    public BufferingProxy(IPEndPoint behind)
    {
        _behind = behind;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}/";

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
        using var behind = new TcpClient();
        using (asker)
        {
            try
            {
                await behind.ConnectAsync(_behind);
                var question = asker.GetStream().CopyToAsync(behind.GetStream());
                using var answer = new MemoryStream();
                await Task.WhenAny(question, behind.GetStream().CopyToAsync(answer)); // either side has gone
                await asker.GetStream().WriteAsync(answer.ToArray());
            }
            catch (IOException)
            {
                // One side went away, as clients do.
            }
            catch (SocketException)
            {
                // The server is not there.
            }
        }
    }
}
