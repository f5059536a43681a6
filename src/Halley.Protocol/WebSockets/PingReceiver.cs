namespace Halley.Protocol.WebSockets;

/// <summary>
/// Answers what a subscriber may say over <c>/ws</c>: <c>ping</c>, and it is told <c>{"type":"pong"}</c>. Scripts in a
/// page cannot send the protocol's own ping, and without one a dead connection is noticed only when a noop is missed.
/// Anything else is ignored.
/// </summary>
internal sealed class PingReceiver : IWebSocketReceiver
{
    private static readonly WebSocketOptions HearsPing = new() { MaxHeardBytes = "ping"u8.Length };

    public static PingReceiver Instance { get; } = new();

    /// <inheritdoc/>
    public WebSocketOptions Options => HearsPing;

    /// <inheritdoc/>
    public void OnText(ReadOnlySpan<byte> text, IExchange exchange)
    {
        if (text.SequenceEqual("ping"u8))
        {
            var output = exchange.Add(out var framing);
            var piece = framing.Begin(output);
            output.Write("{\"type\":\"pong\"}"u8);
            framing.End(output, piece);
        }
    }
}
