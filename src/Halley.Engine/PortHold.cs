using System.Net;
using Halley.Engine.Native;

namespace Halley.Engine;

/// <summary>
/// Holds a port for several processes of this server that listen on it: nobody else can take it, also while none of
/// them listens. Only processes of the same user can share it.
/// </summary>
public sealed class PortHold : IDisposable
{
    private readonly int _fd;

    /// <param name="endPoint">Port 0 takes a free one.</param>
    /// <param name="isIPv6Only">Whether [::] takes IPv6 alone.</param>
    /// <exception cref="ListenException">Another program uses it, or it cannot be had.</exception>
    public PortHold(IPEndPoint endPoint, bool isIPv6Only = false)
    {
        EndPoint = Engine.FindFree(endPoint, isIPv6Only);
        _fd = Engine.Bind(EndPoint, sharesPort: true, isIPv6Only);
    }

    /// <summary>The address that is held, with the port that the kernel chose where 0 was asked for.</summary>
    public IPEndPoint EndPoint { get; }

    public void Dispose() => Socket.Close(_fd);
}
