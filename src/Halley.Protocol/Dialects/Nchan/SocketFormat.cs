using System.Text;
using System.Text.Unicode;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// A WebSocket's messages: binary where their type says so, or where they are no text; in nchan's own sub-protocol with
/// their id and type before them.
/// </summary>
internal sealed class SocketFormat(NchanOptions options, bool isMeta, IWebSocketReceiver receiver) : NchanFormat(
    options.SubscriberTimeout)
{
    /// <summary>
    /// The sub-protocol whose messages begin with <c>id: …</c>, so that a client can come back with it.
    /// </summary>
    public static ReadOnlySpan<byte> MetaProtocol => "ws+meta.nchan"u8;

    /// <inheritdoc/>
    public override TimeSpan? HeartbeatInterval { get; } = options.WebsocketPingInterval;

    /// <inheritdoc/>
    public override IWebSocketReceiver Receiver => receiver;

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        var type = message.Labels?.ContentType;
        var isBinary = (type is not null && Ascii.EqualsIgnoreCase(type, "application/octet-stream"u8))
            || !Utf8.IsValid(message.Payload);
        var own = isBinary ? framing.Binary : framing;
        var piece = own.Begin(output);
        if (isMeta)
        {
            output.Write("id: "u8);
            MessageId.Write(message.Stamp, output);
            if (type is not null)
            {
                output.Write("\ncontent-type: "u8);

                // A field may have any bytes, and text may not.
                output.Write(isBinary || Utf8.IsValid(type) ? type : "application/octet-stream"u8);
            }

            output.Write("\n\n"u8);
        }

        LargeMessages.WritePayload(message, output);
        own.End(output, piece);
    }

    /// <inheritdoc/>
    public override void WriteHeartbeat(
        ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output) =>
        framing.WritePing(output);

    /// <inheritdoc/>
    public override CloseCode CloseCodeFor(CloseReason reason) => reason switch
    {
        CloseReason.Expired => CloseCode.Normal,

        // Clients of the original know no other word for a server that ends.
        CloseReason.Draining => CloseCode.GoingAway,
        _ => base.CloseCodeFor(reason),
    };
}
