using Halley.Protocol.Options;
using static Halley.Protocol.Dialects.Nchan.NchanKinds;
using static Halley.Protocol.Options.Option<Halley.Protocol.Dialects.Nchan.NchanOptions>;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>The options of a location. Their names are those of nchan's directives, but for a few of ours.</summary>
public static class NchanTable
{
    private const int MostBuffered = 10_000_000;

    public static IReadOnlyList<Option<NchanOptions>> All { get; } =
    [
        .. WhoIsServed,
        .. Messages,
        .. Subscribing,
        .. Browsers,
        .. Limits,
        .. Backends,
        Size(
            "max_body",
            "The longest body, or message over a WebSocket, that is taken; 413 beyond.",
            o => o.MaxBodyBytes,
            (o, size) => o.MaxBodyBytes = size) with { IsOurs = true },
    ];

    /// <summary>
    /// The options for a group's limits. At the group's location, where a POST says it; elsewhere, numbers.
    /// </summary>
    internal static IEnumerable<Option<NchanOptions>> Limits =>
    [
        Expression(
            "nchan_group_max_channels",
            "How many channels a group may have. At its own location, an expression for what a POST sets; "
                + "elsewhere, the number that holds until then.",
            o => NoneIfEmpty(o.GroupMaxChannels),
            (o, text) => o.GroupMaxChannels = text),
        Expression(
            "nchan_group_max_subscribers",
            "The same for subscribers.",
            o => NoneIfEmpty(o.GroupMaxSubscribers),
            (o, text) => o.GroupMaxSubscribers = text),
        Expression(
            "nchan_group_max_messages",
            "The same for stored messages.",
            o => NoneIfEmpty(o.GroupMaxMessages),
            (o, text) => o.GroupMaxMessages = text),
        Expression(
            "nchan_group_max_messages_memory",
            "The same for bytes of stored messages.",
            o => NoneIfEmpty(o.GroupMaxMessagesMemory),
            (o, text) => o.GroupMaxMessagesMemory = text),
    ];

    private static IEnumerable<Option<NchanOptions>> WhoIsServed =>
    [
        Word(
            "nchan_subscriber",
            [.. NchanTransports.Names.Keys],
            "The transports that a subscriber may ask for.",
            null!,
            (o, word) => o.Allow(NchanTransports.Names[word])) with
        {
            Get = o =>
                [.. NchanTransports.Names.Where(pair => o.Transports.HasFlag(pair.Value)).Select(pair => pair.Key)],
            Where = Subscribers,
            IsList = true,
        },
        Word(
            "nchan_publisher",
            ["http", "websocket"],
            "Whether POST and PUT publish. With `websocket`, at a pubsub location, WebSockets alone do.",
            o => o.PublishesByHttp ? "http" : "websocket",
            (o, word) => o.PublishesByHttp = word == "http") with { Where = Publishers },
        List("nchan_channel_id", ValueKind.Expression, "Expressions for the channels.", o => o.ChannelId) with
        {
            Where = OfChannels,
            OtherNames = ["nchan_pubsub_channel_id"],
        },
        List(
            "nchan_publisher_channel_id",
            ValueKind.Expression,
            "The same for publishers.",
            o => o.PublisherChannelId) with
        {
            Where = Publishers,
            Unset = "`nchan_channel_id`",
            OtherNames = ["nchan_pub_channel_id"],
        },
        List(
            "nchan_subscriber_channel_id",
            ValueKind.Expression,
            "The same for subscribers.",
            o => o.SubscriberChannelId) with
        {
            Where = Subscribers,
            Unset = "`nchan_channel_id`",
            OtherNames = ["nchan_sub_channel_id"],
        },
        Text(
            "nchan_channel_id_split_delimiter",
            "What separates several channels in one value.",
            o => NoneIfEmpty(o.ChannelIdSplitDelimiter),
            (o, text) => o.ChannelIdSplitDelimiter = text) with { Where = OfChannels },
        Number(
            "nchan_max_channel_id_length",
            "Bytes that the id of a channel may have, with its group; 403 beyond.",
            o => o.MaxChannelIdLength,
            (o, number) => o.MaxChannelIdLength = number) with
        {
            Where = OfChannels,
            OtherNames = ["push_max_channel_id_length"],
        },
        Expression(
            "nchan_channel_group",
            "An expression for the group of the channels.",
            o => NoneIfEmpty(o.ChannelGroup),
            (o, text) => o.ChannelGroup = text) with { OtherNames = ["push_channel_group"] },
    ];

    private static IEnumerable<Option<NchanOptions>> Messages =>
    [
        NumberOrZero(
            "nchan_message_buffer_length",
            "How many messages a channel keeps.",
            o => o.MessageBufferLength,
            (o, number) => o.MessageBufferLength = number) with
        {
            Where = Publishers,
            Wants = $"0 to {MostBuffered}",
            Check = text => Values.TryParseNumber(text, out var number) && number <= MostBuffered,
            OtherNames =
            [
                "nchan_message_max_buffer_length", "push_max_message_buffer_length", "push_message_buffer_length",
            ],
        },
        DurationOrZero(
            "nchan_message_timeout",
            "How long a message is kept; 0 for as long as its channel lives.",
            o => o.MessageTimeout,
            (o, time) => o.MessageTimeout = time) with { Where = Publishers, OtherNames = ["push_message_timeout"] },
        Switch(
            "nchan_store_messages",
            "Whether messages are kept at all.",
            o => o.StoreMessages,
            (o, isOn) => o.StoreMessages = isOn) with { Where = Publishers, OtherNames = ["push_store_messages"] },
        Of(
            "nchan_eventsource_event",
            ValueKind.Line,
            "The event that everything published here is, and everything heard here, whatever its publisher called it.",
            o => NoneIfEmpty(o.EventsourceEvent),
            (o, text) => o.EventsourceEvent = text) with { Where = OfChannels },
    ];

