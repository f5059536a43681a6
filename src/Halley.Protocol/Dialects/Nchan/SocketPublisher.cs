using System.Text;
using Halley.Protocol.Clients;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// Publishes what clients of a WebSocket say to the channels they subscribe to, where their location is a pubsub one;
/// elsewhere it ends the connection. It does so too where the backend has to see every message first, or publishers
/// have channels of their own: that is done with POST alone.
/// </summary>
internal sealed class SocketPublisher : IWebSocketReceiver
{
    private readonly NchanChannels _channels;
    private readonly Retention _retention;
    private readonly GroupLimits _usual;
    private readonly MessageLabels? _textLabels;
    private readonly MessageLabels _binaryLabels;

    public SocketPublisher(NchanOptions options, NchanChannels channels)
    {
        _channels = channels;
        _retention = PublisherEndpoint.RetentionOf(options);
        _usual = GroupLimits.Usual(options);
        var name = PublisherEndpoint.EventOf(options);
        _textLabels = name is null ? null : new MessageLabels(null, name, null);
        _binaryLabels = new MessageLabels(null, name, "application/octet-stream"u8.ToArray());
        var isAllowed = options.Kind == NchanKind.Pubsub
            && options.PublisherUpstreamRequest.Length == 0
            && options.PublisherChannelId.Count + options.SubscriberChannelId.Count == 0;
        Options = new()
        {
            TakesBinary = true,
            Publishes = isAllowed,
            MaxMessageBytes = options.MaxBodyBytes,
            Refusal = isAllowed ? null : "Nothing can be published here by WebSocket."u8.ToArray(),
        };
    }

    /// <inheritdoc/>
    public WebSocketOptions Options { get; }

    /// <inheritdoc/>
    public void OnText(ReadOnlySpan<byte> text, IExchange exchange) => Publish(text, _textLabels, exchange);

    /// <inheritdoc/>
    public void OnBinary(ReadOnlySpan<byte> bytes, IExchange exchange) => Publish(bytes, _binaryLabels, exchange);

    private void Publish(ReadOnlySpan<byte> content, MessageLabels? labels, IExchange exchange)
    {
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

        var publication = new Publication(content.ToArray()) { Labels = labels, Retention = _retention };
        var names = exchange.Channels.Select(channel => channel.Name.ToArray()).ToList();
        Completion.Tell(_channels.Publish(names, publication, _usual), exchange, static (published, exchange) =>
        {
            if (published.Refusal is { } refusal)
            {
                exchange.End(CloseCode.TryAgainLater, Encoding.UTF8.GetBytes(refusal.Sentence!));
            }
        });
    }
}
