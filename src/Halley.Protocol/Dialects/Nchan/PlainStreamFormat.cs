using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// Nothing but messages: each a chunk of its own, or in a raw stream, each with a separator behind it.
/// </summary>
/// <param name="separator">
/// Empty where the chunks tell messages apart. An empty message is no chunk then: it would end the answer, and is left
/// out.
/// </param>
internal sealed class PlainStreamFormat(TimeSpan? timeToLive, byte[] separator) : NchanFormat(timeToLive)
{
    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        if (message.Payload.IsEmpty && separator.Length == 0)
        {
            return;
        }

        var piece = framing.Begin(output);
        LargeMessages.WritePayload(message, output);
        output.Write(separator);
        framing.End(output, piece);
    }
}
