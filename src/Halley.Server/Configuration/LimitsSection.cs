using Halley.Protocol.Clients;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>The limits on what one client may ask for, of each process.</summary>
internal sealed class LimitsSection
{
    /// <summary>
    /// Requests a second of one address, anywhere but on the admin port; 0 counts none. Default 10,000.
    /// </summary>
    [ConfigurationKeyName("requests_per_address")]
    public int RequestsPerAddress { get; set; } = 10_000;

    /// <summary>Connections of one user at a time; 0 counts none. Default 1,000.</summary>
    [ConfigurationKeyName("connections_per_user")]
    public int ConnectionsPerUser { get; set; } = 1000;

    /// <summary>Messages a second that one user publishes; 0 counts none. Default 100.</summary>
    [ConfigurationKeyName("publishes_per_user")]
    public int PublishesPerUser { get; set; } = 100;

    /// <summary>Requests a second with one of admin.api_keys. Default 0: they are not counted.</summary>
    [ConfigurationKeyName("requests_per_key")]
    public int RequestsPerKey { get; set; }

    public ClientLimits ToClientLimits() => new(ConnectionsPerUser, PublishesPerUser);
}
