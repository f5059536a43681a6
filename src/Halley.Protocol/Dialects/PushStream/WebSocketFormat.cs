using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// A WebSocket's frames: header, messages and footer are text, whatever bytes they have; a ping is a ping.
/// </summary>
internal sealed class WebSocketFormat(
    MessageWriter writer, EndpointOptions options, byte[] deletedText, IWebSocketReceiver receiver) : TransportFormat
{
    /// <inheritdoc/>
    public override TimeSpan? HeartbeatInterval { get; } = options.PingMessageInterval;

    /// <inheritdoc/>
    public override TimeSpan? TimeToLive { get; } = options.SubscriberConnectionTtl;

    /// <inheritdoc/>
    public override IWebSocketReceiver Receiver => receiver;

    public void WriteHeader(Framing framing, ByteBuffer output) => Pieces.Write(writer.Header, framing, output);

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        var content = output.Length;
        writer.WriteMessage(channel, message, output);
        Pieces.End(framing, output, piece, content);
    }

    /// <inheritdoc/>
    public override void WriteHeartbeat(
        ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output) =>
        framing.WritePing(output);

    /// <inheritdoc/>
    public override void WriteEnd(
        ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
    {
        if (ending.Reason == CloseReason.ChannelClosed)
        {
            WriteMessage(
                TemplateValues.OfNotice(MessageWriter.Deleted, channel, ending.Farewell ?? deletedText),
                framing,
                output);
        }

        if (isLast)
        {
            Pieces.Write(writer.Footer, framing, output);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// As the original: pushstream.js takes a close without a code for the time being over, and comes back soon.
    /// </remarks>
    public override CloseCode CloseCodeFor(CloseReason reason) =>
        reason == CloseReason.PermissionEnded ? CloseCode.PolicyViolation : CloseCode.None;

    private void WriteMessage(in TemplateValues values, Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        var content = output.Length;
        writer.WriteMessage(values, output);
        Pieces.End(framing, output, piece, content);
    }
}
