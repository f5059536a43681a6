using Halley.Protocol.Dialects.PushStream;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>
/// The port of subscribers, and what they and their channels may cost. <see cref="DialectKeys"/> has the rest.
/// </summary>
internal sealed class FrontSection
{
    /// <summary>Default 0.0.0.0:8100.</summary>
    [ConfigurationKeyName("listen")]
    public string Listen { get; set; } = "0.0.0.0:8100";

    /// <summary>The mode of the file where listen is a Unix socket. Default 0660.</summary>
    [ConfigurationKeyName("unix_mode")]
    public string UnixMode { get; set; } = UnixPath.UsualMode;

    /// <summary>The front port's TLS. Default: none.</summary>
    [ConfigurationKeyName("tls")]
    public ListenerTls Tls { get; set; } = new();

    /// <summary>
    /// The clients that may come, as AddressRules reads it. Default: no rule, so everybody who can reach the port.
    /// </summary>
    [ConfigurationKeyName("allow")]
    public List<string> Allow { get; set; } = [];

    /// <summary>The clients that may not. Default: no rule.</summary>
    [ConfigurationKeyName("deny")]
    public List<string> Deny { get; set; } = [];

    /// <summary>The proxies whose X-Forwarded-For is taken, as TrustedProxies reads it. Default: none.</summary>
    [ConfigurationKeyName("trusted_proxies")]
    public List<string> TrustedProxies { get; set; } = [];

    /// <summary>
    /// The sites whose pages may come, as SiteRules reads them. Default: any, but where this machine is asked for by a
    /// name of its own; see OriginGuard.
    /// </summary>
    [ConfigurationKeyName("allowed_origins")]
    public List<string> AllowedOrigins { get; set; } = [];

    /// <summary>
    /// Whether HTTP/1.1 without a Host is refused. Default yes; an icomet.conf, which iComet did not refuse it for,
    /// says no.
    /// </summary>
    [ConfigurationKeyName("require_host")]
    public bool RequireHost { get; set; } = true;

    /// <summary>Default 10 million. 0, which only an icomet.conf can say, lets nobody in.</summary>
    [ConfigurationKeyName("max_channels")]
    public int MaxChannels { get; set; } = 10_000_000;

    /// <summary>
    /// Channels that subscribers of one address had created. Default 0: a quarter of all, counted once half of them are
    /// there.
    /// </summary>
    [ConfigurationKeyName("max_channels_per_address")]
    public int MaxChannelsPerAddress { get; set; }

    /// <summary>Bytes of all channels together, without messages and subscribers. Default 512 MiB.</summary>
    [ConfigurationKeyName("max_channel_memory")]
    public long MaxChannelMemory { get; set; } = 512L << 20;

    /// <summary>Default 10 million. 0, which only an icomet.conf can say, lets nobody in.</summary>
    [ConfigurationKeyName("max_subscribers_per_channel")]
    public int MaxSubscribersPerChannel { get; set; } = 10_000_000;

    /// <summary>Messages kept for those who come later. Default 10.</summary>
    [ConfigurationKeyName("channel_buffer_size")]
    public int ChannelBufferSize { get; set; } = 10;

    /// <summary>Seconds a channel without subscribers is kept. Default 30.</summary>
    [ConfigurationKeyName("channel_timeout")]
    public int ChannelTimeout { get; set; } = 30;

    /// <summary>
    /// Seconds for which a publication with an Idempotency-Key may be repeated without being published again. Default
    /// 300.
    /// </summary>
    [ConfigurationKeyName("idempotency_window")]
    public int IdempotencyWindow { get; set; } = 300;

    /// <summary>
    /// Idempotency keys that are remembered at once, at some 130 bytes each; not over Redis, which keeps them itself.
    /// Default a million.
    /// </summary>
    [ConfigurationKeyName("max_idempotency_keys")]
    public int MaxIdempotencyKeys { get; set; } = 1_000_000;

    /// <summary>Bytes of request line and header. Default 64 KiB.</summary>
    [ConfigurationKeyName("max_request_head")]
    public int MaxRequestHead { get; set; } = 64 << 10;

    /// <summary>Bytes. Default 64 KiB.</summary>
    [ConfigurationKeyName("max_request_body")]
    public int MaxRequestBody { get; set; } = 64 << 10;

    /// <summary>Makes the limits on what channels may cost.</summary>
    /// <param name="pushStream">It has the limit for what all dialects store.</param>
    public HubOptions ToHubOptions(PushStreamOptions pushStream) => new()
    {
        MaxChannels = MaxChannels,
        MaxChannelsPerAddress = MaxChannelsPerAddress,
        MaxChannelBytes = MaxChannelMemory,
        MaxSubscribersPerChannel = MaxSubscribersPerChannel,
        HistorySize = ChannelBufferSize,
        IdleTimeout = TimeSpan.FromSeconds(ChannelTimeout),
        MaxStoredBytes = pushStream.SharedMemorySize,
        IdempotencyWindow = TimeSpan.FromSeconds(IdempotencyWindow),
        MaxIdempotencyKeys = MaxIdempotencyKeys,
    };
}
