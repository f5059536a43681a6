using System.Text;
using Halley.Protocol.Options;
using static Halley.Protocol.Dialects.PushStream.PushStreamKinds;
using static Halley.Protocol.Options.Option<Halley.Protocol.Dialects.PushStream.EndpointOptions>;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The options of an endpoint. Their names are those of nginx-push-stream-module's directives, without
/// <c>push_stream_</c>.
/// </summary>
public static class EndpointTable
{
    public static IReadOnlyList<Option<EndpointOptions>> All { get; } =
    [
        .. ChoiceOptions.Table.Select(option => option.Of<EndpointOptions>(endpoint => endpoint)),
        Switch(
            "channel_info_on_publish",
            "Whether a publisher is told about the channel.",
            o => o.ChannelInfoOnPublish,
            (o, isOn) => o.ChannelInfoOnPublish = isOn) with { Where = Publishers },
        Switch(
            "authorized_channels_only",
            "Whether only channels with stored messages may be subscribed to.",
            o => o.AuthorizedChannelsOnly,
            (o, isOn) => o.AuthorizedChannelsOnly = isOn) with { Where = Subscribers },
        Text(
            "header_template",
            "What a subscriber's answer begins with.",
            o =>
                o.HeaderTemplate.IsEmpty || o.HeaderTemplateFile is not null
                    ? null
                    : Encoding.UTF8.GetString(o.HeaderTemplate.Span),
            (o, text) => o.HeaderTemplate = Encoding.UTF8.GetBytes(text)) with { Where = Subscribers },
        Of(
            "header_template_file",
            ValueKind.File,
            "The same, out of a file. Only one of the two may be given.",
            o => o.HeaderTemplateFile,
            (o, path) => o.HeaderTemplateFile = path) with { Where = Subscribers },
        Text(
            "message_template",
            "How a message is written.",
            o => o.MessageTemplate,
            (o, text) => o.MessageTemplate = text) with
        {
            Where = Subscribers,
            Wants = "text with tokens such as ~id~ and ~text~",
            Check = text => text.Length > 0,
        },
        Text(
            "footer_template",
            "What a subscriber's answer ends with.",
            o => NoneIfEmpty(o.FooterTemplate),
            (o, text) => o.FooterTemplate = text) with { Where = Subscribers },
        Duration(
            "ping_message_interval",
            "How long nothing is sent to a subscriber before a ping is.",
            o => o.PingMessageInterval,
            (o, time) => o.PingMessageInterval = time) with { Where = Subscribers },
        Duration(
            "subscriber_connection_ttl",
            "How long a subscriber's answer lasts.",
            o => o.SubscriberConnectionTtl,
            (o, time) => o.SubscriberConnectionTtl = time) with
        {
            Where = Subscribers,
            OtherNames = ["subscriber_connection_timeout"],
        },
        Duration(
            "longpolling_connection_ttl",
            "How long a long poll waits.",
            o => o.LongpollingConnectionTtl,
            (o, time) => o.LongpollingConnectionTtl = time) with
        {
            Where = MayPoll,
            Unset = "`subscriber_connection_ttl`",
        },
        Switch(
            "websocket_allow_publish",
            "Whether what a client sends is published to its channels.",
            o => o.WebsocketAllowPublish,
            (o, isOn) => o.WebsocketAllowPublish = isOn) with { Where = ["websocket"] },
        Switch(
            "websocket_allow_unmasked",
            "Whether frames without a mask are taken, as the module takes them; RFC 6455 wants them refused.",
            o => o.WebsocketAllowUnmasked,
            (o, isOn) => o.WebsocketAllowUnmasked = isOn) with { Where = ["websocket"], IsOurs = true },
        List(
            "websocket_subprotocols",
            ValueKind.Subprotocol,
            "The sub-protocols that are agreed to where a client offers them.",
            o => o.WebsocketSubprotocols) with { Where = ["websocket"], IsOurs = true },
        Expression(
            "user_agent",
            "An expression for what padding goes by.",
            o => o.UserAgent,
            (o, text) => o.UserAgent = text) with { Where = ["streaming", "eventsource"] },
        Text(
            "padding_by_user_agent",
            "Least sizes of header and message for some browsers.",
            o => NoneIfEmpty(o.PaddingByUserAgent),
            (o, text) => o.PaddingByUserAgent = text) with
        {
            Where = ["streaming", "eventsource"],
            Wants = "PATTERN,BYTES,BYTES such as MSIE,1024,508, several of them parted by colons",
        },
        Expression(
            "allowed_origins",
            "An expression for the origins whose pages may come, separated by commas; `*` for all.",
            o => NoneIfEmpty(o.AllowedOrigins),
            (o, text) => o.AllowedOrigins = text) with
        {
            Where = [.. Publishers, .. Subscribers],
            Wants = "an origin, or " + Values.WantsExpression,
        },
        Number(
            "wildcard_channel_max_qtd",
            "How many wildcard channels a subscriber may name, beside at least one other channel.",
            o => o.WildcardChannelMaxQtd,
            (o, number) => o.WildcardChannelMaxQtd = number) with
        {
            Where = Subscribers,
            OtherNames = ["broadcast_channel_max_qtd"],
        },
        Text(
            "default_type",
            "The content type of a subscriber's answer; an event source has it for polls alone.",
            o => o.DefaultType,
            (o, text) => o.DefaultType = text) with
        {
            Where = MayPoll,
            OtherNames = ["content_type"],
            Wants = "a media type such as text/html; charset=utf-8",
            Check = text => text.Length > 0 && !text.Any(char.IsControl),
        },
        Size(
            "max_body",
            "The longest body that is taken; 413 beyond. At a WebSocket, the longest message, and `16m` where "
                + "nobody chose.",
            o => o.MaxBodyBytes,
            (o, size) => o.MaxBodyBytes = size) with { IsOurs = true },
    ];

    private static string? NoneIfEmpty(string text) => text.Length == 0 ? null : text;
}
