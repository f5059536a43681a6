using Halley.Protocol.Clients;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// One push-stream location: what it serves and how. <see cref="EndpointTable"/> says what each option means.
/// </summary>
public sealed class EndpointOptions : ChoiceOptions, IGuarded
{
    /// <summary>The limit of a WebSocket's message where nobody chose one: nginx has none.</summary>
    public const int MaxWebSocketMessageBytes = 16 << 20;

    /// <summary>The decision on who may subscribe and publish. Default: everybody.</summary>
    public Admission Admission { get; set; } = Admission.Open;

    public PushStreamKind Kind { get; set; } = PushStreamKind.Streaming;

    public string DefaultType { get; set; } = "text/plain";

    public int MaxBodyBytes { get; set; } = 1 << 20;

    public bool ChannelInfoOnPublish { get; set; } = true;

    public bool AuthorizedChannelsOnly { get; set; }

    /// <summary>Bytes, since it may come out of a file.</summary>
    public ReadOnlyMemory<byte> HeaderTemplate { get; set; }

    /// <summary>The file that the host reads <see cref="HeaderTemplate"/> from; null for none.</summary>
    public string? HeaderTemplateFile { get; set; }

    public string MessageTemplate { get; set; } = "~text~";

    public string FooterTemplate { get; set; } = "";

    public TimeSpan? PingMessageInterval { get; set; }

    public TimeSpan? SubscriberConnectionTtl { get; set; }

    public TimeSpan? LongpollingConnectionTtl { get; set; }

    public bool WebsocketAllowPublish { get; set; }

    public bool WebsocketAllowUnmasked { get; set; }

    public List<string> WebsocketSubprotocols { get; } = [];

    public string UserAgent { get; set; } = "$http_user_agent";

    public string PaddingByUserAgent { get; set; } = "";

    public string AllowedOrigins { get; set; } = "";

    public int? WildcardChannelMaxQtd { get; set; }

    /// <summary>Of two conditions that hold, the later one counts.</summary>
    public IReadOnlyList<ConditionalOptions> If { get; set; } = [];
}
