namespace Halley.Server.Import;

/// <summary>nchan's directives, and those of the module that it came from, nginx_http_push_module: what each is called in halley.json.</summary>
internal static class NchanDirectives
{
    public const string Prefix = "nchan_";

    public const string OldPrefix = "push_";

    // Names that nchan knows beside today's, without its prefix; and the old module's, with theirs.
    private static readonly Dictionary<string, string> OtherNames = new()
    {
        ["nchan_pubsub_channel_id"] = "nchan_channel_id",
        ["nchan_pub_channel_id"] = "nchan_publisher_channel_id",
        ["nchan_sub_channel_id"] = "nchan_subscriber_channel_id",
        ["nchan_pubsub_location"] = "nchan_pubsub",
        ["nchan_subscriber_location"] = "nchan_subscriber",
        ["nchan_publisher_location"] = "nchan_publisher",
        ["nchan_max_reserved_memory"] = "nchan_shared_memory_size",
        ["nchan_message_max_buffer_length"] = "nchan_message_buffer_length",
        ["push_publisher"] = "nchan_publisher",
        ["push_sender"] = "nchan_publisher",
        ["push_subscriber"] = "nchan_subscriber",
        ["push_listener"] = "nchan_subscriber",
        ["push_subscriber_timeout"] = "nchan_subscriber_timeout",
        ["push_store_messages"] = "nchan_store_messages",
        ["push_max_reserved_memory"] = "nchan_shared_memory_size",
        ["push_message_timeout"] = "nchan_message_timeout",
        ["push_max_message_buffer_length"] = "nchan_message_buffer_length",
        ["push_message_buffer_length"] = "nchan_message_buffer_length",
        ["push_authorized_channels_only"] = "nchan_subscribe_existing_channels_only",
        ["push_channel_group"] = "nchan_channel_group",
        ["push_max_channel_id_length"] = "nchan_max_channel_id_length",
        ["push_max_channel_subscribers"] = "nchan_max_channel_subscribers",
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

    /// <summary>What becomes a key of an endpoint, by nchan's name, which is the key's too.</summary>
    public static IReadOnlyDictionary<string, ValueKind> OfLocation { get; } = new Dictionary<string, ValueKind>
    {
        ["nchan_channel_id"] = ValueKind.Expressions,
        ["nchan_publisher_channel_id"] = ValueKind.Expressions,
        ["nchan_subscriber_channel_id"] = ValueKind.Expressions,
        ["nchan_channel_id_split_delimiter"] = ValueKind.Text,
        ["nchan_max_channel_id_length"] = ValueKind.Number,
        ["nchan_channel_group"] = ValueKind.Expression,
        ["nchan_message_buffer_length"] = ValueKind.NumberOrZero,
        ["nchan_message_timeout"] = ValueKind.TimeOrZero,
        ["nchan_store_messages"] = ValueKind.Switch,
        ["nchan_subscriber_first_message"] = ValueKind.Text,
        ["nchan_subscriber_timeout"] = ValueKind.TimeOrZero,
        ["nchan_subscribe_existing_channels_only"] = ValueKind.Switch,
        ["nchan_max_channel_subscribers"] = ValueKind.NumberOrZero,
        ["nchan_websocket_ping_interval"] = ValueKind.TimeOrZero,
        ["nchan_eventsource_ping_interval"] = ValueKind.TimeOrZero,
        ["nchan_eventsource_ping_comment"] = ValueKind.Text,
        ["nchan_eventsource_ping_event"] = ValueKind.Text,
        ["nchan_eventsource_ping_data"] = ValueKind.Text,
        ["nchan_eventsource_event"] = ValueKind.Text,
        ["nchan_subscriber_http_raw_stream_separator"] = ValueKind.Text,
        ["nchan_access_control_allow_origin"] = ValueKind.Origins,
        ["nchan_access_control_allow_credentials"] = ValueKind.Switch,
        ["nchan_group_max_channels"] = ValueKind.Expression,
        ["nchan_group_max_subscribers"] = ValueKind.Expression,
        ["nchan_group_max_messages"] = ValueKind.Expression,
        ["nchan_group_max_messages_memory"] = ValueKind.Expression,
        ["nchan_authorize_request"] = ValueKind.Backend,
        ["nchan_publisher_upstream_request"] = ValueKind.Backend,
    };

    /// <summary>What nobody misses: nchan's own work, and what it ignores itself.</summary>
    public static IReadOnlySet<string> NotNeeded { get; } = new HashSet<string>
    {
        "nchan_message_temp_path", "nchan_permessage_deflate_compression_level",
        "nchan_permessage_deflate_compression_strategy", "nchan_permessage_deflate_compression_window",
        "nchan_permessage_deflate_compression_memlevel", "nchan_deflate_message_for_websocket",
        "nchan_redis_wait_after_connecting", "push_min_message_buffer_length", "push_storage_engine",
        "nchan_shared_memory_size", "nchan_channel_group_accounting", "nchan_channel_timeout", "push_channel_timeout",
    };

    /// <summary>What is not served, and lets in nobody who could not come.</summary>
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
        || (name.StartsWith(OldPrefix, StringComparison.Ordinal) && !name.StartsWith(PushStreamDirectives.Prefix, StringComparison.Ordinal));

    /// <summary>Today's name of a directive.</summary>
    public static string NameOf(string written) => OtherNames.GetValueOrDefault(written, written);

    /// <summary>All names of a directive.</summary>
    public static IEnumerable<string> NamesOf(string name) => OtherNames.Where(other => other.Value == name).Select(other => other.Key).Prepend(name);

    /// <summary>Halley's word for one of nchan's for a transport; null for none.</summary>
    public static string? TransportOf(string word) => Transports.GetValueOrDefault(word);

    /// <summary>Whether a key means anything to an endpoint of a kind.</summary>
    public static bool Concerns(string key, string kind) => kind switch
    {
        "nchan_group" => key.StartsWith("nchan_group_", StringComparison.Ordinal)
            || key.StartsWith("nchan_access_control_", StringComparison.Ordinal)
            || key is "nchan_channel_group" or "nchan_authorize_request",
        "nchan_publisher" => !key.StartsWith("nchan_subscriber_", StringComparison.Ordinal)
            && !key.Contains("_ping_", StringComparison.Ordinal)
            && key is not ("nchan_subscribe_existing_channels_only" or "nchan_eventsource_event" or "nchan_max_channel_subscribers"),
        "nchan_subscriber" => key is not ("nchan_publisher_channel_id" or "nchan_publisher_upstream_request"),
        _ => true,
    };
}
