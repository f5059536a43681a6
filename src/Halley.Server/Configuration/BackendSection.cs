using Halley.Server.Backends;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>The limits on what endpoints with hooks ask of the operator's backends.</summary>
internal sealed class BackendSection
{
    /// <summary>Questions under way at a time. Default 64.</summary>
    [ConfigurationKeyName("max_concurrent")]
    public int MaxConcurrent { get; set; } = 64;

    /// <summary>
    /// Questions that wait for their turn; a further request gets 503, or takes the place of the client's that has most
    /// of them. Default 1,024.
    /// </summary>
    [ConfigurationKeyName("max_waiting")]
    public int MaxWaiting { get; set; } = 1024;

    /// <summary>Of those under way, how many may be for one client's address. Default 0: three quarters.</summary>
    [ConfigurationKeyName("max_per_address")]
    public int MaxPerAddress { get; set; }

    /// <summary>Bytes of an answer's body; a longer one counts as none. Default 1 MiB.</summary>
    [ConfigurationKeyName("max_answer")]
    public int MaxAnswer { get; set; } = 1 << 20;

    public BackendOptions ToOptions() => new(
        MaxConcurrent, MaxWaiting, MaxAnswer, MaxPerAddress > 0 ? MaxPerAddress : Math.Max(1, MaxConcurrent * 3 / 4));
}
