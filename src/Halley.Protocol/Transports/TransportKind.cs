namespace Halley.Protocol.Transports;

/// <summary>The kind of a held answer, whatever its dialect calls it.</summary>
public enum TransportKind
{
    /// <summary>One message is the whole answer.</summary>
    LongPolling,

    /// <summary>An answer that goes on, iframes and multipart among them.</summary>
    Streaming,

    /// <summary>Server-sent events.</summary>
    EventSource,

    WebSocket,
}
