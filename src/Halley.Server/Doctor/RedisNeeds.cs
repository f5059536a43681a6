using System.Globalization;

namespace Halley.Server.Doctor;

/// <summary>The settings that a Redis needs for channels to lie in it.</summary>
internal static class RedisNeeds
{
    /// <summary>
    /// In bytes: Redis' own default. Beyond it the connection is cut, and what was missed is read from the streams.
    /// </summary>
    private const long OutputBytes = 32L << 20;

    /// <summary>In bytes, for a minute: Redis' own default.</summary>
    private const long LastingOutputBytes = 8L << 20;

    private static readonly Version FirstVersion = new(6, 2);

    /// <summary>A publish waits for one. Within a data center it is some tenths of this.</summary>
    private static readonly TimeSpan LongestRoundTrip = TimeSpan.FromMilliseconds(1);

    public static IEnumerable<Finding> Examine(IRedisServer redis) =>
    [
        OfVersion(redis),
        OfReplicationId(redis),
        OfEviction(redis),
        .. RedisPersistence.Examine(redis),
        OfOutput(redis),
        OfReplicas(redis),
        OfRoundTrip(redis),
    ];

    private static Finding OfVersion(IRedisServer redis)
    {
        const string Name = "version";
        const string Need = "6.2 or later";
        return redis.Info("redis_version") is { } text && Version.TryParse(text.Split('-')[0], out var version)
            ? version >= FirstVersion ? new(Name, text, Need, Verdict.Ok) : new(Name, text, Need, Verdict.Stops)
            {
                Remedy = Remedy.ByHand("install Redis 6.2 or later"),
            }
            : Finding.Unreadable(Name, Need);
    }

    /// <summary>
    /// Looks at the replication id, by which the fence tells a restart or a failover. The scripts read it, too: where
    /// they may not, nothing can be published.
    /// </summary>
    private static Finding OfReplicationId(IRedisServer redis)
    {
        const string Name = "replication id";
        const string Need = "visible in INFO";
        const string NoFence = "\"fence\": \"off\" in section redis of halley.json, if it never loses what it took";
        return (redis.Info("master_replid"), redis.Info("run_id")) switch
        {
            ({ } id, _) when id.AsSpan().ContainsAnyExcept('0') => new(Name, "visible", Need, Verdict.Ok),
            (_, { Length: > 0 }) => new(Name, "run_id instead", Need, Verdict.Ok),
            _ when redis.Info("redis_version") is null => new(Name, "INFO is refused", Need, Verdict.Stops)
            {
                Remedy = Remedy.ByHand($"user NAME … +info  # in redis.conf or its ACL file; or {NoFence}"),
            },
            _ => new(Name, "none", Need, Verdict.Stops) { Remedy = Remedy.ByHand(NoFence) },
        };
    }

    /// <summary>INFO says it, too, where CONFIG is refused.</summary>
    private static Finding OfEviction(IRedisServer redis)
    {
        const string Name = "maxmemory-policy";
        const string Need = "noeviction";
        return (redis.Setting(Name) ?? redis.Info("maxmemory_policy")) switch
        {
            null => Finding.Unreadable(Name, Need),
            Need => new(Name, Need, Need, Verdict.Ok),
            var evicting => new(Name, evicting, Need, Verdict.Stops) { Remedy = Remedy.RedisConf(Name, Need) },
        };
    }

    private static Finding OfOutput(IRedisServer redis)
    {
        const string Key = "client-output-buffer-limit";
        const string Class = "pubsub";
        const string Name = $"{Key} {Class}";
        const string Need = "32 MiB, 8 MiB for 60 s";

        // The classes stand behind each other: name, hard limit and soft limit in bytes, and for how many seconds the
        // soft one may be exceeded.
        var words = redis.Setting(Key)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (words.SkipWhile(word => word != Class).ToList() is not [_, var first, var second, var third, ..]
            || (Limit(first), Limit(second), Limit(third)) is not ({ } hard, { } soft, { } seconds))
        {
            return Finding.Unreadable(Name, Need);
        }

        // Without seconds Redis leaves the soft limit out.
        var lasting = seconds == Readings.Unlimited ? Readings.Unlimited : soft;
        var now = Amount.Bytes(hard) + (
            lasting == Readings.Unlimited ? "" : $", {Amount.Bytes(lasting)} for {third} s");
        return hard >= OutputBytes && lasting >= LastingOutputBytes
            ? new(Name, now, Need, Verdict.Ok)
            : new(Name, now, Need, Verdict.Better)
            {
                Remedy = Remedy.RedisConf(Key, $"{Class} 32mb 8mb 60"),
                GoodFor = "when much is published at once: a connection that is cut must read all again",
            };
    }

    /// <summary>0 is no limit.</summary>
    private static long? Limit(string word) =>
        Readings.Parse(word) is { } number ? number == 0 ? Readings.Unlimited : number : null;

    /// <summary>
    /// A primary that was cut off from its replicas takes what is lost when one of them is promoted; more replicas than
    /// there are, and it takes nothing.
    /// </summary>
    private static Finding OfReplicas(IRedisServer redis)
    {
        const string Name = "min-replicas-to-write";
        if (Number(redis.Info("connected_slaves")) is not { } replicas)
        {
            return Finding.Unreadable(Name, "1 where it has replicas");
        }

        var need = replicas == 0 ? "0 without replicas" : replicas == 1 ? "1" : $"1 to {replicas}";
        return Number(redis.Setting(Name)) switch
        {
            null => Finding.Unreadable(Name, need),
            { } many when many > replicas => new(Name, $"{many}", need, Verdict.Stops)
            {
                Remedy = Remedy.RedisConf(Name, $"{Math.Min(1, replicas)}"),
            },
            0 when replicas > 0 => new(Name, "0", need, Verdict.Better)
            {
                Remedy = Remedy.RedisConf(Name, "1"),
                GoodFor = "when a replica is promoted: a primary that was cut off takes nothing that is lost then",
            },
            { } enough => new(Name, $"{enough}", need, Verdict.Ok),
        };
    }

    private static Finding OfRoundTrip(IRedisServer redis)
    {
        const string Name = "round trip";
        const string Need = "1 ms at most";
        var now = redis.RoundTrip.TotalMilliseconds.ToString("N2", CultureInfo.InvariantCulture) + " ms";
        return redis.RoundTrip <= LongestRoundTrip
            ? new(Name, now, Need, Verdict.Ok)
            : new(Name, now, Need, Verdict.Better)
            {
                Remedy = Remedy.ByHand("a Redis nearer to this machine"),
                GoodFor = "for each publish, which waits for one",
            };
    }

    private static int? Number(string? word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
