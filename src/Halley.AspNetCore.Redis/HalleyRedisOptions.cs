using System.Security.Cryptography;
using StackExchange.Redis;

namespace Halley.AspNetCore.Redis;

/// <summary>The Redis by which processes share their channels. Checked when the application starts.</summary>
public sealed class HalleyRedisOptions
{
    /// <summary>
    /// The connection to Redis: addresses, user and password, TLS, Sentinel's name of the primary. Default: to nowhere.
    /// </summary>
    public ConfigurationOptions Connection { get; set; } = new();

    /// <summary>The beginning of all keys. Processes with the same one share their channels. Default halley:.</summary>
    public string Prefix { get; set; } = "halley:";

    /// <summary>Whether Redis is a cluster. Default no.</summary>
    public bool IsCluster { get; set; }

    /// <summary>
    /// Whether a stream begins anew after a failover or a restart of Redis that may have lost messages. Default yes.
    /// </summary>
    public bool IsFenced { get; set; } = true;

    /// <summary>
    /// Whether a message counts as published only when a replica has it, too; needs <see cref="IsFenced"/>. Default no.
    /// </summary>
    public bool WaitsForReplica { get; set; }

    /// <summary>The time that Redis may take for an answer. Default two seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The name of this process among those that share a Redis: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, at
    /// most 100. Default: the machine's name, and a number of its own.
    /// </summary>
    public string Node { get; set; } =
        $"{Environment.MachineName}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
}
