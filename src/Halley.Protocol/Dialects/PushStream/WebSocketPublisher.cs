using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>What clients of a WebSocket say is published to all the channels they subscribe to, where the endpoint allows it, and otherwise dropped.</summary>
internal sealed class WebSocketPublisher(ChannelDirectory channels, EndpointOptions endpoint, bool isStored) : IWebSocketReceiver
{
    // Clients of the original send frames without a mask, and are not told why they are let go.
    private static readonly WebSocketOptions Lenient = new() { TakesUnmasked = true, SaysWhy = false };

    /// <inheritdoc/>
    public WebSocketOptions Options => Lenient;

    /// <inheritdoc/>
    public void OnText(ReadOnlySpan<byte> text, IExchange exchange)
    {
        if (!endpoint.WebsocketAllowPublish || text.IsEmpty)
        {
            return;
        }

        if (text.Length > endpoint.MaxBodyBytes)
        {
            exchange.End(CloseCode.TooBig, "The message is longer than is taken here."u8);
            return;
        }

        byte[][] ids = [.. exchange.Channels.Distinct().Where(channel => !channels.IsEvents(channel.Name)).Select(channel => channel.Name.ToArray())];
        Completion.Tell(channels.Publish(ids, text.ToArray(), labels: null, isStored), exchange, static (status, exchange) =>
        {
            if (status != PublishStatus.Published)
            {
                exchange.End(CloseCode.TryAgainLater, "The memory for stored messages is full."u8);
            }
        });
    }
}
