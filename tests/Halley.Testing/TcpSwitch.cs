using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Halley.Testing;

/// <summary>
/// An address that leads to one server, and then to another one; or that passes on only some of what the server says,
/// or does so slowly, or passes on nothing at all.
/// </summary>
public sealed class TcpSwitch : IDisposable
{
    private readonly ConcurrentDictionary<Connection, bool> _connections = new();
    private readonly int _port;
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _target;
    private bool _isSilent;
    private int _accepted;

    /// <param name="target">A port of this machine.</param>
    public TcpSwitch(int target)
    {
        _target = target;
        _listener.Start();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = Accept(_listener);
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

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

    /// <summary>
    /// What the server says is passed on a few bytes at a time, on the connections that there are now; without a pause
    /// at full speed again.
    /// </summary>
    public void Trickle(int bytes, TimeSpan pause)
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Slowness = pause == default ? null : (bytes, pause);
        }
    }

    /// <summary>
    /// Of what the server says next on each connection that there is now, half is passed on, and then it breaks.
    /// </summary>
    public void CutNextAnswer()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.IsCut = true;
        }
    }

    /// <summary>
    /// Nothing is passed on any more, in neither direction, and all connections stay: as if the other side had lost its
    /// power. New ones can still be made.
    /// </summary>
    public void FallSilent() => Volatile.Write(ref _isSilent, true);

    /// <summary>No connection can be made any more.</summary>
    public void Refuse() => _listener.Dispose();

    /// <summary>Passes everything on again, after <see cref="Refuse"/>; connections of before break.</summary>
    public void Restore()
    {
        Volatile.Write(ref _isSilent, false);
        SwitchTo(Volatile.Read(ref _target));
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Start();
        _ = Accept(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        SwitchTo(0);
    }

    private async Task Accept(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _accepted);
                _ = Serve(new Connection(client, () => Volatile.Read(ref _isSilent)));
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

    private sealed class Connection(TcpClient client, Func<bool> isSilent) : IDisposable
    {
        private readonly TcpClient _server = new();

        public byte[]? Swallowed { get; set; }

        public (int Bytes, TimeSpan Pause)? Slowness { get; set; }

        public bool IsCut { get; set; }

        public async Task Pass(int target)
        {
            client.NoDelay = _server.NoDelay = true;
            await _server.ConnectAsync(IPAddress.Loopback, target);
            await await Task.WhenAny(Copy(client, _server, PassAll), Copy(_server, client, Answer));
        }

        public void Dispose()
        {
            client.Dispose();
            _server.Dispose();
        }

        private async Task Copy(TcpClient from, TcpClient to, Func<NetworkStream, ReadOnlyMemory<byte>, Task> pass)
        {
            var buffer = new byte[64 * 1024];
            while (await from.GetStream().ReadAsync(buffer) is var count and > 0)
            {
                if (!isSilent())
                {
                    await pass(to.GetStream(), buffer.AsMemory(0, count));
                }
            }
        }

        private static Task PassAll(NetworkStream to, ReadOnlyMemory<byte> bytes) => to.WriteAsync(bytes).AsTask();

        private async Task Answer(NetworkStream to, ReadOnlyMemory<byte> bytes)
        {
            if (IsCut)
            {
                await to.WriteAsync(bytes[..(bytes.Length / 2)]);
                Dispose();
                return;
            }

            while (Slowness is var (some, pause) && bytes.Length > some)
            {
                await to.WriteAsync(bytes[..some]);
                bytes = bytes[some..];
                await Task.Delay(pause);
            }

            if (Swallowed is not { } text || bytes.Span.IndexOf(text) < 0)
            {
                await to.WriteAsync(bytes);
            }
        }
    }
}
