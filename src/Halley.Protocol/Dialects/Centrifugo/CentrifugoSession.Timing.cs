using Halley.Protocol.Sessions;
using Halley.Time;

namespace Halley.Protocol.Dialects.Centrifugo;

// What is due in a session: pings, and the ends of patience and of permissions.
internal partial class CentrifugoSession
{
    // A permission that lasts longer is looked at again then: ticks wrap around.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    // The next ping; before the client has said who it is, when it must have.
    private uint _pingAt;

    // 0 while no ping is unanswered.
    private uint _pongBy;

    // 0 for never.
    private uint _endsAt;
    private bool _isAdmitted;
    private bool _isRefused;

    /// <inheritdoc/>
    internal override uint? Due
    {
        get
        {
            var due = TickClock.Sooner(OrNever(_pingAt), OrNever(_pongBy));
            due = TickClock.Sooner(due, OrNever(_endsAt));
            foreach (var place in Places)
            {
                due = TickClock.Sooner(due, OrNever(place.EndsAt));
            }

            return due;
        }
    }

    /// <summary>Has the session end when its client's token is worth nothing any more.</summary>
    public void EndAt(DateTimeOffset? end)
    {
        _endsAt = TickOf(end, PatienceAtEnd);
        Reschedule();
    }

    /// <summary>Has a subscription end when its token is worth nothing any more.</summary>
    public void EndAt(SessionPlace place, DateTimeOffset? end)
    {
        var isAskedLater = (place.Notes & (SubscriptionNotes.IsAllowedByServer | SubscriptionNotes.IsAskedFor))
            == SubscriptionNotes.IsAllowedByServer;
        place.EndsAt = TickOf(
            end, isAskedLater ? TimeSpan.Zero : _context.Options.ExpiredSubscriptionCloseDelay);
        Reschedule();
    }

    /// <inheritdoc/>
    internal override void OnDue(uint now)
    {
        // A dispatcher that stood still reaches that tick late.
        now = Clock.Now;
        if (!_isAdmitted)
        {
            if (IsPast(_pingAt, now))
            {
                End(Disconnect.Stale);
            }

            return;
        }

        if (IsPast(_pongBy, now))
        {
            End(Disconnect.NoPong);
            return;
        }

        if (IsPast(_endsAt, now) && _client!.Claims?.Expires is { } end)
        {
            // Ticks are coarser than times: it may be a little early.
            if (end > _context.Node.Time.GetUtcNow())
            {
                _endsAt = TickOf(end, PatienceAtEnd);
            }
            else if (!TryAskToStay())
            {
                End(Disconnect.Expired);
                return;
            }
        }

        EndPlaces(now);
        if (IsOpen && IsPast(_pingAt, now))
        {
            Ping(now);
        }
    }

    // The operator's server is asked at once; a client may take a while to show another token.
    private TimeSpan PatienceAtEnd => IsRefreshedHere ? TimeSpan.Zero : _context.Options.ExpiredCloseDelay;

    private void OnAdmitted()
    {
        // The first one comes sooner, at a time of its own: not all at once that came at once.
        var interval = Clock.ToTicks(_context.Options.PingInterval);
        _pingAt = AtLeastOne(Clock.Now + (uint)(interval * (0.5 + (0.5 * Random.Shared.NextDouble()))));
        EndAt(_client!.Claims?.Expires);
    }

    private void Ping(uint now)
    {
        if (HasRoom())
        {
            var output = Exchange.Add(out var framing);
            Carrier.WritePing(framing, output);
            _pingAt = AtLeastOne(now + Clock.ToTicks(_context.Options.PingInterval));
            if (!Carrier.IsOneWay && _pongBy == 0)
            {
                _pongBy = AtLeastOne(now + Clock.ToTicks(_context.Options.PongTimeout));
            }
        }
    }

    private Outcome OnPong()
    {
        if (_pongBy == 0)
        {
            return Disconnect.BadRequest;
        }

        _pongBy = 0;
        return Outcome.Nothing;
    }

    private void EndPlaces(uint now)
    {
        foreach (var place in Places.ToArray())
        {
            if (IsPast(place.EndsAt, now) && place.Channel is { } channel)
            {
                var name = channel.Name.ToArray();
                if (!TryAskToKeep(place, name))
                {
                    Unsubscribe(place, name, Unsubscribed.Expired);
                }
            }
        }
    }

    private uint TickOf(DateTimeOffset? end, TimeSpan patience)
    {
        if (end is null)
        {
            return 0;
        }

        var left = end.Value - _context.Node.Time.GetUtcNow() + patience;
        return AtLeastOne(Clock.After(left > LongestWait ? LongestWait : left < TimeSpan.Zero ? TimeSpan.Zero : left));
    }

    // 0 means never.
    private static uint AtLeastOne(uint tick) => Math.Max(1, tick);

    private static uint? OrNever(uint tick) => tick == 0 ? null : tick;

    private static bool IsPast(uint tick, uint now) => tick != 0 && TickClock.IsPast(tick, now);
}
