using System.Buffers;
using Halley.Protocol.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Halley.AspNetCore.Hosting;

/// <summary>Receives bodies of requests: whole, in time, and no longer than they may be. Any thread.</summary>
/// <param name="timeout">The time that a body may take to arrive whole.</param>
internal sealed class BodyReceiver(Exchanges exchanges, TimeSpan timeout)
{
    private const int LeastRead = 4096;

    private static readonly RequestError TooSlow = new(
        "408 Request Timeout", "The body of the request has not come whole in time.");

    /// <summary>Whether a request may have a body. What both sides of a WebSocket say is none.</summary>
    public static bool HasBody(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true }
        && context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }
        && context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false };

    /// <summary>Receives the body of a request, where its client may come.</summary>
    /// <param name="most">The longest body that is taken, in bytes.</param>
    /// <returns>Whether the request can be handled; else it is answered.</returns>
    public async Task<bool> ReceiveAsync(HttpContext context, RawRequest request, HttpExchange exchange, int most)
    {
        // Who may not come is told so without its body.
        if (!await exchange.AdmitsBodyAsync().ConfigureAwait(false))
        {
            return true;
        }

        var error = context.Request.ContentLength > most
            ? RequestError.BodyTooLarge
            : await ReadAsync(context, request, most).ConfigureAwait(false);
        if (error is not null)
        {
            exchange.NoteError(error);
            await Exchanges.WriteAsync(context, error).ConfigureAwait(false);
        }

        return error is null;
    }

    private async Task<RequestError?> ReadAsync(HttpContext context, RawRequest request, int most)
    {
        using var late = new CancellationTokenSource(timeout, exchanges.Time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, late.Token);
        var body = new ArrayBufferWriter<byte>();
        var taken = 0;
        try
        {
            while (await context.Request.Body.ReadAsync(body.GetMemory(LeastRead), patience.Token).ConfigureAwait(false)
                is var count and > 0)
            {
                body.Advance(count);
                exchanges.Unfinished.Take(body.Capacity - taken);
                taken = body.Capacity;
                if (body.WrittenCount > most)
                {
                    return RequestError.BodyTooLarge;
                }

                if (exchanges.Unfinished.IsOver)
                {
                    return RequestError.NoRoom;
                }
            }

            request.Body = body.WrittenSpan.ToArray();
            return null;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return TooSlow;
        }
        finally
        {
            exchanges.Unfinished.Take(-taken);
        }
    }
}
