using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Halley.Browser.Tests;

/// <summary>
/// Somebody's web site, on a port of its own: serves this project's pages, and hands what is asked for under /icomet/
/// on to the server behind it as nginx does: HTTP/1.0, one connection for each request.
/// </summary>
public sealed class WebSite : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _behind;

    public WebSite(IPEndPoint behind)
    {
        _behind = behind;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

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
            // Disposed: the site is closed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var target = await ReadTargetAsync(stream);
                if (target.StartsWith("/icomet/", StringComparison.Ordinal))
                {
                    await PassOnAsync(target["/icomet".Length..], stream);
                }
                else
                {
                    await SendPageAsync(target.Split('?')[0].TrimStart('/'), stream);
                }
            }
            catch (IOException)
            {
                // One side went away, as browsers do.
            }
        }
    }

    private static async Task<string> ReadTargetAsync(NetworkStream stream)
    {
        var head = "";
        var buffer = new byte[4096];
        while (!head.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer);
            if (count == 0)
            {
                throw new EndOfStreamException();
            }

            head += Encoding.ASCII.GetString(buffer.AsSpan(0, count));
        }

        return head.Split(' ')[1];
    }

    private async Task PassOnAsync(string target, NetworkStream browser)
    {
        using var server = new TcpClient();
        await server.ConnectAsync(_behind);
        var stream = server.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"GET {target} HTTP/1.0\r\nHost: {_behind}\r\nConnection: close\r\n\r\n"));
        await stream.CopyToAsync(browser);
    }

    private static async Task SendPageAsync(string name, NetworkStream browser)
    {
        using var page = typeof(WebSite).Assembly.GetManifestResourceStream(name);
        var status = page is null ? "404 Not Found" : "200 OK";
        await browser.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {page?.Length ?? 0}\r\n"
                + "Connection: close\r\n\r\n"));
        await (page?.CopyToAsync(browser) ?? Task.CompletedTask);
    }
}
