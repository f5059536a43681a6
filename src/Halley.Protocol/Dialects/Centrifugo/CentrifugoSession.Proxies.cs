using System.Text;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo.Proxies;
using Halley.Protocol.Sessions;

namespace Halley.Protocol.Dialects.Centrifugo;

// What the application says of a session: without being asked, or asked again when that is worth nothing any more.
internal partial class CentrifugoSession
{
    private bool _isAskedFor;

    /// <summary>Whether the operator's server has said who it is.</summary>
    public bool IsRecognized { get; private set; }

    /// <summary>Whether the operator's server is asked when its permission ends, rather than its client.</summary>
    public bool IsRefreshedHere => IsRecognized && _context.Proxies.Refresh is not null;

    /// <summary>Takes note of who the client is, as the operator's server says; its id stays.</summary>
    public AdmittedClient Recognize(TokenClaims claims)
    {
        var (id, since) = (_client!.Id, _client.Since);
        _client = new AdmittedClient(_context.Admission.Registry, Dispatcher, claims, claims.User);
        _client.Continue(id, since);
        IsRecognized = true;
        return _client;
    }

    /// <inheritdoc/>
    internal override SessionChangeStatus Make(SessionChange change, IPostponable work) =>
        _context.Changes.Make(change, this, work);

    /// <summary>Has its client stay until another time, as the application says.</summary>
    /// <param name="expires">Null for as long as it likes.</param>
    /// <param name="info">What others may see of its user from now on; null where that stays.</param>
    public void Stay(DateTimeOffset? expires, byte[]? info)
    {
        _isAskedFor = false;
        var client = _client!;
        var claims = client.Claims
            ?? new TokenClaims(client.User, null, null, _context.Node.Time.GetUtcNow(), null, null, null);
        client.Refresh(claims with { Expires = expires, Info = info ?? claims.Info });
        EndAt(expires);
    }

    // Whether the operator's server is asked how long the session may stay; it has until the end of its patience.
    private bool TryAskToStay()
    {
        if (!IsRefreshedHere || _isAskedFor)
        {
            return false;
        }

        _isAskedFor = true;
        _endsAt = TickOf(_context.Node.Time.GetUtcNow(), _context.Options.ExpiredCloseDelay);
        _context.Proxies.Refresh!.Ask(
            this,
            writer => writer.WriteString("user"u8, _client!.User),
            answer => OnAnswer(() => OnMayStay(answer)));
        return true;
    }

    private void OnMayStay(ProxyAnswer answer)
    {
        var result = new ProxyFields(answer.Result);
        if (!answer.IsResult)
        {
            // Asked again: a server that is away for a while costs nobody the connection.
            _isAskedFor = answer.Refused.Disconnect is not null;
            return;
        }

        var expires = result.Time("expire_at"u8);
        if (result.Flag("expired"u8) || expires <= _context.Node.Time.GetUtcNow())
        {
            End(Disconnect.Expired);
            return;
        }

        Stay(expires, info: null);
    }

    // The same for a subscription that the server has allowed.
    private bool TryAskToKeep(SessionPlace place, byte[] channel)
    {
        if (_context.Proxies.SubRefreshOf(channel) is not { } proxy
            || (place.Notes & (SubscriptionNotes.IsAllowedByServer | SubscriptionNotes.IsAskedFor))
                != SubscriptionNotes.IsAllowedByServer)
        {
            return false;
        }

        place.Notes |= SubscriptionNotes.IsAskedFor;
        EndAt(place, _context.Node.Time.GetUtcNow());
        proxy.Ask(
            this,
            writer =>
            {
                writer.WriteString("user"u8, _client!.User);
                writer.WriteString("channel"u8, Encoding.UTF8.GetString(channel));
            },
            answer => OnAnswer(() => OnMayKeep(place, channel, answer)));
        return true;
    }

    private void OnMayKeep(SessionPlace place, byte[] channel, ProxyAnswer answer)
    {
        if (Find(channel) != place || !answer.IsResult)
        {
            return;
        }

        var result = new ProxyFields(answer.Result);
        var expires = result.Time("expire_at"u8);
        if (result.Flag("expired"u8) || expires <= _context.Node.Time.GetUtcNow())
        {
            Unsubscribe(place, channel, Unsubscribed.Expired);
            return;
        }

        place.Notes &= unchecked((ushort)~SubscriptionNotes.IsAskedFor);
        EndAt(place, expires);
    }

    private void OnAnswer(Action work)
    {
        try
        {
            if (IsOpen)
            {
                work();
            }
        }
        catch (Exception exception)
        {
            FailFor(exception);
        }
    }
}
