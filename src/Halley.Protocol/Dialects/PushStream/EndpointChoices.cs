using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>The choices of an endpoint for one request, compiled; null where nobody chose. Any thread.</summary>
/// <param name="Time">Null for the header field, as the tag and the event's id.</param>
internal sealed record EndpointChoices(
    Expression? ChannelsPath,
    bool? StoreMessages,
    bool? AllowEvents,
    Expression? Time,
    Expression? Tag,
    Expression? EventId)
{
    /// <param name="options">Checked ones.</param>
    /// <exception cref="ArgumentException">They were not checked.</exception>
    public static EndpointChoices Of(ChoiceOptions options, Location location)
    {
        return new EndpointChoices(
            Parse(options.ChannelsPath),
            options.StoreMessages,
            options.AllowConnectionsToEventsChannel,
            Parse(options.LastReceivedMessageTime),
            Parse(options.LastReceivedMessageTag),
            Parse(options.LastEventId));

        Expression? Parse(string? text) => text is null ? null : Expression.Parse(text, location);
    }

    /// <summary>The same, but for what another one chooses.</summary>
    public EndpointChoices With(EndpointChoices other) => new(
        other.ChannelsPath ?? ChannelsPath,
        other.StoreMessages ?? StoreMessages,
        other.AllowEvents ?? AllowEvents,
        other.Time ?? Time,
        other.Tag ?? Tag,
        other.EventId ?? EventId);
}
