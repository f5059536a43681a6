using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Halley.Chaos.Wire;

/// <summary>
/// Stands between subscribers and one address of a server, and lets their connections fail. Any thread.
/// </summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private const int Backlog = 4096;

    private readonly IPEndPoint _target;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<FaultyConnection, bool> _connections = new();
    private readonly Task _accepting;

    public FaultyProxy(IPEndPoint target)
    {
        _target = target;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(Backlog);
        Address = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    /// <summary>The address for subscribers.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Does something to some of the connections that there are now.</summary>
    public void Inflict(FaultKind fault, Random dice)
    {
        var most = dice.Next(1, 4);
        foreach (var connection in _connections.Keys)
        {
            if (dice.Next(4) < most)
            {
                connection.Inflict(fault, dice);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        foreach (var connection in _connections.Keys)
        {
            connection.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync().ConfigureAwait(false));
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var connection = new FaultyConnection(client);
        _connections[connection] = true;
        try
        {
            await connection.RunAsync(_target).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // Either side has gone.
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }
}
