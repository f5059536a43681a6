using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>The collector that metrics and traces are sent to; none as it is built in.</summary>
internal sealed class OtlpSection
{
    /// <summary>Its URL, which /v1/metrics and /v1/traces are added to. Default: nowhere.</summary>
    [ConfigurationKeyName("endpoint")]
    public string Endpoint { get; set; } = "";

    /// <summary>Seconds between two sendings. Default 60.</summary>
    [ConfigurationKeyName("interval")]
    public int Interval { get; set; } = 60;

    /// <summary>Whether traces of messages are sent, too. Default no.</summary>
    [ConfigurationKeyName("traces")]
    public bool Traces { get; set; }

    /// <summary>
    /// The messages in a hundred that are traced where their publishers do not say so. Default 0.
    /// </summary>
    [ConfigurationKeyName("trace_percent")]
    public int TracePercent { get; set; }

    public bool IsUsed => Endpoint.Length > 0;
}
