using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// What clients of a WebSocket say is published to all the channels they subscribe to, where the endpoint allows it,
/// and otherwise dropped.
/// </summary>
internal sealed class WebSocketPublisher(
    ChannelDirectory channels, EndpointOptions endpoint, bool isStored) : IWebSocketReceiver
{
    /// <inheritdoc/>
    /// <remarks>Clients of the original are not told why they are let go.</remarks>
    public WebSocketOptions Options { get; } = new()
    {
        TakesUnmasked = endpoint.WebsocketAllowUnmasked,
        SaysWhy = false,
        Publishes = endpoint.WebsocketAllowPublish,
        MaxMessageBytes = endpoint.MaxBodyBytes,
        MaxHeardBytes = endpoint.WebsocketAllowPublish ? int.MaxValue : 0,
    };

    /// <inheritdoc/>
    public void OnText(ReadOnlySpan<byte> text, IExchange exchange)
    {
        if (text.IsEmpty)
        {
            return;
        }

        byte[][] ids = [.. exchange.Channels
            .Distinct()
            .Where(channel => !channels.IsEvents(channel.Name))
            .Select(channel => channel.Name.ToArray())];
        Completion.Tell(channels.Publish(
            ids, text.ToArray(), labels: null, isStored), exchange, static (status, exchange) =>
        {
            if (status != PublishStatus.Published)
            {
                exchange.End(CloseCode.TryAgainLater, "The memory for stored messages is full."u8);
            }
        });
    }
}
