using Halley.Server.Backends;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>How much is asked of the operator's backends, by endpoints that have hooks.</summary>
internal sealed class BackendSection
{
    /// <summary>Questions under way at a time. Default 64.</summary>
    [ConfigurationKeyName("max_concurrent")]
    public int MaxConcurrent { get; set; } = 64;

    /// <summary>Questions that wait for their turn; a further request gets 503. Default 1,024.</summary>
    [ConfigurationKeyName("max_waiting")]
    public int MaxWaiting { get; set; } = 1024;

    /// <summary>Bytes of an answer's body; a longer one counts as none. Default 1 MiB.</summary>
    [ConfigurationKeyName("max_answer")]
    public int MaxAnswer { get; set; } = 1 << 20;

    public BackendOptions ToOptions() => new(MaxConcurrent, MaxWaiting, MaxAnswer);
}
