using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Protocol.Sessions;

namespace Halley.Protocol.Dialects.Centrifugo.Commands;

/// <summary>
/// Makes the changes to a session that the application wants: nobody asks whether its client may, and the client is
/// told by a push.
/// </summary>
internal sealed class ApplicationChanges(SessionContext context)
{
    public SessionChangeStatus Make(SessionChange change, CentrifugoSession session, IPostponable work) => change switch
    {
        SessionChange.Subscribe subscribe => Subscribe(subscribe, session, work),
        SessionChange.Unsubscribe unsubscribe => Unsubscribe(unsubscribe, session),
        SessionChange.Refresh refresh => Refresh(refresh, session),
        SessionChange.End end => End(session, new Disconnect(end.Code, end.Reason)),
        _ => SessionChangeStatus.NotNeeded,
    };

    private SessionChangeStatus Subscribe(
        SessionChange.Subscribe subscribe, CentrifugoSession session, IPostponable work)
    {
        var grant = subscribe.Grant;
        if (session.Find(grant.Channel) is not null)
        {
            return SessionChangeStatus.NotNeeded;
        }

        if (session.ChannelCount >= context.Options.MaxChannels)
        {
            return End(session, Disconnect.ChannelLimit);
        }

        var request = new SubscribeRequest { Channel = grant.Channel };
        if (subscribe.Since is { } since)
        {
            (request.Recover, request.Epoch, request.Offset) = (true, EpochText.Of(since.Epoch), since.Offset - 1);
        }

        var outcome = context.Subscribe.Attach(request, grant, isServerSide: true, session, work);
        if (outcome.Result is not SubscribeResult result)
        {
            return outcome.IsPostponed ? SessionChangeStatus.Postponed : SessionChangeStatus.Failed;
        }

        session.Client!.Enter(grant.Channel);
        session.EndAt(session.Find(grant.Channel)!, grant.Expires);
        session.Push(grant.Channel, PushOf(result));
        foreach (var missed in result.Publications ?? [])
        {
            session.Push(grant.Channel, missed);
        }

        return SessionChangeStatus.Done;
    }

    private static SessionChangeStatus Unsubscribe(SessionChange.Unsubscribe unsubscribe, CentrifugoSession session)
    {
        if (session.Find(unsubscribe.Channel) is not { } place || place is PresencePlace)
        {
            return SessionChangeStatus.NotNeeded;
        }

        session.Unsubscribe(place, unsubscribe.Channel, Unsubscribed.ByServer);
        return SessionChangeStatus.Done;
    }

    private SessionChangeStatus Refresh(SessionChange.Refresh refresh, CentrifugoSession session)
    {
        if (refresh.Expires <= context.Node.Time.GetUtcNow())
        {
            return End(session, Disconnect.Expired);
        }

        session.Stay(refresh.Expires, refresh.Info);
        session.Push([], new RefreshPush
        {
            Expires = refresh.Expires is not null,
            Ttl = refresh.Expires is { } end ? context.SecondsUntil(end) : 0,
        });
        return SessionChangeStatus.Done;
    }

    private static SessionChangeStatus End(CentrifugoSession session, Disconnect why)
    {
        session.End(why);
        return SessionChangeStatus.Done;
    }

    private static SubscribePush PushOf(SubscribeResult result) => new()
    {
        Recoverable = result.Recoverable,
        Positioned = result.Positioned,
        Epoch = result.Epoch,
        Offset = result.Offset,
        Data = result.Data,
    };
}
