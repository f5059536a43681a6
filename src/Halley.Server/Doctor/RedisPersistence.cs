namespace Halley.Server.Doctor;

/// <summary>
/// The loss that a restart of Redis brings, from what it has on disk. Those who missed something are told whatever it
/// is; only more or less is lost.
/// </summary>
internal static class RedisPersistence
{
    private const string Appending = "appendonly";
    private const string Syncing = "appendfsync";

    public static IEnumerable<Finding> Examine(IRedisServer redis)
    {
        yield return IsAppending(redis) switch
        {
            null => Finding.Unreadable(Appending, "yes"),
            true => new(Appending, "yes", "yes", Verdict.Ok),
            false => new(Appending, "no", "yes", Verdict.Better)
            {
                Remedy = Remedy.RedisConf(Appending, "yes"),
                GoodFor = "where a restart of Redis shall lose little",
            },
        };

        const string EachSecond = "everysec";
        const string Need = "everysec or always";
        if (IsAppending(redis) != false)
        {
            yield return redis.Setting(Syncing) switch
            {
                null => Finding.Unreadable(Syncing, Need),
                "no" => new(Syncing, "no", Need, Verdict.Better)
                {
                    Remedy = Remedy.RedisConf(Syncing, EachSecond),
                    GoodFor = "when its machine dies",
                },
                var often => new(Syncing, often, Need, Verdict.Ok),
            };
        }
    }

    /// <summary>Says in a sentence what a restart loses.</summary>
    public static string Loss(IRedisServer redis) =>
        (IsAppending(redis), redis.Setting(Syncing), redis.Setting("save")) switch
        {
            (null, _, _) => "Nobody can say what a restart of it loses.",
            (true, "always", _) => "A restart of it loses nothing that was acknowledged.",
            (true, "everysec", _) =>
                "A restart of it loses nothing, a crash of its machine a second or two of messages; "
                    + "who missed them is told.",
            (true, "no", _) =>
                "A restart of it loses nothing, a crash of its machine what the system had not written yet, "
                    + "up to half a minute; who missed it is told.",
            (true, _, _) =>
                "A restart of it loses nothing, a crash of its machine what was not on disk yet; "
                    + "who missed it is told.",
            (false, _, "") => "A restart of it loses all messages and numbers; all subscribers are told.",
            (false, _, null) =>
                "A restart of it loses all since the last snapshot, if it makes any; who missed something is told.",
            (false, _, _) => "A restart of it loses all since the last snapshot; who missed something is told.",
        };

    /// <summary>INFO says it, too, where CONFIG is refused.</summary>
    private static bool? IsAppending(IRedisServer redis) => (redis.Setting(Appending), redis.Info("aof_enabled")) switch
    {
        ("yes", _) or (null, "1") => true,
        ("no", _) or (null, "0") => false,
        _ => null,
    };
}
