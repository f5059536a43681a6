namespace Halley.Client;

/// <summary>The transport that a subscriber uses. The items that it is told are the same.</summary>
public enum HalleyTransport
{
    /// <summary>An event stream: a long HTTP answer, which passes every proxy that does not buffer.</summary>
    ServerSentEvents,

    /// <summary>A WebSocket.</summary>
    WebSocket,
}
