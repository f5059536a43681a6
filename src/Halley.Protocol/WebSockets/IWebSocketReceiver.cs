namespace Halley.Protocol.WebSockets;

/// <summary>
/// The receiver of the messages of an endpoint's clients. One serves them all, on all threads, and keeps nothing of a
/// client: what it needs to know it asks the exchange. Called on the exchange's dispatcher; must not block and must not
/// throw. The bytes are gone when it returns.
/// </summary>
public interface IWebSocketReceiver
{
    WebSocketOptions Options => WebSocketOptions.Default;

    /// <param name="text">A whole message; UTF-8, checked.</param>
    void OnText(ReadOnlySpan<byte> text, IExchange exchange);

    /// <summary>A whole message. Not called unless the options take binary ones.</summary>
    void OnBinary(ReadOnlySpan<byte> bytes, IExchange exchange)
    {
    }
}
