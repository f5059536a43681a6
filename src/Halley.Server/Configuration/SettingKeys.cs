using System.Text;

namespace Halley.Server.Configuration;

/// <summary>Every key there is. A test compares this list with halley.json and with the options classes.</summary>
internal static class SettingKeys
{
    /// <summary>iComet's floor for a log file's size, kept: a smaller one would rotate all day.</summary>
    private const int LeastRotateSize = 1 << 20;

    // A section that there was, by which servers shared their channels.
    private const string Former = "nodes";

    public static readonly IReadOnlyList<SettingKey> All =
    [
        SettingKey.Text("pidfile", "a file's path"),
        SettingKey.Word("logger.level", "trace", "debug", "info", "warn", "error", "fatal", "none"),
        SettingKey.Text("logger.output", "stdout, stderr or a file's path"),
        SettingKey.Word("logger.format", "text", "json"),
        SettingKey.Integer("logger.refusals", 0, 10_000),
        SettingKey.Integer("logger.rotate.size", LeastRotateSize, long.MaxValue),
        SettingKey.PlaceOrOff("admin.listen"),
        SettingKey.UnixMode("admin.unix_mode"),
        SettingKey.Addresses("admin.allow"),
        SettingKey.Addresses("admin.deny"),
        SettingKey.Networks("admin.trusted_proxies"),
        SettingKey.Origins("admin.allowed_origins"),
        SettingKey.ApiKeys("admin.api_keys"),
        SettingKey.Text("admin.api_keys_file", "a file's path"),
        SettingKey.ApiKeys("admin.read_only_keys"),
        SettingKey.Text("admin.read_only_keys_file", "a file's path"),
        SettingKey.Word("admin.require_key", "all", "others"),
        SettingKey.Word("admin.require_host", "true", "false"),
        SettingKey.Integer("admin.max_request_head", 1024),
        SettingKey.Integer("admin.max_request_body", 0),
        SettingKey.PlaceOrOff("front.listen"),
        SettingKey.UnixMode("front.unix_mode"),
        SettingKey.Files("front.tls.certificates"),
        SettingKey.Files("front.tls.keys"),
        SettingKey.ListenOrNone("front.tls.redirect_from"),
        SettingKey.Addresses("front.allow"),
        SettingKey.Addresses("front.deny"),
        SettingKey.Networks("front.trusted_proxies"),
        SettingKey.Origins("front.allowed_origins"),
        SettingKey.Word("front.require_host", "true", "false"),
        SettingKey.Integer("front.max_channels", 1),
        SettingKey.Integer("front.max_channels_per_address", 0),
        SettingKey.Integer("front.max_channel_memory", 1, long.MaxValue),
        SettingKey.Integer("front.max_subscribers_per_channel", 1),
        SettingKey.Integer("front.channel_buffer_size", 0),
        SettingKey.Seconds("front.channel_timeout", 1),
        SettingKey.Seconds("front.idempotency_window", 1, 86_400),
        SettingKey.Integer("front.max_idempotency_keys", 1),
        SettingKey.Integer("front.max_request_head", 1024),
        SettingKey.Integer("front.max_request_body", 0),
        .. DialectKeys.All.Select(SettingKey.Of),
        SettingKey.Integer("tls.max_connections", 1, 1_000_000),
        SettingKey.Integer("tls.max_requests", 1, 10_000_000),
        SettingKey.Integer("tls.max_streams_per_connection", 1, 10_000),
        SettingKey.Seconds("tls.handshake_timeout", 1, 600),
        SettingKey.Seconds("tls.check_interval", 0, 86_400),
        SettingKey.Text("storage.path", "a directory's path"),
        SettingKey.Word("storage.durability", "disk", "memory"),
        SettingKey.JwtSecrets("jwt.secrets"),
        SettingKey.Text("jwt.secrets_file", "a file's path"),
        SettingKey.Word("jwt.allow_short_secrets", "true", "false"),
        SettingKey.Text("jwt.public_keys_file", "a file's path"),
        SettingKey.Text("jwt.jwks_file", "a file's path"),
        SettingKey.Url("jwt.jwks_url", "https://auth.example.com/.well-known/jwks.json"),
        SettingKey.Seconds("jwt.jwks_refresh", 30, 86_400),
        SettingKey.Text("jwt.issuer", "text"),
        SettingKey.Text("jwt.audience", "text"),
        SettingKey.Seconds("jwt.clock_skew", 0, 3600),
        SettingKey.Word("jwt.require_expiry", "true", "false"),
        SettingKey.NameOrNone("jwt.query"),
        SettingKey.NameOrNone("jwt.cookie"),
        SettingKey.Milliseconds("hook.timeout", 10, 600_000),
        SettingKey.Seconds("hook.cache", 0, 86_400),
        SettingKey.Word("hook.on_failure", "deny", "allow"),
        SettingKey.Integer("limits.requests_per_address", 0, 1_000_000),
        SettingKey.Integer("limits.connections_per_user", 0),
        SettingKey.Integer("limits.publishes_per_user", 0, 1_000_000),
        SettingKey.Integer("limits.requests_per_key", 0, 1_000_000),
        SettingKey.RedisUrl("redis.url"),
        SettingKey.Text("redis.sentinel", "what Sentinel calls the primary"),
        SettingKey.Word("redis.cluster", "true", "false"),
        SettingKey.Text("redis.user", "a user's name"),
        SettingKey.Secret("redis.password", "a password"),
        SettingKey.Text("redis.password_file", "a file's path"),
        SettingKey.Text("redis.ca_file", "a file's path"),
        SettingKey.Text("redis.prefix", "text"),
        SettingKey.Word("redis.fence", "strict", "off"),
        SettingKey.Word("redis.ack", "memory", "replica"),
        SettingKey.Milliseconds("redis.timeout", 10, 600_000),
        SettingKey.NodeName("redis.node"),
        SettingKey.Listen("router.listen"),
        SettingKey.Addresses("router.allow"),
        SettingKey.Addresses("router.deny"),
        SettingKey.Origins("router.allowed_origins"),
        SettingKey.RoutedServers("router.servers"),
        SettingKey.Milliseconds("router.timeout", 10, 600_000),
        SettingKey.Milliseconds("router.check_interval", 10, 60_000),
        SettingKey.Integer("router.down_after", 1, 1000),
        SettingKey.Seconds("router.presence_interval", 1, 86_400),
        SettingKey.Integer("backend.max_concurrent", 1, 10_000),
        SettingKey.Integer("backend.max_waiting", 0, 1_000_000),
        SettingKey.Integer("backend.max_per_address", 0, 10_000),
        SettingKey.Integer("backend.max_answer", 0, 1 << 30),
        SettingKey.Url("otlp.endpoint", "http://127.0.0.1:4318"),
        SettingKey.Seconds("otlp.interval", 1, 3600),
        SettingKey.Word("otlp.traces", "true", "false"),
        SettingKey.Integer("otlp.trace_percent", 0, 100),
        SettingKey.Seconds("drain.within", 0, 3600),
        SettingKey.Integer("engine.reactors", 0, 1024),
        SettingKey.Integer("engine.workers", 0, 1024),
        SettingKey.Seconds("engine.worker_patience", 0, 86_400),
        SettingKey.Integer("engine.listen_backlog", 1),
        SettingKey.Integer("engine.max_connections_per_address", 0),
        SettingKey.Seconds("engine.request_timeout", 1),
        SettingKey.Integer("engine.min_send_rate", 0),
        SettingKey.Seconds("engine.keep_alive_timeout", 1),
        SettingKey.Seconds("engine.tcp_keepalive", 0, 32_767),
        SettingKey.Integer("engine.max_queued_bytes", 1024),
        SettingKey.Integer("engine.max_unfinished_bytes", 1 << 20, long.MaxValue),
        SettingKey.Integer("engine.max_unshared_bytes", 1 << 20, long.MaxValue),
        SettingKey.Integer("engine.send_buffer_bytes", 2048),
        SettingKey.Word("engine.io_uring", "auto", "on", "off"),
    ];

