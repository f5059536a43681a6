using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Halley.Chaos.Clients.Sessions;

/// <summary>A publisher that is a client in Centrifugo's protocol, over a WebSocket.</summary>
internal sealed class SessionPublisher(HttpMessageInvoker http, IPEndPoint address, string target) : IPublisher
{
    private const int BufferSize = 4096;

    private readonly byte[] _buffer = new byte[BufferSize];
    private ClientWebSocket? _socket;
    private long _lastId;

    public async Task<bool> PublishAsync(string channel, string text)
    {
        using var patience = new CancellationTokenSource(RequestPublisher.Patience);
        try
        {
            var codec = JsonCodec.Instance;
            if (_socket is null)
            {
                _socket = new ClientWebSocket();
                await _socket.ConnectAsync(new Uri($"ws://{address}{target}"), http, patience.Token)
                    .ConfigureAwait(false);
                if (!await IsDoneAsync(codec.Connect(++_lastId), patience.Token).ConfigureAwait(false))
                {
                    Dispose();
                    return false;
                }
            }

            return await IsDoneAsync(codec.Publish(++_lastId, channel, text), patience.Token).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or SocketException
            or WebSocketException or OperationCanceledException or InvalidDataException)
        {
            Dispose();
            return false;
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private async Task<bool> IsDoneAsync(byte[] command, CancellationToken patience)
    {
        await SayAsync(command, patience).ConfigureAwait(false);
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket!.ReceiveAsync(_buffer.AsMemory(length), patience).ConfigureAwait(false);
                length += part.Count;
                if (part.MessageType == WebSocketMessageType.Close || length == BufferSize)
                {
                    throw new WebSocketException("The session has ended.");
                }
            }
            while (!part.EndOfMessage);

            foreach (var word in JsonCodec.Instance.Read(_buffer.AsSpan(0, length)))
            {
                if (word.Kind == WordKind.Ping)
                {
                    await SayAsync(JsonCodec.Instance.Pong, patience).ConfigureAwait(false);
                }
                else if (word.Id == _lastId)
                {
                    return word.Kind is WordKind.Connected or WordKind.Published;
                }
            }
        }
    }

    private async Task SayAsync(byte[] frame, CancellationToken patience) =>
        await _socket!.SendAsync(frame.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, patience)
            .ConfigureAwait(false);
}
