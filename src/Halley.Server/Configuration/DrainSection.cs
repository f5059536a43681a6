using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>The end of the server: how it is paced, and how long it may take.</summary>
internal sealed class DrainSection
{
    /// <summary>
    /// Seconds over which subscribers are told to come back when the server is to end; 0 ends it at once. Default 10;
    /// an icomet.conf's is 0.
    /// </summary>
    [ConfigurationKeyName("within")]
    public int Within { get; set; } = 10;

    public TimeSpan Time => TimeSpan.FromSeconds(Within);
}
