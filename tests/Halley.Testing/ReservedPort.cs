using System.Net;
using System.Net.Sockets;

namespace Halley.Testing;

/// <summary>
/// A port of the loopback that the kernel chose, kept for one server. The socket here is bound but never listens: the
/// kernel then gives the port to nobody else, while a server may still listen there, again and again.
/// </summary>
public sealed class ReservedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ReservedPort()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        Number = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public int Number { get; }

    public IPEndPoint OnLoopback => new(IPAddress.Loopback, Number);

    public void Dispose() => _socket.Dispose();
}
