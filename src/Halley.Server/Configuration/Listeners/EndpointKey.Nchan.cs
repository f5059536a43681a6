using System.Globalization;
using Halley.Protocol.Dialects.Nchan;

namespace Halley.Server.Configuration.Listeners;

// The keys of nchan's endpoints: its directives, and three of ours for what it leaves open.
internal sealed partial record EndpointKey
{
    /// <summary>Keys that an endpoint of any kind has.</summary>
    public static IReadOnlySet<string> OfAll { get; } = new HashSet<string> { "location", "kind", "allow", "deny", "max_body", "websocket_subprotocols" };

    /// <summary>Keys that only nchan's endpoints have.</summary>
    public static IReadOnlySet<string> OfNchan { get; } = NchanKeys.Select(key => key.Name).ToHashSet();

    private static IEnumerable<EndpointKey> NchanKeys =>
    [
        Words("nchan_subscriber", [.. NchanTransports.Names.Keys], (endpoint, isFirst, word) =>
            endpoint.Nchan.Transports = (isFirst ? NchanTransport.None : endpoint.Nchan.Transports) | NchanTransports.Names[word]),
        Text("nchan_publisher", "http or websocket", (endpoint, text) => Either(text, "http", "websocket", isSocket => endpoint.Nchan.PublishesByHttp = !isSocket)),
        Texts("nchan_channel_id", endpoint => endpoint.Nchan.ChannelId),
        Texts("nchan_publisher_channel_id", endpoint => endpoint.Nchan.PublisherChannelId),
        Texts("nchan_subscriber_channel_id", endpoint => endpoint.Nchan.SubscriberChannelId),
        Text("nchan_channel_id_split_delimiter", "text", (endpoint, text) => Set(endpoint.Nchan.ChannelIdSplitDelimiter = text)),
        Number("nchan_max_channel_id_length", (endpoint, number) => endpoint.Nchan.MaxChannelIdLength = number),
        Text("nchan_channel_group", AnExpression, (endpoint, text) => Set(endpoint.Nchan.ChannelGroup = text)),
        NumberOrZero("nchan_message_buffer_length", (endpoint, number) => endpoint.Nchan.MessageBufferLength = number),
        TimeOrZero("nchan_message_timeout", (endpoint, time) => endpoint.Nchan.MessageTimeout = time),
        Switch("nchan_store_messages", (endpoint, isOn) => endpoint.Nchan.StoreMessages = isOn),
        Text("nchan_subscriber_first_message", "oldest, newest, or a number", (endpoint, text) => Set(endpoint.Nchan.SubscriberFirstMessage = text)),
        TimeOrZero("nchan_subscriber_timeout", (endpoint, time) => endpoint.Nchan.SubscriberTimeout = Unless(time)),
        Switch("nchan_subscribe_existing_channels_only", (endpoint, isOn) => endpoint.Nchan.SubscribeExistingChannelsOnly = isOn),
        NumberOrZero("nchan_max_channel_subscribers", (endpoint, number) => endpoint.Nchan.MaxChannelSubscribers = number),
        TimeOrZero("nchan_websocket_ping_interval", (endpoint, time) => endpoint.Nchan.WebsocketPingInterval = Unless(time)),
        TimeOrZero("nchan_eventsource_ping_interval", (endpoint, time) => endpoint.Nchan.EventsourcePingInterval = Unless(time)),
        Text("nchan_eventsource_ping_comment", "text", (endpoint, text) => Set(endpoint.Nchan.EventsourcePingComment = text)),
        Text("nchan_eventsource_ping_event", "text", (endpoint, text) => Set(endpoint.Nchan.EventsourcePingEvent = text)),
        Text("nchan_eventsource_ping_data", "text", (endpoint, text) => Set(endpoint.Nchan.EventsourcePingData = text)),
        Text("nchan_eventsource_event", "text", (endpoint, text) => Set(endpoint.Nchan.EventsourceEvent = text)),
        Text("nchan_subscriber_http_raw_stream_separator", "text", (endpoint, text) => Set(endpoint.Nchan.RawStreamSeparator = text)),
        Texts("nchan_access_control_allow_origin", endpoint => endpoint.Nchan.AllowOrigin),
        Switch("nchan_access_control_allow_credentials", (endpoint, isOn) => endpoint.Nchan.AllowCredentials = isOn),
        Text("nchan_authorize_request", "a URL such as http://127.0.0.1:8080/auth", (endpoint, text) => Set(endpoint.Nchan.AuthorizeRequest = text) && text.Length > 0),
        Text("nchan_publisher_upstream_request", "a URL such as http://127.0.0.1:8080/message", (endpoint, text) => Set(endpoint.Nchan.PublisherUpstreamRequest = text) && text.Length > 0),
        Text("authorize_failure", "refuse or allow", (endpoint, text) => Either(text, "refuse", "allow", isAllow => endpoint.Nchan.AllowOnAuthorizeFailure = isAllow)),
        Text("upstream_failure", "refuse or publish", (endpoint, text) => Either(text, "refuse", "publish", isPublish => endpoint.Nchan.PublishOnUpstreamFailure = isPublish)),
        Time("hook_timeout", (endpoint, time) => endpoint.Nchan.HookTimeout = time),
        Text("nchan_group_max_channels", AnExpression, (endpoint, text) => Set(endpoint.Nchan.GroupMaxChannels = text)),
        Text("nchan_group_max_subscribers", AnExpression, (endpoint, text) => Set(endpoint.Nchan.GroupMaxSubscribers = text)),
        Text("nchan_group_max_messages", AnExpression, (endpoint, text) => Set(endpoint.Nchan.GroupMaxMessages = text)),
        Text("nchan_group_max_messages_memory", AnExpression, (endpoint, text) => Set(endpoint.Nchan.GroupMaxMessagesMemory = text)),
    ];

    private static EndpointKey Texts(string name, Func<EndpointSection, List<string>> list) => new(name, AnExpression, (endpoint, text) =>
    {
        list(endpoint).Add(text);
        return text.Length > 0;
    })
    {
        IsList = true,
        MayBeOne = true,
    };

    // The first word of the file's list takes the place of the default.
    private static EndpointKey Words(string name, string[] words, Action<EndpointSection, bool, string> add) =>
        new(name, $"{string.Join(", ", words[..^1])} or {words[^1]}", (endpoint, text) =>
        {
            var isWord = words.Contains(text);
            if (isWord)
            {
                add(endpoint, endpoint.Given.Add(name), text);
            }

            return isWord;
        })
        {
            IsList = true,
            MayBeOne = true,
        };

    private static EndpointKey NumberOrZero(string name, Action<EndpointSection, int> set) => new(name, $"a whole number from 0 to {int.MaxValue}", (endpoint, text) =>
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        set(endpoint, number);
        return isNumber;
    });

    private static EndpointKey TimeOrZero(string name, Action<EndpointSection, TimeSpan> set) => new(name, Units.WantsTime + ", or 0 for none", (endpoint, text) =>
    {
        var isTime = Units.TryParseTime(text, out var time);
        set(endpoint, time);
        return isTime;
    });

    private static TimeSpan? Unless(TimeSpan time) => time > TimeSpan.Zero ? time : null;

    private static bool Either(string text, string off, string on, Action<bool> set)
    {
        set(text == on);
        return text == on || text == off;
    }
}
