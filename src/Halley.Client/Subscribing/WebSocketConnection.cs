using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;

namespace Halley.Client.Subscribing;

/// <summary>A connection as a WebSocket: one message of it is one object.</summary>
internal sealed class WebSocketConnection : IConnection
{
    private const int ReadBytes = 16 * 1024;
    private const int MostKeptBytes = 1 << 20;

    private readonly ClientWebSocket _socket;
    private readonly Patience _patience;
    private readonly int _maxMessageBytes;
    private ArrayBufferWriter<byte> _message = new();

    private WebSocketConnection(ClientWebSocket socket, Patience patience, int maxMessageBytes)
    {
        _socket = socket;
        _patience = patience;
        _maxMessageBytes = maxMessageBytes;
    }

    public TimeSpan Retry => Timeout.InfiniteTimeSpan;

    /// <param name="address">Of http or https.</param>
    /// <exception cref="HalleyException">The subscriber is refused for good.</exception>
    /// <exception cref="Exception">No connection came about.</exception>
    public static async Task<WebSocketConnection> OpenAsync(
        HttpClient http, Uri address, Patience patience, TimeProvider time, int maxMessageBytes)
    {
        var isSecure = address.Scheme == Uri.UriSchemeHttps;
        var own = new UriBuilder(address) { Scheme = isSecure ? Uri.UriSchemeWss : Uri.UriSchemeWs };
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        patience.Begin();
        try
        {
            await socket.ConnectAsync(own.Uri, http, patience.Token).ConfigureAwait(false);
            return new WebSocketConnection(socket, patience, maxMessageBytes);
        }
        catch (WebSocketException) when (socket.HttpStatusCode is not (0 or HttpStatusCode.SwitchingProtocols))
        {
            var refusal = Refusal.Of(socket.HttpStatusCode, RetryAfterOf(socket, time));
            socket.Dispose();
            throw refusal;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async Task<WireEvent?> ReadAsync()
    {
        if (_message.Capacity > MostKeptBytes)
        {
            _message = new ArrayBufferWriter<byte>();
        }

        _message.ResetWrittenCount();
        while (true)
        {
            _patience.Begin();
            var read = await _socket.ReceiveAsync(_message.GetMemory(ReadBytes), _patience.Token)
                .ConfigureAwait(false);
            _patience.Hear();
            if (read.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            _message.Advance(read.Count);
            if (_message.WrittenCount > _maxMessageBytes)
            {
                throw TooLarge.Of(_maxMessageBytes);
            }

            if (read.EndOfMessage)
            {
                return WireJson.Read(_message.WrittenSpan);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static TimeSpan? RetryAfterOf(ClientWebSocket socket, TimeProvider time) =>
        socket.HttpResponseHeaders?.FirstOrDefault(
            field => field.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault()
            is { } text && RetryConditionHeaderValue.TryParse(text, out var field)
            ? RetryAfterField.Read(field, time)
            : null;
}
