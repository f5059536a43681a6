namespace Halley.Protocol.WebSockets;

/// <summary>For endpoints whose clients have nothing to say: a text message is dropped.</summary>
internal sealed class DeafReceiver : IWebSocketReceiver
{
    private static readonly WebSocketOptions HearsNothing = new() { MaxHeardBytes = 0 };

    public static DeafReceiver Instance { get; } = new();

    /// <inheritdoc/>
    public WebSocketOptions Options => HearsNothing;

    /// <inheritdoc/>
    public void OnText(ReadOnlySpan<byte> text, IExchange exchange)
    {
    }
}
