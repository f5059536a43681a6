using Halley.Protocol;
using Halley.Protocol.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Halley.AspNetCore.Hosting;

/// <summary>
/// Takes what is written to an exchange to its client, and what a WebSocket's client says to the exchange.
/// </summary>
internal static class HttpExchangePump
{
    private const int ReadBytes = 4096;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(HttpExchange exchange, HttpContext context)
    {
        await using var gone = context.RequestAborted.UnsafeRegister(
            static exchange => ((HttpExchange)exchange!).LeaveUnlessHeard(), exchange).ConfigureAwait(false);
        exchange.Begin();
        await exchange.Answered.ConfigureAwait(false);
        if (exchange.IsLeftToApplication)
        {
            return;
        }

        if (exchange.Head is not { } head)
        {
            context.Abort();
            return;
        }

        var features = context.Features;
        try
        {
            if (head.IsWebSocket)
            {
                await SocketAsync(exchange, head, context).ConfigureAwait(false);
                return;
            }

            if (exchange.EndsConnection)
            {
                context.Connection.RequestClose();
            }

            Write(head, context.Response);
            if (head.IsLast && HttpProtocol.IsHttp11(context.Request.Protocol))
            {
                context.Response.Headers.Connection = "close";
            }

            features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
            if (head.Length is null)
            {
                // The first piece may be long in coming, and a response that is started only is not sent.
                await context.Response.Body.FlushAsync().ConfigureAwait(false);
            }

            await SendAsync(exchange, context.Response.Body, HttpMethods.IsHead(context.Request.Method))
                .ConfigureAwait(false);
            if (exchange.Head!.IsCut)
            {
                context.Abort();
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            exchange.Leave();
            context.Abort();
        }
    }

    private static void Write(Answer head, HttpResponse response)
    {
        response.StatusCode = head.Status;
        response.HttpContext.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = head.Phrase;
        foreach (var (name, value) in head.Fields)
        {
            response.Headers.Append(name, value);
        }

        if (head.Length is { } length && head.Status is not (204 or 304))
        {
            response.ContentLength = length;
        }
    }

    private static async Task SendAsync(HttpExchange exchange, Stream body, bool isHead)
    {
        while (await exchange.Pieces.TakeAsync().ConfigureAwait(false) is { } pieces)
        {
            // A method of its own, so that nothing is kept of them while the next ones are waited for.
            await SendAsync(exchange, pieces, body, isHead).ConfigureAwait(false);
        }
    }

    private static async Task SendAsync(HttpExchange exchange, List<Piece> pieces, Stream body, bool isHead)
    {
        try
        {
            var writing = WriteAsync(pieces, body, isHead);
            if (!writing.IsCompleted)
            {
                exchange.Block();
            }

            await writing.ConfigureAwait(false);
        }
        finally
        {
            pieces.ForEach(exchange.Sent);
        }
    }

    // Completes at once, unless the client has left unread as much as the server keeps for it.
    private static async Task WriteAsync(List<Piece> pieces, Stream body, bool isHead)
    {
        for (var i = 0; i < pieces.Count && !isHead; i++)
        {
            await body.WriteAsync(pieces[i].Bytes).ConfigureAwait(false);
        }

        await body.FlushAsync().ConfigureAwait(false);
    }

    private static async Task SocketAsync(HttpExchange exchange, Answer head, HttpContext context)
    {
        var connect = context.Features.Get<IHttpExtendedConnectFeature>();
        var isConnect = connect is { IsExtendedConnect: true };
        foreach (var (name, value) in head.Fields)
        {
            // Over HTTP/2 a 200 says it, without these.
            if (!isConnect || !(name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Sec-WebSocket-Accept", StringComparison.OrdinalIgnoreCase)))
            {
                context.Response.Headers.Append(name, value);
            }
        }

        var stream = isConnect
            ? await connect!.AcceptAsync().ConfigureAwait(false)
            : await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync().ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var whole = new CancellationTokenSource();
            var listening = ListenAsync(exchange, head, stream, whole.Token);
            try
            {
                await SendAsync(exchange, stream, isHead: false).ConfigureAwait(false);
            }
            finally
            {
                // Nothing more is heard from a client that was told the end.
                await whole.CancelAsync().ConfigureAwait(false);
                await listening.ConfigureAwait(false);
            }
        }
    }

    // Also a client that has gone is heard to its last word.
    private static async Task ListenAsync(
        HttpExchange exchange, Answer head, Stream stream, CancellationToken cancellation)
    {
        var message = new ByteBuffer();
        var reader = new MessageReader(message, new ByteBuffer());
        var bytes = new byte[ReadBytes];
        var unfinished = 0;
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, exchange.Time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            while (await stream.ReadAsync(bytes, patience.Token).ConfigureAwait(false) is var count and > 0)
            {
                var wasIdle = reader.IsIdle;
                if (!await HearAsync(exchange, reader, bytes.AsMemory(0, count), head.IsDeflateTaken, patience.Token)
                    .ConfigureAwait(false))
                {
                    break;
                }

                exchange.Unfinished.Take(message.Length - unfinished);
                unfinished = message.Length;
                if (unfinished > 0 && exchange.Unfinished.IsOver)
                {
                    exchange.RefuseMessages(
                        CloseCode.TryAgainLater,
                        "There is no room for messages that have not come whole. Send it again later.");
                    break;
                }

                // From a message's first byte on, and not again with each further one.
                if (wasIdle != reader.IsIdle)
                {
                    late.CancelAfter(wasIdle ? exchange.MessageTimeout : Timeout.InfiniteTimeSpan);
                }

                await exchange.UntilTakenAsync().WaitAsync(cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            exchange.RefuseMessages(CloseCode.PolicyViolation, "The message did not come whole in time.");
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            // The client has gone.
        }
        finally
        {
            exchange.Unfinished.Take(-unfinished);
        }

        exchange.Leave();
    }

    // What one client publishes and nobody has received yet lies in memory: while that is too much, it is not heard.
    // Nor is one whose answer is not held yet.
    private static async Task<bool> HearAsync(
        HttpExchange exchange,
        MessageReader reader,
        Memory<byte> bytes,
        bool isDeflateTaken,
        CancellationToken cancellation)
    {
        while (await exchange.HearAsync(reader, bytes, isDeflateTaken).ConfigureAwait(false) is { } heard)
        {
            bytes = bytes[heard..];
            if (bytes.IsEmpty)
            {
                return true;
            }

            await Task.Delay(BetweenLooks, cancellation).ConfigureAwait(false);
        }

        return false;
    }
}
