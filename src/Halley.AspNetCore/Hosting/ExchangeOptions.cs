using System.Net;
using Halley.Protocol.Access;
using Microsoft.AspNetCore.Http;

namespace Halley.AspNetCore.Hosting;

/// <summary>The rules for each request that comes in at one place.</summary>
/// <param name="MaxQueuedBytes">What may wait for a client that does not read, before it is let go.</param>
internal sealed record ExchangeOptions(int MaxQueuedBytes)
{
    /// <summary>Bytes that the client of a WebSocket may say at a time. Default 64 KiB.</summary>
    public int MaxMessageBytes { get; init; } = 64 << 10;

    /// <summary>The time that such a message may take to come whole. Default 60 seconds.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The proxies whose word about a client's address is taken. Default none: in an application
    /// ForwardedHeadersMiddleware has looked at that already.
    /// </summary>
    public TrustedProxies TrustedProxies { get; init; } = TrustedProxies.None;

    /// <summary>
    /// Whether handlers say what pages of other origins may read. Default no: the application does (RequireCors).
    /// </summary>
    public bool AnswersOrigins { get; init; }

    /// <summary>
    /// The address that requests come to, as operators know it. Default: that of the connection's own end.
    /// </summary>
    public EndPoint? Listener { get; init; }

    /// <summary>Finds the address that a request came to.</summary>
    public EndPoint ListenerOf(HttpContext context) => Listener ?? new IPEndPoint(
        context.Connection.LocalIpAddress is { } own && own.IsIPv4MappedToIPv6
            ? own.MapToIPv4()
            : context.Connection.LocalIpAddress ?? IPAddress.Any,
        Math.Max(0, context.Connection.LocalPort));
}
