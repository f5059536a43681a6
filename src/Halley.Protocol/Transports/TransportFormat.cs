using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Transports;

/// <summary>
/// The form of a held answer: what a message, a heartbeat and an end look like on the wire. One instance serves all
/// subscribers of its kind, on all threads; one that a subscriber has a part in (the callback of JSONP) serves that one
/// alone.
/// </summary>
public abstract class TransportFormat
{
    /// <summary>
    /// Whether it serves many subscribers, so that what it wrote for one is worth keeping for the next. What one that
    /// does not writes is its subscriber's alone, but for what it writes by <see cref="LargeMessages"/>.
    /// </summary>
    public virtual bool IsShared => true;

    /// <summary>Whether one message (or heartbeat) is the whole answer, as in long polling.</summary>
    public virtual bool EndsWithMessage => false;

    /// <summary>The kind that it counts as where it is no WebSocket's.</summary>
    public virtual TransportKind Kind => EndsWithMessage ? TransportKind.LongPolling : TransportKind.Streaming;

    /// <summary>The time without anything sent before a heartbeat is; null where there are none.</summary>
    public virtual TimeSpan? HeartbeatInterval => null;

    /// <summary>
    /// The longest time that an answer is held, whatever is sent meanwhile; null for as long as the client likes.
    /// </summary>
    public virtual TimeSpan? TimeToLive => null;

    /// <summary>
    /// The receiver of messages from clients that it is spoken to over a WebSocket. By default they are dropped.
    /// </summary>
    public virtual IWebSocketReceiver Receiver => DeafReceiver.Instance;

    /// <summary>Writes a message, in one piece or more.</summary>
    public abstract void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output);

    /// <summary>Whether its subscribers can be told of a gap between two messages.</summary>
    internal virtual bool TellsGaps => false;

    /// <summary>Writes what a subscriber has lost, between two messages; see <see cref="TellsGaps"/>.</summary>
    internal virtual void WriteNotice(
        ChannelIdentity channel, in PositionNotice notice, Framing framing, ByteBuffer output) =>
        throw new NotSupportedException($"{GetType().Name} has no word for what is lost");

    /// <param name="next">The offset that this subscriber is to get next.</param>
    /// <param name="count">The heartbeat's number, which the subscriber may have chosen the first of.</param>
    public virtual void WriteHeartbeat(
        ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output)
    {
    }

    /// <summary>
    /// Writes what a subscriber is told when one of its channels ends, or its answer does; nothing, where the transport
    /// has no word for it.
    /// </summary>
    /// <param name="channel">Empty where no channel ended, but the answer alone.</param>
    /// <param name="isLast">Whether the answer ends with it: no channel of it is left, or its time is over.</param>
    public virtual void WriteEnd(
        ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
    {
    }

    /// <summary>
    /// Writes that the subscriber, whose answer ends, is to come back after a time; nothing, where the transport has no
    /// word for it.
    /// </summary>
    public virtual void WriteReturn(TimeSpan after, Framing framing, ByteBuffer output)
    {
    }

    /// <summary>
    /// Whether an answer that ends for this reason is ended as its framing has it, so that the client can tell it from
    /// one that was cut off.
    /// </summary>
    public virtual bool IsWholeAfter(CloseReason reason) => true;

    /// <summary>
    /// Finds the code of a WebSocket's close frame for this reason. A WebSocket is always ended with one.
    /// </summary>
    public virtual CloseCode CloseCodeFor(CloseReason reason) => reason switch
    {
        CloseReason.Done or CloseReason.ChannelClosed or CloseReason.Expired => CloseCode.Normal,
        CloseReason.Shutdown or CloseReason.Interrupted => CloseCode.GoingAway,
        CloseReason.Draining => CloseCode.ServiceRestart,
        CloseReason.InternalError => CloseCode.InternalError,
        _ => CloseCode.PolicyViolation,
    };

    /// <summary>
    /// Finds the words of the close frame beside the code; by default only when clients are to come back.
    /// </summary>
    public virtual ReadOnlySpan<byte> SentenceFor(CloseReason reason) =>
        CloseCodeFor(reason) == CloseCode.ServiceRestart ? "The server ends or restarts; come back."u8 : default;

    /// <summary>
    /// Makes the head of an answer whose head depends on what it tells, and which is owed until there is something to
    /// tell; see <see cref="IExchange.Wait"/>.
    /// </summary>
    public virtual ResponseHead HeadFor(Message message) =>
        throw new NotSupportedException($"{GetType().Name} begins its answers at once");

    /// <summary>
    /// The same where it ends without a message. Where <see cref="WriteEnd"/> then writes nothing, the answer has no
    /// body.
    /// </summary>
    public virtual ResponseHead HeadFor(in Ending ending) =>
        throw new NotSupportedException($"{GetType().Name} begins its answers at once");
}
