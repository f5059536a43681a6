namespace Halley.Protocol.Dialects.PushStream;

/// <summary>The kind of an endpoint, to its clients.</summary>
public enum PushStreamKind
{
    /// <summary>Publishes, and tells of channels.</summary>
    Publisher,

    /// <summary>The same, and deletes channels.</summary>
    AdminPublisher,

    /// <summary>Tells of the server and of channels.</summary>
    Statistics,

    /// <summary>A response that does not end, a chunk for each message.</summary>
    Streaming,

    /// <summary>Answers with what is stored, at once.</summary>
    Polling,

    /// <summary>Answers with what is stored, or else the next message.</summary>
    LongPolling,

    /// <summary>Server-sent events.</summary>
    EventSource,

    WebSocket,
}

/// <summary>The words of halley.json for the kinds.</summary>
public static class PushStreamKinds
{
    public static IReadOnlyDictionary<string, PushStreamKind> ByName { get; } = new Dictionary<string, PushStreamKind>
    {
        ["publisher"] = PushStreamKind.Publisher,
        ["publisher-admin"] = PushStreamKind.AdminPublisher,
        ["statistics"] = PushStreamKind.Statistics,
        ["streaming"] = PushStreamKind.Streaming,
        ["polling"] = PushStreamKind.Polling,
        ["long-polling"] = PushStreamKind.LongPolling,
        ["eventsource"] = PushStreamKind.EventSource,
        ["websocket"] = PushStreamKind.WebSocket,
    };

    internal static string[] Publishers { get; } = ["publisher", "publisher-admin"];

    internal static string[] Subscribers { get; } =
        ["streaming", "polling", "long-polling", "eventsource", "websocket"];

    /// <summary>
    /// Those whose answers can be ended by one message: a request may ask for that by X-Nginx-PushStream-Mode.
    /// </summary>
    internal static string[] MayPoll { get; } = ["streaming", "polling", "long-polling", "eventsource"];
}
