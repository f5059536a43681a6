using Halley.Protocol.Dialects.Nchan;

namespace Halley.Server.Import;

/// <summary>
/// nchan's directives, and those of the module that it came from, nginx_http_push_module: what each is called in
/// halley.json.
/// </summary>
internal static class NchanDirectives
{
    public const string Prefix = "nchan_";

    public const string OldPrefix = "push_";

    // Names that nchan, or the old module, has for what is no option; an option's are in its table.
    private static readonly Dictionary<string, string> OtherNames = new()
    {
        ["nchan_pubsub_location"] = "nchan_pubsub",
        ["nchan_subscriber_location"] = "nchan_subscriber",
        ["nchan_publisher_location"] = "nchan_publisher",
        ["nchan_max_reserved_memory"] = "nchan_shared_memory_size",
        ["push_publisher"] = "nchan_publisher",
        ["push_sender"] = "nchan_publisher",
        ["push_subscriber"] = "nchan_subscriber",
        ["push_listener"] = "nchan_subscriber",
        ["push_max_reserved_memory"] = "nchan_shared_memory_size",
    };

    private static readonly Dictionary<string, string> Transports = new()
    {
        ["websocket"] = "websocket",
        ["ws"] = "websocket",
        ["websockets"] = "websocket",
        ["eventsource"] = "eventsource",
        ["event-source"] = "eventsource",
        ["es"] = "eventsource",
        ["sse"] = "eventsource",
        ["chunked"] = "http-chunked",
        ["http-chunked"] = "http-chunked",
        ["multipart"] = "http-multipart",
        ["multipart/mixed"] = "http-multipart",
        ["http-multipart"] = "http-multipart",
        ["multipart-mixed"] = "http-multipart",
        ["longpoll"] = "longpoll",
        ["long-poll"] = "longpoll",
        ["poll"] = "intervalpoll",
        ["interval-poll"] = "intervalpoll",
        ["intervalpoll"] = "intervalpoll",
        ["http"] = "intervalpoll",
        ["http-raw-stream"] = "http-raw-stream",
    };

    /// <summary>Those that hold at a location, and are inherited from the blocks around it.</summary>
    public static OptionDirectives OfLocation { get; } = new("", NchanTable.All);

    /// <summary>The directives that nobody misses: nchan's own work, and what it ignores itself.</summary>
    public static IReadOnlySet<string> NotNeeded { get; } = new HashSet<string>
    {
        "nchan_message_temp_path", "nchan_permessage_deflate_compression_level",
        "nchan_permessage_deflate_compression_strategy", "nchan_permessage_deflate_compression_window",
        "nchan_permessage_deflate_compression_memlevel", "nchan_deflate_message_for_websocket",
        "nchan_redis_wait_after_connecting", "push_min_message_buffer_length", "push_storage_engine",
        "nchan_shared_memory_size", "nchan_channel_group_accounting", "nchan_channel_timeout", "push_channel_timeout",
    };

    /// <summary>The directives that are not served, and let in nobody who could not come.</summary>
    public static IReadOnlySet<string> Missed { get; } = new HashSet<string>
    {
        "nchan_subscribe_request", "nchan_unsubscribe_request", "nchan_storage_engine",
        "nchan_longpoll_multipart_response", "nchan_subscriber_compound_etag_message_id",
        "nchan_subscriber_message_id_custom_etag_header", "nchan_subscriber_last_message_id",
        "nchan_websocket_client_heartbeat", "nchan_channel_events_channel_id", "nchan_channel_event_string",
        "nchan_group_max_messages_disk", "nchan_subscriber_info_string", "nchan_use_redis",
        "push_subscriber_concurrency", "push_delete_oldest_received_message",
    };

    /// <summary>Those that say what a location is.</summary>
    public static IReadOnlyDictionary<string, string> OfKind { get; } = new Dictionary<string, string>
    {
        ["nchan_publisher"] = "nchan_publisher",
        ["nchan_subscriber"] = "nchan_subscriber",
        ["nchan_pubsub"] = "nchan_pubsub",
        ["nchan_group_location"] = "nchan_group",
    };

    /// <summary>Locations of nchan that Halley has nothing like.</summary>
    public static IReadOnlySet<string> OfOtherKind { get; } = new HashSet<string>
    {
        "nchan_subscriber_info", "nchan_stub_status", "nchan_benchmark", "nchan_redis_upstream_stats",
    };

    public static bool IsOne(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        || (name.StartsWith(OldPrefix, StringComparison.Ordinal)
            && !name.StartsWith(PushStreamDirectives.Prefix, StringComparison.Ordinal));

    /// <summary>Today's name of a directive.</summary>
    public static string NameOf(string written) =>
        OfLocation.Find(written)?.Name ?? OtherNames.GetValueOrDefault(written, written);

    /// <summary>Halley's word for one of nchan's for a transport; null for none.</summary>
    public static string? TransportOf(string word) => Transports.GetValueOrDefault(word);
}
