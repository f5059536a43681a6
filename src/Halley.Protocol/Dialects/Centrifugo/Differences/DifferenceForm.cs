using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.Centrifugo.Differences;

/// <summary>Messages of a channel for those who understand differences, the same for all over a carrier.</summary>
/// <param name="isWhole">Whether they have no message yet that the next could differ from.</param>
internal sealed class DifferenceForm(Carrier carrier, bool isWhole) : TransportFormat
{
    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        var isText = carrier.Codec.IsText;
        var publication = isWhole ? Difference.Whole(message, isText) : Difference.Of(message, isText);
        carrier.Write(new Push { Channel = channel.Name.ToArray(), Content = publication }, framing, output);
    }
}
