using System.Net;
using System.Net.WebSockets;
using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Clients.Sessions;

/// <summary>A subscriber whose session is a WebSocket.</summary>
internal sealed class SocketSession(
    HttpMessageInvoker http, SessionTransport transport, Hearing hearing, Func<IPEndPoint> address, TimeSpan silence)
    : Subscriber(hearing, address, silence)
{
    /// <inheritdoc/>
    protected override async Task ListenAsync(CancellationTokenSource silent)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(Target("ws", transport.Target), http, silent.Token).ConfigureAwait(false);
        var session = new SessionHearing(Hearing, transport);
        await SayAsync(socket, session.First, silent.Token).ConfigureAwait(false);
        var buffer = new byte[BufferSize];
        var length = 0;
        while (session.End is null)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), silent.Token).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            HasHeard(silent);
            length += part.Count;
            if (part.EndOfMessage)
            {
                session.Take(buffer.AsSpan(0, length));
                length = 0;
                if (session.TakeAnswer() is { } answer)
                {
                    await SayAsync(socket, answer, silent.Token).ConfigureAwait(false);
                }
            }

            buffer = Grown(buffer, length);
        }

        Refusal = session.IsRefused ? $"{session.End} for {transport.Name}" : Refusal;
    }

    private async Task SayAsync(ClientWebSocket socket, byte[] frame, CancellationToken silent) =>
        await socket.SendAsync(
            frame.AsMemory(),
            transport.IsBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text,
            endOfMessage: true,
            silent).ConfigureAwait(false);
}
