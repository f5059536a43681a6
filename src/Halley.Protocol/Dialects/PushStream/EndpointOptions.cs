namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// One push-stream location: what it serves and how. Expressions and conditions are written as <see cref="Routing.Expression"/> and
/// <see cref="Routing.Condition"/> read them; the names are those of nginx-push-stream-module's directives.
/// </summary>
public sealed class EndpointOptions
{
    /// <summary>How long a WebSocket's message may be where nobody chose: 16 MiB.</summary>
    public const int MaxWebSocketMessageBytes = 16 << 20;

    public EndpointKind Kind { get; set; } = EndpointKind.Streaming;

    /// <summary>An expression that gives the channels: <c>$arg_id</c>, <c>$1</c>. Wanted by every endpoint.</summary>
    public string ChannelsPath { get; set; } = "";

    /// <summary>The type of a subscriber's answer, but for event source. Default text/plain.</summary>
    public string DefaultType { get; set; } = "text/plain";

    /// <summary>The longest body a publisher takes, in bytes; 413 beyond. A WebSocket's longest message; beyond, it is closed. Default 1 MiB, nginx's.</summary>
    public int MaxBodyBytes { get; set; } = 1 << 20;

    /// <summary>Whether what is published here is kept for those who come later. Default no.</summary>
    public bool StoreMessages { get; set; }

    /// <summary>Whether a publisher is told about the channel. Default yes.</summary>
    public bool ChannelInfoOnPublish { get; set; } = true;

    /// <summary>Whether subscribers are let in only to channels with stored messages. Default no.</summary>
    public bool AuthorizedChannelsOnly { get; set; }

    /// <summary>What a subscriber's answer begins with, in bytes, since it may come out of a file. Default nothing.</summary>
    public ReadOnlyMemory<byte> HeaderTemplate { get; set; }

    /// <summary>How a message is written; see <see cref="MessageTemplate"/>.</summary>
    public string MessageTemplate { get; set; } = "~text~";

    /// <summary>What a subscriber's answer ends with. Default nothing.</summary>
    public string FooterTemplate { get; set; } = "";

    /// <summary>How long nothing is sent to a subscriber before a ping is; null for never.</summary>
    public TimeSpan? PingMessageInterval { get; set; }

    /// <summary>How long a subscriber's answer lasts; null for ever.</summary>
    public TimeSpan? SubscriberConnectionTtl { get; set; }

    /// <summary>The same of a long poll; null for <see cref="SubscriberConnectionTtl"/>.</summary>
    public TimeSpan? LongpollingConnectionTtl { get; set; }

    /// <summary>Whether what a client sends over its websocket is published. Default no.</summary>
    public bool WebsocketAllowPublish { get; set; }

    /// <summary>
    /// Whether frames without a mask are taken from a websocket's client, as the original takes them; RFC 6455 wants them refused. Ours; default no.
    /// </summary>
    public bool WebsocketAllowUnmasked { get; set; }

    /// <summary>The sub-protocols that are agreed to where a websocket's client offers them. Ours; default none.</summary>
    public List<string> WebsocketSubprotocols { get; } = [];

    /// <summary>Whether the events channel may be subscribed to. Default no.</summary>
    public bool AllowConnectionsToEventsChannel { get; set; }

    /// <summary>An expression for the time to go on from, in place of If-Modified-Since; null for that.</summary>
    public string? LastReceivedMessageTime { get; set; }

    /// <summary>An expression for the tag to go on from, in place of If-None-Match; null for that.</summary>
    public string? LastReceivedMessageTag { get; set; }

    /// <summary>An expression for the event id to go on from, in place of Last-Event-Id; null for that.</summary>
    public string? LastEventId { get; set; }

    /// <summary>An expression for what padding goes by.</summary>
    public string UserAgent { get; set; } = "$http_user_agent";

    /// <summary>Padding for some browsers: <c>pattern,least header,least message:pattern,…</c>. Default none.</summary>
    public string PaddingByUserAgent { get; set; } = "";

    /// <summary>An expression for the origin that browsers may come from; where it is empty, nothing is said.</summary>
    public string AllowedOrigins { get; set; } = "";

    /// <summary>How many wildcard channels a subscriber may name, beside at least one other; null for any number, unless their whole number is limited.</summary>
    public int? WildcardChannelMaxQtd { get; set; }

    /// <summary>What is otherwise for some requests; of two that hold, the later one counts.</summary>
    public IReadOnlyList<ConditionalOptions> If { get; set; } = [];
}

/// <summary>What is otherwise at an endpoint for the requests of which a condition holds; null leaves an option as it is.</summary>
/// <param name="When">See <see cref="Routing.Condition"/>.</param>
public sealed record ConditionalOptions(string When)
{
    public string? ChannelsPath { get; init; }

    public bool? StoreMessages { get; init; }

    public bool? AllowConnectionsToEventsChannel { get; init; }

    public string? LastReceivedMessageTime { get; init; }

    public string? LastReceivedMessageTag { get; init; }

    public string? LastEventId { get; init; }
}
