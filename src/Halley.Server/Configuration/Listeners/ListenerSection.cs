namespace Halley.Server.Configuration.Listeners;

/// <summary>One address of its own, and the endpoints that are served there.</summary>
internal sealed class ListenerSection
{
    /// <summary>Where it stands in the file, for messages.</summary>
    public required string Origin { get; init; }

    /// <summary>The address as written; empty where it is missing.</summary>
    public string Listen { get; set; } = "";

    /// <summary>The mode of the file where that is a Unix socket. Default 0660.</summary>
    public string UnixMode { get; set; } = UnixPath.UsualMode;

    /// <summary>
    /// Whether [::] takes IPv6 alone. Default no: it takes IPv4 too, as far as nobody listens there more closely.
    /// </summary>
    public bool IsIPv6Only { get; set; }

    /// <summary>Whose X-Forwarded-For is taken, as TrustedProxies reads it. Default: nobody's.</summary>
    public List<string> TrustedProxies { get; } = [];

    /// <summary>Bytes of request line and header. Default 64 KiB.</summary>
    public int MaxRequestHead { get; set; } = 64 << 10;

    /// <summary>
    /// Seconds of silence before a client is asked whether it is still there; 0 asks nobody. Default null: as in
    /// engine.
    /// </summary>
    public int? TcpKeepAlive { get; set; }

    /// <summary>In the order of the file, which is the order that patterns are tried in.</summary>
    public List<EndpointSection> Endpoints { get; } = [];

    /// <summary>The longest body that any endpoint here takes: what is longer is refused before it is read.</summary>
    public int MaxRequestBody => Endpoints.Count == 0 ? 0 : Endpoints.Max(endpoint => endpoint.PushStream.MaxBodyBytes);
}
