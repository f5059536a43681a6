using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>What an endpoint does for one request: some of it may be otherwise where a condition holds. Compiled once; any thread.</summary>
internal sealed record EndpointChoices
{
    public required Expression ChannelsPath { get; init; }

    public bool StoreMessages { get; init; }

    public bool AllowEvents { get; init; }

    /// <summary>Null for the header field.</summary>
    public Expression? Time { get; init; }

    /// <summary>Null for the header field.</summary>
    public Expression? Tag { get; init; }

    /// <summary>Null for the header field.</summary>
    public Expression? EventId { get; init; }

    /// <param name="options">Checked ones.</param>
    /// <exception cref="ArgumentException">They were not checked.</exception>
    public static (EndpointChoices Always, (Condition When, Func<EndpointChoices, EndpointChoices> Change)[] If) Compile(EndpointOptions options, Location location)
    {
        var always = new EndpointChoices
        {
            ChannelsPath = Parse(options.ChannelsPath)!,
            StoreMessages = options.StoreMessages,
            AllowEvents = options.AllowConnectionsToEventsChannel,
            Time = Parse(options.LastReceivedMessageTime),
            Tag = Parse(options.LastReceivedMessageTag),
            EventId = Parse(options.LastEventId),
        };
        return (always, [.. options.If.Select(conditional => (ParseCondition(conditional.When), ChangeOf(conditional)))]);

        Expression? Parse(string? text) => text is null ? null
            : Expression.TryParse(text, location, out var expression, out var error) ? expression
            : throw new ArgumentException(error, nameof(options));

        Condition ParseCondition(string text) => Condition.TryParse(text, location, out var condition, out var error)
            ? condition
            : throw new ArgumentException(error, nameof(options));

        Func<EndpointChoices, EndpointChoices> ChangeOf(ConditionalOptions conditional)
        {
            var (path, time, tag, eventId) = (Parse(conditional.ChannelsPath), Parse(conditional.LastReceivedMessageTime), Parse(conditional.LastReceivedMessageTag), Parse(conditional.LastEventId));
            return choices => choices with
            {
                ChannelsPath = path ?? choices.ChannelsPath,
                StoreMessages = conditional.StoreMessages ?? choices.StoreMessages,
                AllowEvents = conditional.AllowConnectionsToEventsChannel ?? choices.AllowEvents,
                Time = time ?? choices.Time,
                Tag = tag ?? choices.Tag,
                EventId = eventId ?? choices.EventId,
            };
        }
    }
}
