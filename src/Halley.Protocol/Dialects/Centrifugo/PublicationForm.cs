using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>Messages of a channel as pushes of a publication, the same for all sessions over a carrier.</summary>
/// <param name="tellsPlace">Whether an event's id is the place of its channel.</param>
internal sealed class PublicationForm(Carrier carrier, bool tellsPlace = false) : TransportFormat
{
    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        if (tellsPlace)
        {
            EventId.WriteLine(channel, message.Offset, framing, output);
        }

        carrier.Write(new Push { Channel = channel.Name.ToArray(), Content = Of(message) }, framing, output);
    }

    /// <summary>A message as the protocol has it.</summary>
    public static WirePublication Of(Message message)
    {
        var publication = new WirePublication { Data = new Payload(message), Offset = message.Offset };
        if (message.Labels?.Details is { } details)
        {
            PublicationDetails.Read(details, publication);
        }

        return publication;
    }
}
