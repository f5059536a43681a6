using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Transports;

/// <summary>
/// How a held answer is spoken: what a message, a heartbeat and an end look like on the wire. One instance serves all subscribers of its kind, on
/// all threads; one that a subscriber has a part in (the callback of JSONP) serves that one alone.
/// </summary>
public abstract class TransportFormat
{
    /// <summary>Whether it serves many subscribers, so that what it wrote for one is worth keeping for the next.</summary>
    public virtual bool IsShared => true;

    /// <summary>Whether one message (or heartbeat) is the whole answer, as in long polling.</summary>
    public abstract bool EndsWithMessage { get; }

    /// <summary>How long nothing is sent before a heartbeat is; null where there are none.</summary>
    public abstract TimeSpan? HeartbeatInterval { get; }

    /// <summary>What hears the messages of clients that it is spoken to over a WebSocket. By default they are dropped.</summary>
    public virtual IWebSocketReceiver Receiver => DeafReceiver.Instance;

    /// <summary>Writes a message, in one piece or more.</summary>
    public abstract void WriteMessage(ReadOnlySpan<byte> channel, Message message, Framing framing, ByteBuffer output);

    /// <param name="count">The heartbeat's number, which the subscriber may have chosen the first of.</param>
    public abstract void WriteHeartbeat(ReadOnlySpan<byte> channel, int count, Framing framing, ByteBuffer output);

    /// <summary>Writes the last thing a subscriber is told when its channel ends; nothing, where the transport has no word for it.</summary>
    public abstract void WriteEnd(
        ReadOnlySpan<byte> channel, CloseReason reason, StreamPosition position, Framing framing, ByteBuffer output);

    /// <summary>What the close frame says where such an answer was a WebSocket.</summary>
    public virtual CloseCode CloseCodeFor(CloseReason reason) => reason switch
    {
        CloseReason.Done or CloseReason.ChannelClosed => CloseCode.Normal,
        CloseReason.Shutdown => CloseCode.GoingAway,
        CloseReason.TooSlow => CloseCode.TryAgainLater,
        CloseReason.InternalError => CloseCode.InternalError,
        _ => CloseCode.PolicyViolation,
    };
}
