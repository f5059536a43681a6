using Halley.Protocol.Clients;
using Halley.Protocol.Sessions;

namespace Halley.Protocol.Dialects.Centrifugo;

// A client that is too slow for a channel.
internal partial class CentrifugoSession
{
    /// <inheritdoc/>
    /// <remarks>
    /// Where the channel's slow consumers are not to be ended: its client subscribes again once it has read so far, and
    /// recovers. Clients do not do that for what the server has subscribed them to.
    /// </remarks>
    internal override bool TryEnd(SessionPlace place)
    {
        var channel = place.Channel!;
        if (Carrier.IsOneWay || channel.SlowConsumers == SlowConsumerPolicy.End)
        {
            return false;
        }

        var name = channel.Name.ToArray();
        if (place is PresencePlace && PresenceChannel.TryParse(name, out var observed))
        {
            name = observed.ToArray();
        }

        if (Find(name) is not { } subscribed || (subscribed.Notes & SubscriptionNotes.IsServerSide) != 0)
        {
            return false;
        }

        Drop(subscribed);
        _client!.Exit(name);
        WritePush(name, Unsubscribed.InsufficientState);
        return true;
    }
}
