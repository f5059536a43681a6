using Halley.Protocol.Explaining;
using Halley.Protocol.Sessions;
using Halley.Protocol.Transports;
using Halley.Time;

namespace Halley.Protocol.Answers;

// An answer that is a session: it has the session's places, and what is due is the session's.
public abstract partial class HeldAnswer
{
    /// <summary>Whether it is held for a session, which need not listen to a channel.</summary>
    protected bool HoldsSession => Session is not null;

    internal TickClock Clock => Shared.Clock;

    private Session? Session => _format as Session;

    internal bool IsHeldFor(Session session) => _format == session;

    internal bool HasRoomFor(Session session) => IsHeldFor(session) && HasRoom();

    /// <summary>Has its timer wait for what the session has due now.</summary>
    internal void Reschedule(Session session)
    {
        if (IsHeldFor(session))
        {
            ScheduleNext();
        }
    }

    /// <summary>Ends it for a reason of the session's.</summary>
    internal void EndSession(Session session, CloseReason reason)
    {
        if (HasRoomFor(session))
        {
            EndHeld(reason);
        }
    }

    /// <summary>Writes a message of one of the session's channels, in the form that others share.</summary>
    internal void Push(Session session, SessionPlace place, Message message, TransportFormat form)
    {
        var channel = place.Channel!;
        try
        {
            var trace = Trace;
            if (IsHeldFor(session) && (!IsBackedUp || (!session.TryEnd(place) && HasRoom())))
            {
                trace?.Note(TraceWords.Delivered, TextOf(channel, message));
                var shared = Shared;
                shared.CountDelivered();
                Append(shared.Encoded.Get(message, channel.Identity, form, Compresses ? Framing.Deflated : Framing));
            }
            else
            {
                trace?.Note(TraceWords.Dropped, TextOf(channel, message));
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <inheritdoc cref="Fail"/>
    internal void FailFor(Exception exception) => Fail(exception);
}
