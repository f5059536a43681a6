using Halley.Protocol.Options;
using static Halley.Protocol.Options.Option<Halley.Protocol.Dialects.PushStream.ChoiceOptions>;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The options that may differ from request to request: chosen for an endpoint, and otherwise where a condition holds.
/// </summary>
public abstract class ChoiceOptions
{
    public static IReadOnlyList<Option<ChoiceOptions>> Table { get; } =
    [
        Expression(
            "channels_path",
            "An expression for the channels, separated by slashes. Each may have `.bN` behind it, for its N newest "
                + "messages.",
            o => o.ChannelsPath,
            (o, text) => o.ChannelsPath = text) with { Unset = "every endpoint needs it" },
        Switch(
            "store_messages",
            "Whether what is published here is kept for later subscribers.",
            o => o.StoreMessages,
            (o, isOn) => o.StoreMessages = isOn) with
        {
            Where = [.. PushStreamKinds.Publishers, "websocket"],
            Unset = "`false`",
        },
        Switch(
            "allow_connections_to_events_channel",
            "Whether the events channel may be subscribed to.",
            o => o.AllowConnectionsToEventsChannel,
            (o, isOn) => o.AllowConnectionsToEventsChannel = isOn) with
        {
            Where = PushStreamKinds.Subscribers,
            Unset = "`false`",
        },
        Expression(
            "last_received_message_time",
            "An expression for the time of the last message received.",
            o => o.LastReceivedMessageTime,
            (o, text) => o.LastReceivedMessageTime = text) with
        {
            Where = PushStreamKinds.Subscribers,
            Unset = "`$http_if_modified_since`",
        },
        Expression(
            "last_received_message_tag",
            "An expression for the tag of the last message received.",
            o => o.LastReceivedMessageTag,
            (o, text) => o.LastReceivedMessageTag = text) with
        {
            Where = PushStreamKinds.Subscribers,
            Unset = "`$http_if_none_match`",
        },
        Expression(
            "last_event_id",
            "An expression for the id of the last event received. At an event source, `lastEventId` in the query "
                + "comes next.",
            o => o.LastEventId,
            (o, text) => o.LastEventId = text) with
        {
            Where = PushStreamKinds.Subscribers,
            Unset = "`$http_last_event_id`",
        },
    ];

    public string? ChannelsPath { get; set; }

    public bool? StoreMessages { get; set; }

    public bool? AllowConnectionsToEventsChannel { get; set; }

    public string? LastReceivedMessageTime { get; set; }

    public string? LastReceivedMessageTag { get; set; }

    public string? LastEventId { get; set; }
}

/// <summary>
/// The options that differ at an endpoint for requests that meet a condition; null leaves an option as it is.
/// </summary>
public sealed class ConditionalOptions : ChoiceOptions
{
    /// <summary>See <see cref="Routing.Condition"/>.</summary>
    public string When { get; set; } = "";
}
