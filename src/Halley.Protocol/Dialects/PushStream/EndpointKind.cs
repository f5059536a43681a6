namespace Halley.Protocol.Dialects.PushStream;

/// <summary>What an endpoint is to its clients.</summary>
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

    /// <summary>What is stored, at once.</summary>
    Polling,

    /// <summary>What is stored, or else the next message.</summary>
    LongPolling,

    /// <summary>Server-sent events.</summary>
    EventSource,

    WebSocket,
}
