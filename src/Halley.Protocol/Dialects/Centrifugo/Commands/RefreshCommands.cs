using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo.Commands;

/// <summary>A client shows another token before the one that it came with is worth nothing any more.</summary>
internal sealed class RefreshCommands(SessionContext context)
{
    public Outcome Refresh(RefreshRequest request, CentrifugoSession session)
    {
        if (request.Token.Length == 0)
        {
            return Disconnect.BadRequest;
        }

        if (!TokenCheck.TryVerify(request.Token, context.Admission, session, out var claims, out var refused))
        {
            return refused.Error == Errors.TokenExpired ? Disconnect.Expired : refused;
        }

        var client = session.Client!;
        if (claims!.User != client.User || context.Admission.IsRevoked(claims))
        {
            return Disconnect.InvalidToken;
        }

        if (claims.Expires <= context.Node.Time.GetUtcNow())
        {
            return Errors.Expired;
        }

        client.Refresh(claims);
        session.EndAt(claims.Expires);
        return Outcome.Of(new RefreshResult
        {
            Client = client.Id,
            Version = context.Node.Version,
            Expires = claims.Expires is not null,
            Ttl = claims.Expires is { } end ? context.SecondsUntil(end) : 0,
        });
    }

    public Outcome RefreshSubscription(SubRefreshRequest request, CentrifugoSession session)
    {
        if (request.Channel.Length == 0)
        {
            return Disconnect.BadRequest;
        }

        var place = session.Find(request.Channel);
        if (place is null or PresencePlace)
        {
            return Errors.PermissionDenied;
        }

        if (request.Token.Length == 0)
        {
            return Errors.BadRequest;
        }

        if (!TokenCheck.TryVerify(request.Token, context.Admission, session, out var claims, out var refused))
        {
            return refused.Error == Errors.TokenExpired ? Disconnect.SubscriptionExpired : refused;
        }

        if (!SubscriptionToken.IsFor(claims!, request.Channel, session.Client!)
            || context.Admission.IsRevoked(claims!, request.Channel))
        {
            return Disconnect.InvalidToken;
        }

        var expires = claims!.Grant!.Expires;
        if (expires <= context.Node.Time.GetUtcNow())
        {
            return Errors.Expired;
        }

        session.EndAt(place, expires);
        return Outcome.Of(new SubRefreshResult
        {
            Expires = expires is not null,
            Ttl = expires is { } end ? context.SecondsUntil(end) : 0,
        });
    }
}