    private static readonly Dictionary<string, SettingKey> ByName =
        All.ToDictionary(key => key.Name, StringComparer.Ordinal);

    private static readonly string[] Sections =
    [
        "logger", "logger.rotate", "admin", "front", "front.tls", "tls", "jwt", "hook", "limits", "push_stream",
        "storage", "redis", "router", "backend", "drain", "engine", "otlp",
    ];

    public static SettingKey? Find(string name) => ByName.GetValueOrDefault(name);

    public static bool IsSection(string name) => Sections.Contains(name);

    /// <summary>
    /// Whether it is of a section that there was, and that is too much to be ignored: servers would share nothing where
    /// they were to share all.
    /// </summary>
    public static bool IsFormer(string name) =>
        name == Former || name.StartsWith(Former + ".", StringComparison.Ordinal);

    /// <summary>Lets a setting pass whose key is known and whose value is right.</summary>
    /// <param name="spell">How a key is written where the setting was written.</param>
    /// <exception cref="ConfigurationException">Anything else.</exception>
    public static void Require(Setting setting, Func<string, string> spell)
    {
        var written = spell(setting.Key);
        if (Find(setting.Key) is not { } key)
        {
            throw new ConfigurationException($"{setting.Origin}: {Unknown(setting.Key, spell)}");
        }

        if (setting.Value is { } value && !key.Accepts(value))
        {
            var said = !key.IsSecret ? $"is \"{HiddenSecrets.In(value)}\""
                : key.IsList ? $"has one of {Encoding.UTF8.GetByteCount(value)} bytes"
                : "is not right";
            throw new ConfigurationException($"{setting.Origin}: {written} {said}; it wants {key.Wants}");
        }
    }

    /// <summary>Describes a key that does not exist, and what may have been meant.</summary>
    public static string Unknown(string name, Func<string, string> spell)
    {
        if (IsFormer(name))
        {
            return $"{spell(name)} is not a key any more: servers share channels through Redis (section redis, "
                    + "docs/scaling.md), or a router stands before servers that share nothing (halley router, "
                    + "docs/router.md)";
        }

        if (IsSection(name))
        {
            var first = All.First(key => key.Name.StartsWith(name + ".", StringComparison.Ordinal));
            return $"{spell(name)} is a section, not a key; its first key is {spell(first.Name)}";
        }

        return NearMiss.Of(name, [.. All.Select(key => key.Name), .. Sections]) is { } near
            ? $"{spell(name)} is not a key; did you mean {spell(near)}?"
            : $"{spell(name)} is not a key; halley --help says where the keys are listed";
    }
}
