using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Answers;

// What the client of a WebSocket says, while its answer is held.
public abstract partial class HeldAnswer
{
    /// <summary>
    /// Hears a message or a control frame: tells the format's receiver, answers a ping, and ends the WebSocket where
    /// the client does, or has broken a rule. On its dispatcher.
    /// </summary>
    protected void Hear(in Incoming incoming, IExchange exchange)
    {
        var receiver = _format!.Receiver;
        switch (incoming.Kind)
        {
            case IncomingKind.Text:
                receiver.OnText(incoming.Content, exchange);
                break;
            case IncomingKind.Binary:
                receiver.OnBinary(incoming.Content, exchange);
                break;
            case IncomingKind.Ping:
                Framing.WritePong(Output, incoming.Content);
                break;
            case IncomingKind.Close or IncomingKind.Fault:
                // A message that is too long is always answered so. Other errors are no secret either, but the
                // originals' clients do not expect a word.
                EndWebSocket(
                    receiver.Options.SaysWhy || incoming.Code == CloseCode.TooBig ? incoming.Code : CloseCode.None,
                    incoming.Kind == IncomingKind.Fault ? incoming.Content : default);
                break;
        }
    }

    /// <summary>
    /// Whether its client has published faster than others are told; see <see cref="Channel.HoldsPublishersBack"/>.
    /// </summary>
    protected bool IsHeldBack(long most) => Session is { } session ? session.IsHeldBack(most)
        : HasFurther ? Channels.Any(channel => channel.HoldsPublishersBack(most))
        : Channel?.HoldsPublishersBack(most) == true;

    /// <summary>Ends a WebSocket with a close frame.</summary>
    /// <param name="reason">In UTF-8, at most 123 bytes.</param>
    protected abstract void EndWebSocket(CloseCode code, ReadOnlySpan<byte> reason);
}
