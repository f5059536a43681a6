using Halley.Protocol.Clients;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>The way to ask the operator's backend who may, where <c>auth</c> says hook.</summary>
internal sealed class HookSection
{
    /// <summary>Milliseconds that it may take for an answer. Default 5,000.</summary>
    [ConfigurationKeyName("timeout")]
    public int Timeout { get; set; } = 5000;

    /// <summary>Seconds for which a permission holds for the same request. Default 0: each is asked about.</summary>
    [ConfigurationKeyName("cache")]
    public int Cache { get; set; }

    /// <summary>deny, or allow: what becomes of clients while it does not answer. Default deny.</summary>
    [ConfigurationKeyName("on_failure")]
    public string OnFailure { get; set; } = "deny";

    public HookOptions ToOptions() =>
        new(TimeSpan.FromMilliseconds(Timeout), TimeSpan.FromSeconds(Cache), OnFailure == "allow");
}
