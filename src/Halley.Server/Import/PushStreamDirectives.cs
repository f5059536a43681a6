namespace Halley.Server.Import;

/// <summary>How nginx-push-stream-module's directives are called in halley.json, and what kind of value each has.</summary>
internal static class PushStreamDirectives
{
    public const string Prefix = "push_stream_";

    /// <summary>Those that hold for the whole server. The second name of two is what early versions of the module had.</summary>
    public static IReadOnlyDictionary<string, (string Key, ValueKind Kind)> OfServer { get; } = new Dictionary<string, (string, ValueKind)>
    {
        ["shared_memory_size"] = ("shared_memory_size", ValueKind.Bytes),
        ["max_reserved_memory"] = ("shared_memory_size", ValueKind.Bytes),
        ["message_ttl"] = ("message_ttl", ValueKind.Seconds),
        ["min_message_buffer_timeout"] = ("message_ttl", ValueKind.Seconds),
        ["max_messages_stored_per_channel"] = ("max_messages_stored_per_channel", ValueKind.Number),
        ["max_message_buffer_length"] = ("max_messages_stored_per_channel", ValueKind.Number),
        ["max_subscribers_per_channel"] = ("max_subscribers_per_channel", ValueKind.Number),
        ["max_channel_id_length"] = ("max_channel_id_length", ValueKind.Number),
        ["max_number_of_channels"] = ("max_number_of_channels", ValueKind.Number),
        ["max_number_of_wildcard_channels"] = ("max_number_of_wildcard_channels", ValueKind.Number),
        ["max_number_of_broadcast_channels"] = ("max_number_of_wildcard_channels", ValueKind.Number),
        ["wildcard_channel_prefix"] = ("wildcard_channel_prefix", ValueKind.Text),
        ["broadcast_channel_prefix"] = ("wildcard_channel_prefix", ValueKind.Text),
        ["channel_inactivity_time"] = ("channel_inactivity_time", ValueKind.Seconds),
        ["channel_deleted_message_text"] = ("channel_deleted_message_text", ValueKind.Text),
        ["ping_message_text"] = ("ping_message_text", ValueKind.Text),
        ["timeout_with_body"] = ("timeout_with_body", ValueKind.Switch),
        ["events_channel_id"] = ("events_channel_id", ValueKind.Text),
    };

    /// <summary>Those that hold at a location, and are inherited from the blocks around it.</summary>
    public static IReadOnlyDictionary<string, (string Key, ValueKind Kind)> OfLocation { get; } = new Dictionary<string, (string, ValueKind)>
    {
        ["channels_path"] = ("channels_path", ValueKind.Expression),
        ["store_messages"] = ("store_messages", ValueKind.Switch),
        ["channel_info_on_publish"] = ("channel_info_on_publish", ValueKind.Switch),
        ["authorized_channels_only"] = ("authorized_channels_only", ValueKind.Switch),
        ["header_template"] = ("header_template", ValueKind.Text),
        ["header_template_file"] = ("header_template_file", ValueKind.File),
        ["message_template"] = ("message_template", ValueKind.Text),
        ["footer_template"] = ("footer_template", ValueKind.Text),
        ["ping_message_interval"] = ("ping_message_interval", ValueKind.Time),
        ["subscriber_connection_ttl"] = ("subscriber_connection_ttl", ValueKind.Time),
        ["subscriber_connection_timeout"] = ("subscriber_connection_ttl", ValueKind.Time),
        ["longpolling_connection_ttl"] = ("longpolling_connection_ttl", ValueKind.Time),
        ["websocket_allow_publish"] = ("websocket_allow_publish", ValueKind.Switch),
        ["allow_connections_to_events_channel"] = ("allow_connections_to_events_channel", ValueKind.Switch),
        ["last_received_message_time"] = ("last_received_message_time", ValueKind.Expression),
        ["last_received_message_tag"] = ("last_received_message_tag", ValueKind.Expression),
        ["last_event_id"] = ("last_event_id", ValueKind.Expression),
        ["user_agent"] = ("user_agent", ValueKind.Expression),
        ["padding_by_user_agent"] = ("padding_by_user_agent", ValueKind.Text),
        ["allowed_origins"] = ("allowed_origins", ValueKind.Expression),
        ["wildcard_channel_max_qtd"] = ("wildcard_channel_max_qtd", ValueKind.Number),
        ["broadcast_channel_max_qtd"] = ("wildcard_channel_max_qtd", ValueKind.Number),
        ["content_type"] = ("default_type", ValueKind.Text),
    };

    /// <summary>Those that may stand in an <c>if</c>.</summary>
    public static IReadOnlySet<string> OfCondition { get; } = new HashSet<string>
    {
        "channels_path", "store_messages", "allow_connections_to_events_channel", "last_received_message_time",
        "last_received_message_tag", "last_event_id",
    };

    /// <summary>Those that say what a location is: they make an endpoint of it.</summary>
    public static IReadOnlySet<string> OfKind { get; } = new HashSet<string>
    {
        "publisher", "publisher_admin", "subscriber", "subscriber_eventsource", "channels_statistics", "websocket",
    };

    /// <summary>What early versions of the module had, for their own work; and what is looked at with the kind.</summary>
    public static IReadOnlySet<string> Obsolete { get; } = new HashSet<string>
    {
        "memory_cleanup_timeout", "shared_memory_cleanup_objects_ttl", "keepalive", "eventsource_support",
        "min_message_buffer_length", "shm_name", "global_shm_name", "delete_oldest_received_message",
        "subscriber_disconnect_interval",
    };

    /// <summary>Whether a key of halley.json means anything to an endpoint of a kind: what nginx hands down to all locations is not written to all.</summary>
    public static bool Concerns(string key, string kind) => (kind, key) switch
    {
        (_, "channels_path") => true,
        ("statistics", _) => false,
        (['n', 'c', 'h', 'a', 'n', ..], "max_body") => kind is "nchan_publisher" or "nchan_pubsub",
        ("publisher" or "publisher-admin", _) => key is "store_messages" or "channel_info_on_publish" or "allowed_origins" or "max_body",
        (_, "max_body") => false, // nginx does not measure a WebSocket's messages by client_max_body_size
        (_, "store_messages" or "websocket_allow_publish") => kind == "websocket",
        (_, "channel_info_on_publish") => false,
        (_, "longpolling_connection_ttl") => kind != "websocket", // a request may ask for long polling by X-Nginx-PushStream-Mode
        (_, "default_type") => kind is not ("eventsource" or "websocket"),
        _ => true,
    };
}
