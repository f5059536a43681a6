using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>The limits on clients that come with TLS, all listeners together.</summary>
internal sealed class TlsSection
{
    /// <summary>Connections at a time. Default 10,000.</summary>
    [ConfigurationKeyName("max_connections")]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Requests that are answered or held at a time, over all of them. Default 50,000.</summary>
    [ConfigurationKeyName("max_requests")]
    public int MaxRequests { get; set; } = 50_000;

    /// <summary>Requests that one connection of HTTP/2 may have under way. Default 100.</summary>
    [ConfigurationKeyName("max_streams_per_connection")]
    public int MaxStreamsPerConnection { get; set; } = 100;

    /// <summary>Seconds that a handshake may take. Default 10.</summary>
    [ConfigurationKeyName("handshake_timeout")]
    public int HandshakeTimeout { get; set; } = 10;

    /// <summary>Seconds between two looks whether files have changed. Default 60; 0 looks at SIGHUP alone.</summary>
    [ConfigurationKeyName("check_interval")]
    public int CheckInterval { get; set; } = 60;
}
