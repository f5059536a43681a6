using System.Net;
using Halley.Protocol;
using Halley.Protocol.Access;

namespace Halley.Engine;

/// <summary>An address to listen on, its handler, and the limits of its requests.</summary>
/// <param name="EndPoint">
/// The address: an <see cref="IPEndPoint"/>, whose port 0 takes a free one, or a <see cref="UnixEndPoint"/>.
/// </param>
/// <param name="Handler">Answers the requests that come in here.</param>
public sealed record ListenerOptions(EndPoint EndPoint, IRequestHandler Handler)
{
    /// <summary>The longest request line and header together, in bytes. Default 64 KiB.</summary>
    public int MaxRequestHeadBytes { get; init; } = 64 * 1024;

    /// <summary>The longest request body, in bytes. Default 64 KiB.</summary>
    public int MaxRequestBodyBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// Whether a request of HTTP/1.1 must name its host, as the RFC has it; iComet did not ask for that. Default yes.
    /// </summary>
    public bool RequiresHost { get; init; } = true;

    /// <summary>The proxies that are believed about their clients' addresses. Default: none.</summary>
    public TrustedProxies TrustedProxies { get; init; } = TrustedProxies.None;

    /// <summary>
    /// The same as <see cref="EngineOptions.TcpKeepAlive"/>, for this address alone. Default: as there.
    /// </summary>
    public TimeSpan? TcpKeepAlive { get; init; }

    /// <summary>Whether [::] takes IPv6 alone, and leaves IPv4 to others. Default no.</summary>
    public bool IsIPv6Only { get; init; }

    /// <summary>
    /// Whether other processes of this server listen on the same port; one of them holds it with a
    /// <see cref="PortHold"/>. Default no.
    /// </summary>
    public bool SharesPort { get; init; }

    /// <summary>
    /// Whether connections are taken here even when <see cref="EngineOptions.MaxConnections"/> are open: publishers
    /// must get through. Neither does draining stop them. Default no.
    /// </summary>
    public bool MayUseReserve { get; init; }
}
