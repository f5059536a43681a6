using System.Text;
using Halley.Protocol.Clients;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// Publishes what clients of a WebSocket say to all the channels they subscribe to, where the endpoint allows it;
/// otherwise it is dropped.
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

        if (exchange.Client is { MayPublish: false })
        {
            exchange.End(CloseCode.PolicyViolation, "You may listen here, and not publish."u8);
            return;
        }

        if (exchange.Client?.TryPublish() == false)
        {
            exchange.End(CloseCode.TryAgainLater, Encoding.UTF8.GetBytes(Admission.TooOften));
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
