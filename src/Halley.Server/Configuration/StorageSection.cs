using Halley.Sqlite;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>The storage of channels that outlive the process; none as it is built in.</summary>
internal sealed class StorageSection
{
    /// <summary>A directory; absolute once loaded. Default: none, so that channels end with the process.</summary>
    [ConfigurationKeyName("path")]
    public string Path { get; set; } = "";

    /// <summary>
    /// disk, or memory: whether a message counts as published when it is on the disk, or before it is written. Default
    /// disk.
    /// </summary>
    [ConfigurationKeyName("durability")]
    public string Durability { get; set; } = "disk";

    public bool IsUsed => Path.Length > 0;

    /// <summary>Requires that channels have one place to lie in.</summary>
    /// <exception cref="ConfigurationException">They cannot lie in Redis too.</exception>
    public void Require(RedisSection redis)
    {
        if (IsUsed && redis.IsUsed)
        {
            throw new ConfigurationException(
                "storage.path and redis.url are both set; channels lie on this machine, or in Redis: leave one out");
        }
    }

    /// <param name="limits">Those of the channels.</param>
    public SqliteOptions ToOptions(HubOptions limits) => new()
    {
        Directory = Path,
        Durability = Durability == "memory" ? Sqlite.Durability.Memory : Sqlite.Durability.Disk,
        Limits = limits,
    };
}