    private static IEnumerable<Option<NchanOptions>> Subscribing =>
    [
        Text(
            "nchan_subscriber_first_message",
            "What a subscriber without an id gets first.",
            o => o.SubscriberFirstMessage,
            (o, text) => o.SubscriberFirstMessage = text) with
        {
            Where = Subscribers,
            Wants = "oldest, newest, a number such as 3, or one such as -3 that counts from the newest",
            Check = text => SubscriberEndpoint.FirstOf(text) is not null,
        },
        DurationOrZero(
            "nchan_subscriber_timeout",
            "How long a subscriber is held.",
            o => o.SubscriberTimeout,
            (o, time) => o.SubscriberTimeout = NoneIfZero(time)) with
        {
            Where = Subscribers,
            OtherNames = ["push_subscriber_timeout"],
        },
        Switch(
            "nchan_subscribe_existing_channels_only",
            "Whether only channels that exist may be subscribed to.",
            o => o.SubscribeExistingChannelsOnly,
            (o, isOn) => o.SubscribeExistingChannelsOnly = isOn) with
        {
            Where = Subscribers,
            OtherNames = ["push_authorized_channels_only"],
        },
        NumberOrZero(
            "nchan_max_channel_subscribers",
            "How many subscribers a channel may have for one more to come from here; 403 beyond, 0 for any number.",
            o => o.MaxChannelSubscribers,
            (o, number) => o.MaxChannelSubscribers = number) with
        {
            Where = Subscribers,
            OtherNames = ["push_max_channel_subscribers"],
        },
        DurationOrZero(
            "nchan_websocket_ping_interval",
            "How often a WebSocket is pinged.",
            o => o.WebsocketPingInterval,
            (o, time) => o.WebsocketPingInterval = NoneIfZero(time)) with { Where = Subscribers },
        DurationOrZero(
            "nchan_eventsource_ping_interval",
            "How long an event stream is silent before it is pinged.",
            o => o.EventsourcePingInterval,
            (o, time) => o.EventsourcePingInterval = NoneIfZero(time)) with { Where = Subscribers },
        Of(
            "nchan_eventsource_ping_comment",
            ValueKind.Line,
            "The comment of that ping.",
            o => NoneIfEmpty(o.EventsourcePingComment),
            (o, text) => o.EventsourcePingComment = text) with { Where = Subscribers },
        Of(
            "nchan_eventsource_ping_event",
            ValueKind.Line,
            "The event of that ping; empty for none.",
            o => o.EventsourcePingEvent,
            (o, text) => o.EventsourcePingEvent = text) with { Where = Subscribers },
        Of(
            "nchan_eventsource_ping_data",
            ValueKind.Line,
            "The data of that ping.",
            o => NoneIfEmpty(o.EventsourcePingData),
            (o, text) => o.EventsourcePingData = text) with { Where = Subscribers },
        Text(
            "nchan_subscriber_http_raw_stream_separator",
            "What stands behind each message of a raw stream.",
            o => o.RawStreamSeparator,
            (o, text) => o.RawStreamSeparator = text) with { Where = Subscribers },
        List(
            "websocket_subprotocols",
            ValueKind.Subprotocol,
            "The sub-protocols that are agreed to where a client offers them, beside `ws+meta.nchan`.",
            o => o.WebsocketSubprotocols) with { Where = Subscribers, IsOurs = true },
    ];

    private static IEnumerable<Option<NchanOptions>> Browsers =>
    [
        List(
            "nchan_access_control_allow_origin",
            ValueKind.Origin,
            "Origins whose pages may come, `*` for all; others get 403. Without any, nothing is said of origins.",
            o => o.AllowOrigin),
        Switch(
            "nchan_access_control_allow_credentials",
            "Whether browsers of listed origins may send their cookies.",
            o => o.AllowCredentials,
            (o, isOn) => o.AllowCredentials = isOn),
    ];

    private static IEnumerable<Option<NchanOptions>> Backends =>
    [
        Of(
            "nchan_authorize_request",
            ValueKind.Backend,
            "The URL that is asked whether a request may be served.",
            o => NoneIfEmpty(o.AuthorizeRequest),
            (o, text) => o.AuthorizeRequest = text),
        Of(
            "nchan_publisher_upstream_request",
            ValueKind.Backend,
            "The URL that gets every message before it is published.",
            o => NoneIfEmpty(o.PublisherUpstreamRequest),
            (o, text) => o.PublisherUpstreamRequest = text) with { Where = Publishers },
        Word(
            "authorize_failure",
            ["refuse", "allow"],
            "What happens to a request that the backend does not answer about.",
            o => o.AllowOnAuthorizeFailure ? "allow" : "refuse",
            (o, word) => o.AllowOnAuthorizeFailure = word == "allow") with { IsOurs = true },
        Word(
            "upstream_failure",
            ["refuse", "publish"],
            "What happens to a message that the backend does not answer about.",
            o => o.PublishOnUpstreamFailure ? "publish" : "refuse",
            (o, word) => o.PublishOnUpstreamFailure = word == "publish") with { Where = Publishers, IsOurs = true },
        Duration(
            "hook_timeout",
            "How long the backend may take.",
            o => o.HookTimeout,
            (o, time) => o.HookTimeout = time) with { IsOurs = true },
    ];

    private static string? NoneIfEmpty(string text) => text.Length == 0 ? null : text;

    private static TimeSpan? NoneIfZero(TimeSpan time) => time > TimeSpan.Zero ? time : null;
}
