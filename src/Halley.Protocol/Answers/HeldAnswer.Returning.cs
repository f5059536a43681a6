using Halley.Channels;

namespace Halley.Protocol.Answers;

// The end of an answer whose subscriber is to come back, since the node drains.
public abstract partial class HeldAnswer
{
    /// <summary>
    /// Ends it in its transport's words for coming back, once it has been told all that was published; a poll is
    /// answered as when its time is up.
    /// </summary>
    /// <param name="after">The time after which its subscriber is to come back, where the transport can say so.</param>
    /// <param name="atOnce">Whether it is ended also where something published is not told yet.</param>
    /// <returns>False where it is held still, and something is not told.</returns>
    protected bool TryEndToReturn(TimeSpan after, bool atOnce)
    {
        Shared.DeliverInOrder();
        if (_format is not { } format)
        {
            return true;
        }

        if (!atOnce && IsBehind)
        {
            return false;
        }

        if (!HasRoom())
        {
            return true;
        }

        if (!format.EndsWithMessage)
        {
            format.WriteReturn(after, Framing, Output);
            EndHeld(CloseReason.Draining);
        }
        else if (format.HeartbeatInterval is null)
        {
            EndHeld(CloseReason.Expired);
        }
        else
        {
            SendHeartbeat();
        }

        return true;
    }

    private bool IsBehind => IsLagging
        || (Session is { } session ? session.IsBehind : HasFurther ? Places.Any(Lags) : Lags(this));

    private static bool Lags(Subscription place) =>
        place.Channel is { } channel && place.Next < channel.Position.Offset;
}
