using Halley.Time;

namespace Halley.Protocol.Answers;

// When something is due: a heartbeat, the end of the answer's time, or a tick of the host's own.
public abstract partial class HeldAnswer
{
    /// <summary>
    /// Ends it where its time is over, or sends the heartbeat that is due, and schedules what comes next.
    /// </summary>
    protected void OnHeldDue(uint now)
    {
        if (_endsAt != 0 && TickClock.IsPast(_endsAt, now))
        {
            if (HasRoom())
            {
                EndHeld(Client is { IsExpired: true } ? ReasonWithoutPermission : CloseReason.Expired);
            }

            return;
        }

        if (!EndsForHost(now))
        {
            Session?.OnDue(now);
        }

        if (IsHeld)
        {
            Heartbeat(now);
        }

        if (IsHeld)
        {
            ScheduleNext();
        }
    }

    /// <summary>
    /// Schedules its timer for whatever comes first: a heartbeat, the end of its time, or the host's own tick.
    /// </summary>
    protected void ScheduleNext()
    {
        var clock = Shared.Clock;
        var due = _format!.HeartbeatInterval is { } interval ? _lastSent + clock.ToTicks(interval) : (uint?)null;
        due = TickClock.Sooner(due, _endsAt != 0 ? _endsAt : null);
        due = TickClock.Sooner(due, HostDue);
        due = TickClock.Sooner(due, Session?.Due);
        if (due is { } tick)
        {
            clock.Timers.Schedule(this, tick);
        }
        else
        {
            clock.Timers.Cancel(this);
        }
    }

    private void Heartbeat(uint now)
    {
        if (_format!.HeartbeatInterval is not { } interval || now - _lastSent < Shared.Clock.ToTicks(interval))
        {
            return;
        }

        _lastSent = now;
        if (!IsBackedUp && !IsLagging)
        {
            // To a client that is behind, what it has not taken yet is sign of life enough.
            SendHeartbeat();
        }
    }

    /// <summary>Writes a heartbeat.</summary>
    protected void SendHeartbeat()
    {
        var format = _format!;
        var output = Output;
        format.WriteHeartbeat(Channel is { } channel ? channel.Identity : default, Next, _heartbeat++, Framing, output);
        if (format.EndsWithMessage)
        {
            Framing.EndAll(output);
            Finish(isWhole: true);
        }
    }
}
