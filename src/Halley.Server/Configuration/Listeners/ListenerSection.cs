namespace Halley.Server.Configuration.Listeners;

/// <summary>One address of its own, and the endpoints that are served there.</summary>
internal sealed class ListenerSection
{
    /// <summary>The listener's place in the file, for messages.</summary>
    public required string Origin { get; init; }

    /// <summary>The address as written; empty where it is missing.</summary>
    public string Listen { get; set; } = "";

    /// <summary>The mode of the file where that is a Unix socket. Default 0660.</summary>
    public string UnixMode { get; set; } = UnixPath.UsualMode;

    /// <summary>The listener's TLS. Default: none.</summary>
    public ListenerTls Tls { get; } = new();

    /// <summary>
    /// Whether [::] takes IPv6 alone. Default no: it takes IPv4 too, as far as nobody listens there more closely.
    /// </summary>
    public bool IsIPv6Only { get; set; }

    /// <summary>The proxies whose X-Forwarded-For is taken, as TrustedProxies reads it. Default: none.</summary>
    public List<string> TrustedProxies { get; } = [];

    /// <summary>The sites whose pages may come, as under front.</summary>
    public List<string> AllowedOrigins { get; } = [];

    /// <summary>The ways in which clients prove who they are, at endpoints that do not say it themselves.</summary>
    public AuthSection Auth { get; } = new();

    /// <summary>Bytes of request line and header. Default 64 KiB.</summary>
    public int MaxRequestHead { get; set; } = 64 << 10;

    /// <summary>
    /// Seconds of silence before a client is asked whether it is still there; 0 asks nobody. Default null: as in
    /// engine.
    /// </summary>
    public int? TcpKeepAlive { get; set; }

    /// <summary>In the order of the file, which is the order that patterns are tried in.</summary>
    public List<EndpointSection> Endpoints { get; } = [];

    /// <summary>Whether both are the same socket: what a listener that is open cannot change.</summary>
    public bool HasSocketOf(ListenerSection other) =>
        (Listen, UnixMode, IsIPv6Only, TcpKeepAlive)
        == (other.Listen, other.UnixMode, other.IsIPv6Only, other.TcpKeepAlive)
        && Tls.IsSameAs(other.Tls);

    /// <summary>The longest body that any endpoint here takes: what is longer is refused before it is read.</summary>
    public int MaxRequestBody => Endpoints.Count == 0 ? 0 : Endpoints.Max(endpoint => endpoint.PushStream.MaxBodyBytes);
}
