using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Halley.Redis.Tests;

/// <summary>
/// An address that leads to one server, and then to another one; or that passes on only some of what the server says.
/// </summary>
internal sealed class TcpSwitch : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Connection, bool> _connections = new();
    private int _target;
    private int _accepted;

    /// <param name="target">A port of this machine.</param>
    public TcpSwitch(int target)
    {
        _target = target;
        _listener.Start();
        _ = Accept();
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>How many connections were ever made.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Leads elsewhere from now on; all connections that there are break.</summary>
    public void SwitchTo(int target)
    {
        Volatile.Write(ref _target, target);
        foreach (var connection in _connections.Keys)
        {
            connection.Dispose();
        }
    }

    /// <summary>
    /// The connections that there are now, and no others, stay, and pass on nothing from the server in which this text
    /// is.
    /// </summary>
    public void Swallow(string text)
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Swallowed = Encoding.UTF8.GetBytes(text);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        SwitchTo(0);
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _accepted);
                _ = Serve(new Connection(client));
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task Serve(Connection connection)
    {
        _connections[connection] = true;
        try
        {
            await connection.Pass(Volatile.Read(ref _target));
        }
        catch (Exception broken) when (broken is SocketException or IOException or ObjectDisposedException)
        {
            // Either side has gone.
        }
        finally
        {
            _connections.TryRemove(connection, out _);
            connection.Dispose();
        }
    }

    private sealed class Connection(TcpClient client) : IDisposable
    {
        private readonly TcpClient _server = new();

        public byte[]? Swallowed { get; set; }

        public async Task Pass(int target)
        {
            client.NoDelay = _server.NoDelay = true;
            await _server.ConnectAsync(IPAddress.Loopback, target);
            await await Task.WhenAny(Copy(client, _server, () => null), Copy(_server, client, () => Swallowed));
        }

        public void Dispose()
        {
            client.Dispose();
            _server.Dispose();
        }

        private static async Task Copy(TcpClient from, TcpClient to, Func<byte[]?> swallowed)
        {
            var buffer = new byte[64 * 1024];
            while (await from.GetStream().ReadAsync(buffer) is var count and > 0)
            {
                if (swallowed() is not { } text || buffer.AsSpan(0, count).IndexOf(text) < 0)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
                }
            }
        }
    }
}
