using Halley.Channels;
using Halley.Presence;
using Halley.Protocol.Links;

namespace Halley.Workers;

/// <summary>A worker's place in the presence feed.</summary>
internal sealed class PresenceFollower(Link link) : Subscription
{
    /// <inheritdoc/>
    protected override void Deliver(Message message)
    {
        var isHere = PresenceFeed.IsHere(message, out var name);
        link.Send(new Frames.PresenceFrame(isHere, name));
    }

    /// <inheritdoc/>
    protected override void End(Channel channel, in Ending ending)
    {
    }

    /// <inheritdoc/>
    protected override void OnDue(uint now)
    {
    }
}
