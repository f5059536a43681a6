using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Options;

namespace Halley.Server.Import;

/// <summary>nginx-push-stream-module's directives.</summary>
internal static class PushStreamDirectives
{
    public const string Prefix = "push_stream_";

    /// <summary>Those that hold for the whole server.</summary>
    public static OptionDirectives OfServer { get; } = new(Prefix, PushStreamTable.All);

    /// <summary>Those that hold at a location, and are inherited from the blocks around it.</summary>
    public static OptionDirectives OfLocation { get; } = new(Prefix, EndpointTable.All);

    /// <summary>Those that may stand in an <c>if</c>.</summary>
    public static OptionDirectives OfCondition { get; } = new(Prefix, ChoiceOptions.Table);

    /// <summary>Those that say what a location is: they make an endpoint of it.</summary>
    public static IReadOnlySet<string> OfKind { get; } = new HashSet<string>
    {
        "publisher", "publisher_admin", "subscriber", "subscriber_eventsource", "channels_statistics", "websocket",
    };

    /// <summary>
    /// The directives that early versions of the module had, for their own work; and those that are looked at with the
    /// kind.
    /// </summary>
    public static IReadOnlySet<string> Obsolete { get; } = new HashSet<string>
    {
        "memory_cleanup_timeout", "shared_memory_cleanup_objects_ttl", "keepalive", "eventsource_support",
        "min_message_buffer_length", "shm_name", "global_shm_name", "delete_oldest_received_message",
        "subscriber_disconnect_interval",
    };

    /// <summary>
    /// Whether an option is written to an endpoint of a kind. nginx hands many down to all locations; one that means
    /// nothing there is left out, and so is the type of an event source, which is for its polls alone.
    /// </summary>
    public static bool Concerns(Option option, string kind) =>
        option.MeansSomethingAt(kind) && (option.Name, kind) is not ("default_type", "eventsource");

    /// <summary>
    /// Whether nginx's limit of bodies holds there: what a WebSocket says it does not measure, and subscribers send no
    /// bodies.
    /// </summary>
    public static bool TakesBodies(string kind) =>
        kind is "publisher" or "publisher-admin" or "nchan_publisher" or "nchan_pubsub";
}
