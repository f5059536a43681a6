using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo.Proxies;
using Halley.Protocol.Options;
using static Halley.Protocol.Options.Option<Halley.Protocol.Dialects.Centrifugo.CentrifugoOptions>;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>The operator's choices for an endpoint that speaks Centrifugo's protocol.</summary>
public sealed class CentrifugoOptions : IGuarded
{
    public static IReadOnlyList<Option<CentrifugoOptions>> Table { get; } =
    [
        Switch(
            "allow_anonymous_connect_without_token",
            "Whether a client without a token is let in where auth asks for one: as nobody in particular.",
            o => o.AllowsAnonymous,
            (o, isOn) => o.AllowsAnonymous = isOn),
        Number(
            "client_channel_limit",
            "How many channels a session may listen to at a time.",
            o => o.MaxChannels,
            (o, number) => o.MaxChannels = number),
        Number(
            "channel_max_length",
            "How long the name of a channel may be, in bytes.",
            o => o.MaxChannelLength,
            (o, number) => o.MaxChannelLength = number),
        Size(
            "message_size_limit",
            "How long a message of a client may be, with all commands in it.",
            o => o.MaxMessageBytes,
            (o, number) => o.MaxMessageBytes = number),
        Duration(
            "ping_interval",
            "How often the server pings.",
            o => o.PingInterval,
            (o, time) => o.PingInterval = time),
        Duration(
            "pong_timeout",
            "How long a client may take to answer a ping.",
            o => o.PongTimeout,
            (o, time) => o.PongTimeout = time),
        Duration(
            "stale_close_delay",
            "How long a client may take to say who it is.",
            o => o.StaleCloseDelay,
            (o, time) => o.StaleCloseDelay = time),
        Duration(
            "expired_close_delay",
            "How long a client has to show a new token when its token has expired.",
            o => o.ExpiredCloseDelay,
            (o, time) => o.ExpiredCloseDelay = time),
        Duration(
            "expired_sub_close_delay",
            "The same, of the token of a subscription.",
            o => o.ExpiredSubscriptionCloseDelay,
            (o, time) => o.ExpiredSubscriptionCloseDelay = time),
        NumberOrZero(
            "history_max_publication_limit",
            "How many messages a client is given at once that asks for the history; 0 for all that are kept.",
            o => o.MaxHistory,
            (o, number) => o.MaxHistory = number),
        Switch(
            "force_recovery",
            "Whether clients are told what they missed also where they did not ask for that.",
            o => o.ForcesRecovery,
            (o, isOn) => o.ForcesRecovery = isOn),
        Switch(
            "force_positioning",
            "Whether clients are told where a stream stands also where they did not ask for that.",
            o => o.ForcesPositioning,
            (o, isOn) => o.ForcesPositioning = isOn),
        Switch(
            "force_push_join_leave",
            "Whether clients are told who comes and goes also where they did not ask for that.",
            o => o.ForcesJoinLeave,
            (o, isOn) => o.ForcesJoinLeave = isOn),
        Switch(
            "allow_delta",
            "Whether clients that understand differences between messages are told those.",
            o => o.AllowsDelta,
            (o, isOn) => o.AllowsDelta = isOn),
        Switch(
            "allow_tags_filter",
            "Whether a client may say by tags which messages of a channel it wants.",
            o => o.AllowsTagsFilter,
            (o, isOn) => o.AllowsTagsFilter = isOn),
        Of(
            "proxy_connect",
            ValueKind.Backend,
            "Where your server is asked who a client is that shows no token.",
            o => OneOrNone(o.ProxyConnect),
            (o, url) => o.ProxyConnect = url),
        Of(
            "proxy_refresh",
            ValueKind.Backend,
            "Where it is asked how long a client may stay that it has let in, when that time is over.",
            o => OneOrNone(o.ProxyRefresh),
            (o, url) => o.ProxyRefresh = url),
        Of(
            "proxy_subscribe",
            ValueKind.Backend,
            "Where it is asked whether a client may listen to a channel without a token.",
            o => OneOrNone(o.ProxySubscribe),
            (o, url) => o.ProxySubscribe = url),
        List(
            "proxy_subscribe_channels",
            ValueKind.Text,
            "The channels that it is asked about, by name or pattern; without any, all.",
            o => o.ProxySubscribeChannels),
        Of(
            "proxy_sub_refresh",
            ValueKind.Backend,
            "Where it is asked how long such a subscription may stay, when its time is over.",
            o => OneOrNone(o.ProxySubRefresh),
            (o, url) => o.ProxySubRefresh = url),
        Of(
            "proxy_publish",
            ValueKind.Backend,
            "Where it is asked about each message of a client before it is published.",
            o => OneOrNone(o.ProxyPublish),
            (o, url) => o.ProxyPublish = url),
        List(
            "proxy_publish_channels",
            ValueKind.Text,
            "The channels whose messages it is asked about; without any, all.",
            o => o.ProxyPublishChannels),
        Of(
            "proxy_rpc",
            ValueKind.Backend,
            "Where it is asked what a client asks.",
            o => OneOrNone(o.ProxyRpc),
            (o, url) => o.ProxyRpc = url),
        Duration(
            "proxy_timeout",
            "How long it may take for an answer.",
            o => o.ProxyTimeout,
            (o, time) => o.ProxyTimeout = time),
        List(
            "proxy_http_headers",
            ValueKind.Text,
            "Which header fields of a client's it is shown.",
            o => o.ProxyHeaders),
    ];

    private static string? OneOrNone(string url) => url.Length == 0 ? null : url;

    /// <summary>The decision on who may connect, subscribe and publish. Default: everybody.</summary>
    public Admission Admission { get; set; } = Admission.Open;

    /// <summary>
    /// The operator's servers that namespaces of channels and methods of clients have by name. Default: none.
    /// </summary>
    public IReadOnlyList<NamedProxy> NamedProxies { get; set; } = [];

    public bool AllowsAnonymous { get; set; }

    public int MaxChannels { get; set; } = 128;

    public int MaxChannelLength { get; set; } = 255;

    public int MaxMessageBytes { get; set; } = 64 * 1024;

    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(25);

    public TimeSpan PongTimeout { get; set; } = TimeSpan.FromSeconds(8);

    public TimeSpan StaleCloseDelay { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan ExpiredCloseDelay { get; set; } = TimeSpan.FromSeconds(25);

    public TimeSpan ExpiredSubscriptionCloseDelay { get; set; } = TimeSpan.FromSeconds(25);

    public int MaxHistory { get; set; } = 300;

    public bool ForcesRecovery { get; set; }

    public bool ForcesPositioning { get; set; }

    public bool ForcesJoinLeave { get; set; }

    public string ProxyConnect { get; set; } = "";

    public string ProxyRefresh { get; set; } = "";

    public string ProxySubscribe { get; set; } = "";

    public List<string> ProxySubscribeChannels { get; } = [];

    public string ProxySubRefresh { get; set; } = "";

    public string ProxyPublish { get; set; } = "";

    public List<string> ProxyPublishChannels { get; } = [];

    public string ProxyRpc { get; set; } = "";

    public TimeSpan ProxyTimeout { get; set; } = TimeSpan.FromSeconds(1);

    public List<string> ProxyHeaders { get; } = [];

    public bool AllowsDelta { get; set; } = true;

    public bool AllowsTagsFilter { get; set; } = true;
}
