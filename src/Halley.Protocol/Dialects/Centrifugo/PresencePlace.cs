using Halley.Protocol.Sessions;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>The place of a session where comings and goings of one of its channels are told.</summary>
internal sealed class PresencePlace(CentrifugoSession session) : SessionPlace(session)
{
    /// <inheritdoc/>
    public override TransportFormat Form => session.Carrier.Presence;
}
