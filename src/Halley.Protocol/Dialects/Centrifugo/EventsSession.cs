using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Protocol.Sessions;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// A one-way session over an event stream. Each event's id is the client's place in all its channels, so that a browser
/// comes back with it by itself. Where there is one channel, the id is the same for all, and a part of what they share.
/// </summary>
internal sealed class EventsSession(SessionContext context, IExchange exchange, Arrival arrival)
    : OneWaySession(context, exchange, arrival)
{
    /// <inheritdoc/>
    protected override TransportFormat Form =>
        Places.Length > 1 ? Carrier.Publications : Carrier.PlacedPublications;

    /// <inheritdoc/>
    internal override void Deliver(SessionPlace place, Message message)
    {
        if (Places.Length > 1)
        {
            WritePlaces();
        }

        base.Deliver(place, message);
    }

    /// <inheritdoc/>
    protected override void Welcome(ConnectResult result)
    {
        WritePlaces();
        base.Welcome(result);
    }

    private void WritePlaces()
    {
        if (Places.Length > 0 && HasRoom())
        {
            var output = Exchange.Add(out var framing);
            var piece = framing.Begin(output);
            output.Write("id: "u8);
            var isFurther = false;
            foreach (var place in Places)
            {
                if (place is not PresencePlace && place.Channel is { } channel)
                {
                    EventId.Write(channel.Identity, place.Next - 1, isFurther, output);
                    isFurther = true;
                }
            }

            output.WriteByte((byte)'\n');
            framing.End(output, piece);
        }
    }
}
