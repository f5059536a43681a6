using System.Globalization;
using Halley.Protocol.Routing;

namespace Halley.Server.Configuration.Listeners;

/// <summary>A key of an endpoint: what it wants, and how it is set.</summary>
/// <param name="Wants">What a right value is, for "it wants …".</param>
/// <param name="TrySet">Sets it; false where the value is wrong.</param>
internal sealed partial record EndpointKey(string Name, string Wants, Func<EndpointSection, string, bool> TrySet)
{
    private const string AnExpression = "text with variables, such as $arg_id, $1 or $http_x";

    /// <summary>Several values make one list.</summary>
    public bool IsList { get; private init; }

    /// <summary>Such a list may have a single value in its place.</summary>
    public bool MayBeOne { get; private init; }

    public static IReadOnlyDictionary<string, EndpointKey> All { get; } = new[]
    {
        Text("location", "a path such as /pub, or a pattern such as ~ ^/sub/(.*)$", (endpoint, text) =>
        {
            var isGood = Location.TryParse(text, out var location, out _);
            endpoint.Location = location;
            return isGood;
        }),
        Text("kind", $"{string.Join(", ", EndpointSection.Kinds[..^1])} or {EndpointSection.Kinds[^1]}", (endpoint, text) =>
        {
            endpoint.Kind = text;
            if (EndpointSection.PushStreamKinds.TryGetValue(text, out var kind))
            {
                endpoint.PushStream.Kind = kind;
            }
            else if (EndpointSection.NchanKinds.TryGetValue(text, out var nchanKind))
            {
                endpoint.Nchan.Kind = nchanKind;
            }

            return EndpointSection.Kinds.Contains(text);
        }),
        Addresses("allow", endpoint => endpoint.Allow),
        Addresses("deny", endpoint => endpoint.Deny),
        Text("channels_path", AnExpression, (endpoint, text) => Set(endpoint.PushStream.ChannelsPath = text)),
        Text("default_type", "a media type such as text/html; charset=utf-8", (endpoint, text) => Set(endpoint.PushStream.DefaultType = text) && text.Length > 0 && !text.Any(char.IsControl)),
        Size("max_body", (endpoint, size) => endpoint.PushStream.MaxBodyBytes = endpoint.Nchan.MaxBodyBytes = size),
        Switch("store_messages", (endpoint, isOn) => endpoint.PushStream.StoreMessages = isOn),
        Switch("channel_info_on_publish", (endpoint, isOn) => endpoint.PushStream.ChannelInfoOnPublish = isOn),
        Switch("authorized_channels_only", (endpoint, isOn) => endpoint.PushStream.AuthorizedChannelsOnly = isOn),
        Text("header_template", "text", (endpoint, text) => Set(endpoint.PushStream.HeaderTemplate = System.Text.Encoding.UTF8.GetBytes(text))),
        Text("header_template_file", "a file's path", (endpoint, text) => Set(endpoint.HeaderTemplateFile = text) && text.Length > 0),
        Text("message_template", "text with tokens such as ~id~ and ~text~", (endpoint, text) => Set(endpoint.PushStream.MessageTemplate = text) && text.Length > 0),
        Text("footer_template", "text", (endpoint, text) => Set(endpoint.PushStream.FooterTemplate = text)),
        Time("ping_message_interval", (endpoint, time) => endpoint.PushStream.PingMessageInterval = time),
        Time("subscriber_connection_ttl", (endpoint, time) => endpoint.PushStream.SubscriberConnectionTtl = time),
        Time("longpolling_connection_ttl", (endpoint, time) => endpoint.PushStream.LongpollingConnectionTtl = time),
        Switch("websocket_allow_publish", (endpoint, isOn) => endpoint.PushStream.WebsocketAllowPublish = isOn),
        Switch("websocket_allow_unmasked", (endpoint, isOn) => endpoint.PushStream.WebsocketAllowUnmasked = isOn),
        Subprotocols("websocket_subprotocols"),
        Switch("allow_connections_to_events_channel", (endpoint, isOn) => endpoint.PushStream.AllowConnectionsToEventsChannel = isOn),
        Text("last_received_message_time", AnExpression, (endpoint, text) => Set(endpoint.PushStream.LastReceivedMessageTime = text)),
        Text("last_received_message_tag", AnExpression, (endpoint, text) => Set(endpoint.PushStream.LastReceivedMessageTag = text)),
        Text("last_event_id", AnExpression, (endpoint, text) => Set(endpoint.PushStream.LastEventId = text)),
        Text("user_agent", AnExpression, (endpoint, text) => Set(endpoint.PushStream.UserAgent = text)),
        Text("padding_by_user_agent", "PATTERN,BYTES,BYTES such as MSIE,1024,508, several of them parted by colons", (endpoint, text) => Set(endpoint.PushStream.PaddingByUserAgent = text)),
        Text("allowed_origins", "an origin, or " + AnExpression, (endpoint, text) => Set(endpoint.PushStream.AllowedOrigins = text)),
        Number("wildcard_channel_max_qtd", (endpoint, number) => endpoint.PushStream.WildcardChannelMaxQtd = number),
        Number("max_ids", (endpoint, number) => endpoint.MaxIds = number),
    }.Concat(NchanKeys).ToDictionary(key => key.Name, StringComparer.Ordinal);

    private static EndpointKey Text(string name, string wants, Func<EndpointSection, string, bool> set) => new(name, wants, set);

    private static EndpointKey Switch(string name, Action<EndpointSection, bool> set) => new(name, "true or false", (endpoint, text) =>
    {
        set(endpoint, text == "true");
        return text is "true" or "false";
    });

    private static EndpointKey Number(string name, Action<EndpointSection, int> set) => new(name, $"a whole number from 1 to {int.MaxValue}", (endpoint, text) =>
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        set(endpoint, number);
        return isNumber && number > 0;
    });

    private static EndpointKey Time(string name, Action<EndpointSection, TimeSpan> set) => new(name, Units.WantsTime, (endpoint, text) =>
    {
        var isTime = Units.TryParseTime(text, out var time);
        set(endpoint, time);
        return isTime && time > TimeSpan.Zero;
    });

    private static EndpointKey Size(string name, Action<EndpointSection, int> set) => new(name, Units.WantsSize, (endpoint, text) =>
    {
        var isSize = Units.TryParseSize(text, out var size) && size <= int.MaxValue;
        set(endpoint, isSize ? (int)size : 0);
        return isSize;
    });

    private static EndpointKey Subprotocols(string name)
    {
        var protocol = SettingKey.Subprotocols(name);
        return new EndpointKey(name, protocol.Wants, (endpoint, text) =>
        {
            endpoint.PushStream.WebsocketSubprotocols.Add(text);
            endpoint.Nchan.WebsocketSubprotocols.Add(text);
            return protocol.Accepts(text);
        })
        {
            IsList = true,
            MayBeOne = true,
        };
    }

    private static EndpointKey Addresses(string name, Func<EndpointSection, List<string>> list)
    {
        var rule = SettingKey.Addresses(name);
        return new EndpointKey(name, rule.Wants, (endpoint, text) =>
        {
            list(endpoint).Add(text);
            return rule.Accepts(text);
        })
        {
            IsList = true,
        };
    }

    // An assignment as an expression that is always right.
    private static bool Set(object value) => value is not null;
}
