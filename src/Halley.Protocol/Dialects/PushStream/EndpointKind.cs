namespace Halley.Protocol.Dialects.PushStream;

/// <summary>The kind of an endpoint, to its clients.</summary>
public enum EndpointKind
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
public static class EndpointKinds
{
    public static IReadOnlyDictionary<string, EndpointKind> ByName { get; } = new Dictionary<string, EndpointKind>
    {
        ["publisher"] = EndpointKind.Publisher,
        ["publisher-admin"] = EndpointKind.AdminPublisher,
        ["statistics"] = EndpointKind.Statistics,
        ["streaming"] = EndpointKind.Streaming,
        ["polling"] = EndpointKind.Polling,
        ["long-polling"] = EndpointKind.LongPolling,
        ["eventsource"] = EndpointKind.EventSource,
        ["websocket"] = EndpointKind.WebSocket,
    };

    internal static string[] Publishers { get; } = ["publisher", "publisher-admin"];

    internal static string[] Subscribers { get; } =
        ["streaming", "polling", "long-polling", "eventsource", "websocket"];

    /// <summary>
    /// Those whose answers can be ended by one message: a request may ask for that by X-Nginx-PushStream-Mode.
    /// </summary>
    internal static string[] MayPoll { get; } = ["streaming", "polling", "long-polling", "eventsource"];
}
