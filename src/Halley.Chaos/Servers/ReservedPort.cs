using System.Net;
using System.Net.Sockets;

namespace Halley.Chaos.Servers;

/// <summary>
/// A port of this machine that the kernel gives to nobody else meanwhile: a server may listen there, again and again.
/// </summary>
internal sealed class ReservedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ReservedPort()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        Address = new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)_socket.LocalEndPoint!).Port);
    }

    public IPEndPoint Address { get; }

    public void Dispose() => _socket.Dispose();
}
