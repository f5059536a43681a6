using System.Net;
using Halley.AspNetCore.Hosting;
using Halley.Engine;
using Halley.Protocol.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Halley.Server.Tls;

/// <summary>
/// The application of one listener: for each request it looks whether there is room, and has it answered.
/// </summary>
/// <param name="requests">Those under way, by address, of all listeners.</param>
/// <param name="requestTimeout">The time that a body may take to arrive whole.</param>
internal sealed class TlsApplication(
    ListenerOptions listener,
    Exchanges exchanges,
    ExchangeOptions options,
    AddressShares requests,
    TimeSpan requestTimeout) : IHttpApplication<HttpContext>
{
    private readonly BodyReceiver _bodies = new(exchanges, requestTimeout);
    private Holding _holds = new(listener, options);

    private static readonly RequestError TooMany = new(
        "503 Service Unavailable", "There are too many requests at a time (tls.max_requests). Come again later.");

    /// <summary>Has requests that come from now on be handled by other options. Any thread.</summary>
    public void Change(ListenerOptions listener, ExchangeOptions options) =>
        Volatile.Write(ref _holds, new Holding(listener, options));

    /// <inheritdoc/>
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    /// <inheritdoc/>
    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    /// <inheritdoc/>
    public async Task ProcessRequestAsync(HttpContext context)
    {
        context.Features.Get<Newcomer>()?.Done();
        var (listener, options) = Volatile.Read(ref _holds);
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (!requests.TryTake(address, listener.TrustedProxies, out var share))
        {
            context.Response.Headers.RetryAfter = "10";
            await exchanges.RefuseAsync(context, TooMany, options).ConfigureAwait(false);
            return;
        }

        try
        {
            await exchanges.ServeAsync(context, listener.Handler, options, _bodies, listener.MaxRequestBodyBytes)
                .ConfigureAwait(false);
        }
        finally
        {
            requests.GiveBack(share);
        }
    }

    private sealed record Holding(ListenerOptions Listener, ExchangeOptions Options);
}
