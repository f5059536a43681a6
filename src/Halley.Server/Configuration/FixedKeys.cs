namespace Halley.Server.Configuration;

/// <summary>The keys that count from one start to the next: a server that runs cannot take over others.</summary>
internal static class FixedKeys
{
    private static readonly string[] Always =
    [
        "pidfile",
        "logger.output",
        "logger.format",
        "logger.refusals",
        "logger.rotate.size",
        "admin.listen",
        "admin.unix_mode",
        "front.listen",
        "front.unix_mode",
        "push_stream.wildcard_channel_prefix",
        "push_stream.events_channel_id",
        "push_stream.channel_deleted_message_text",
        "push_stream.ping_message_text",
        "push_stream.timeout_with_body",
        "engine.reactors",
        "engine.workers",
        "engine.worker_patience",
        "engine.listen_backlog",
        "engine.tcp_keepalive",
        "engine.send_buffer_bytes",
        "engine.io_uring",
    ];

    private static readonly string[] Sections = ["storage.", "redis.", "backend.", "otlp.", "tls.", "front.tls."];

    // Redis' scripts and the copies of channels have them from the start.
    private static readonly string[] OverRedis =
    [
        "front.max_channels", "front.channel_buffer_size", "front.idempotency_window", "front.max_idempotency_keys",
    ];

    /// <summary>Whether a key is one of them.</summary>
    /// <param name="running">What holds in the server that runs.</param>
    public static bool Include(string key, HalleyOptions running) =>
        Always.Contains(key)
        || Sections.Any(section => key.StartsWith(section, StringComparison.Ordinal))
        || (running.Redis.IsUsed && OverRedis.Contains(key))
        || (key == "front.channel_timeout"
            && (running.Redis.IsUsed || running.Storage.IsUsed || running.Engine.Workers > 0))

        // The key of tokens lies there, and is fetched at the start.
        || (key == "front.auth" && running.Redis.IsUsed);

    /// <summary>Whether a server takes no notice of a key at all.</summary>
    public static bool MeanNothing(string key) => key.StartsWith("router.", StringComparison.Ordinal);
}
