using System.Text.Json;
using Halley.Channels;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo.Filters;
using Halley.Protocol.Dialects.Centrifugo.Proxies;
using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Protocol.Sessions;

namespace Halley.Protocol.Dialects.Centrifugo.Commands;

/// <summary>
/// <c>subscribe</c>: the session listens to one more channel, and is told what it missed, or that something is missing.
/// </summary>
internal sealed class SubscribeCommand(SessionContext context)
{
    // What a client asks to be refused for, rather than to begin anew: a bit of its flags.
    private const long RejectsUnrecovered = 2;

    /// <summary>Whether a channel wants a subscription token, whatever else is allowed.</summary>
    public static bool IsPrivate(ReadOnlySpan<byte> channel) => channel is [(byte)'$', ..];

    public Outcome Handle(SubscribeRequest request, CentrifugoSession session)
    {
        if (request.Channel.Length == 0 || request.Delta is not ("" or "fossil"))
        {
            return Disconnect.BadRequest;
        }

        var fault = request.Type != 0 ? Errors.NotAvailable
            : request.Channel.Length > context.Options.MaxChannelLength ? Errors.BadRequest
            : session.Find(request.Channel) is not null ? Errors.AlreadySubscribed
            : session.ChannelCount >= context.Options.MaxChannels ? Errors.LimitExceeded
            : request.TagsFilter is { } filter && !(context.Options.AllowsTagsFilter && TagsFilter.IsOne(filter))
                ? Errors.BadRequest
            : null;
        if (fault is not null)
        {
            return fault;
        }

        if (!TryAllow(request, session, out var grant, out var refused))
        {
            return refused;
        }

        var outcome = Attach(request, grant, isServerSide: false, session, session);
        if (outcome.Result is not null)
        {
            session.Client!.Enter(request.Channel);
        }

        return outcome;
    }

    /// <summary>Attaches to a channel that the client may have, and tells what it missed.</summary>
    /// <param name="grant">What a token or the application says of it; null where neither does.</param>
    /// <param name="waiting">What is postponed where that has to wait: the session's command, in most cases.</param>
    public Outcome Attach(
        SubscribeRequest request,
        GrantedSubscription? grant,
        bool isServerSide,
        CentrifugoSession session,
        IPostponable waiting)
    {
        if (grant?.Expires <= context.Node.Time.GetUtcNow())
        {
            return Errors.Expired;
        }

        // What can be asked for is asked for at once.
        var besideStatus = AttachBeside(request, grant, session, waiting, out var beside);
        var place = PlaceFor(request, grant, isServerSide, session);
        var recovers = request.Recover;
        var asked = recovers ? EpochText.PlaceOf(request) : default;
        var wish = !recovers ? Replay.Nothing
            : context.Admission.Namespaces.RecoversNewest(request.Channel) ? Replay.Newest(1)
            : Replay.Resume(asked);
        var result = AttachTo(request.Channel, place, wish, session, waiting);
        if (result.Status != AttachStatus.Attached || besideStatus != AttachStatus.Attached)
        {
            place.Detach();
            session.DropIfAny(beside);
            return result.Status == AttachStatus.Pending || besideStatus == AttachStatus.Pending
                ? Outcome.Postponed
                : Errors.LimitExceeded;
        }

        var answer = ResultFor(request, grant, asked, result);
        if (recovers && !answer.Recovered && (request.Flag & RejectsUnrecovered) != 0)
        {
            place.Detach();
            session.DropIfAny(beside);
            return Errors.UnrecoverablePosition;
        }

        (place as SelectivePlace)?.Begin(result, answer);
        session.Take(place);

        if (grant?.Expires is { } end && !isServerSide)
        {
            session.EndAt(place, end);
        }

        return Outcome.Of(answer);
    }

    private bool TryAllow(
        SubscribeRequest request, CentrifugoSession session, out GrantedSubscription? grant, out Outcome refused)
    {
        grant = null;
        var token = context.Admission.AsksToken ? request.Token : "";
        if (token.Length == 0 && context.Proxies.SubscribeTo(request.Channel) is { } proxy)
        {
            var isAllowed = proxy.TryAsk(
                session, "allowed"u8, writer => Write(request, session, writer), out var result, out refused);
            grant = isAllowed ? ProxySet.GrantOf(new ProxyFields(result), request.Channel) : null;
            return isAllowed;
        }

        if (token.Length == 0)
        {
            refused = Errors.PermissionDenied;
            return !IsPrivate(request.Channel) && MayWithoutToken(request.Channel, session, ref refused);
        }

        if (!TokenCheck.TryVerify(token, context.Admission, session, out var claims, out refused))
        {
            if (refused.Disconnect is not null)
            {
                refused = ((Outcome)Errors.PermissionDenied).Because(refused.Why);
            }

            return false;
        }

        grant = claims!.Grant;
        if (!SubscriptionToken.IsFor(claims, request.Channel, session.Client!))
        {
            refused = Disconnect.InvalidToken;
            return false;
        }

        refused = Errors.PermissionDenied;
        return !context.Admission.IsRevoked(claims, request.Channel);
    }

    private static bool MayWithoutToken(byte[] channel, CentrifugoSession session, ref Outcome refused)
    {
        if (session.TryMay(ClientAction.Subscribe, channel, out var isAllowed))
        {
            return isAllowed;
        }

        refused = Outcome.Postponed;
        return false;
    }

    // Taken at once: who has several places counts as one receiver, and has to know of each.
    private AttachStatus AttachBeside(
        SubscribeRequest request,
        GrantedSubscription? grant,
        CentrifugoSession session,
        IPostponable waiting,
        out PresencePlace? beside)
    {
        beside = null;
        if (!WantsPresence(request, grant, session))
        {
            return AttachStatus.Attached;
        }

        var place = new PresencePlace(session);
        var status = AttachTo(PresenceChannel.Of(request.Channel), place, default, session, waiting).Status;
        if (status == AttachStatus.Attached)
        {
            session.Take(beside = place);
        }

        return status;
    }

    private static void Write(SubscribeRequest request, CentrifugoSession session, Utf8JsonWriter writer)
    {
        writer.WriteString("user"u8, session.Client!.User);
        writer.WriteString("channel"u8, request.Channel);
        ProxySet.WriteData(request.Data, writer);
    }

    private bool WantsPresence(SubscribeRequest request, GrantedSubscription? grant, CentrifugoSession session) =>
        (grant?.TellsPresence ?? (request.JoinLeave || context.Options.ForcesJoinLeave))
        && context.Admission.Namespaces.TellsPresence(request.Channel)
        && context.Admission.MayKnowWho(session.Client!, request.Channel) == true;

    private AttachResult AttachTo(
        byte[] channel, SessionPlace place, in Replay replay, CentrifugoSession session, IPostponable waiting) =>
        context.Node.Hub.Attach(
            channel, place, new AttachOptions { Replay = replay, Creator = session.Share }, waiting);

    private SubscribeResult ResultFor(
        SubscribeRequest request, GrantedSubscription? grant, StreamPosition asked, in AttachResult attached)
    {
        var recovers = request.Recover;
        var tellsMissed = TellsMissed(request, grant);
        var tellsPlace = TellsPlace(request, grant);
        var result = new SubscribeResult
        {
            Recoverable = tellsMissed,
            Positioned = tellsPlace,
            WasRecovering = recovers,
            Data = grant?.Data,
            Expires = grant?.Expires is not null && !IsKeptByServer(request, grant),
            Ttl = grant?.Expires is { } end && !IsKeptByServer(request, grant) ? context.SecondsUntil(end) : 0,
        };
        if (tellsPlace)
        {
            result.Epoch = EpochText.Of(attached.Position.Epoch);
            result.Offset = attached.Position.Offset - 1;
        }

        if (recovers && context.Admission.Namespaces.RecoversNewest(request.Channel))
        {
            RecoverNewest(asked, attached, result);
        }
        else if (recovers)
        {
            Recover(asked, attached, result);
        }

        return result;
    }

    // The newest message, where the client has not had it.
    private static void RecoverNewest(StreamPosition asked, in AttachResult attached, SubscribeResult result)
    {
        var hasIt = asked.Offset > 1 && asked == attached.Position;
        var newest = attached.Missed is [.., var last] && last.Offset == attached.Position.Offset - 1 ? last : null;
        result.Recovered = hasIt || newest is not null;
        if (result.Recovered)
        {
            result.Offset = asked.Offset - 1;
            result.Publications = hasIt ? null : [PublicationForm.Of(newest!)];
        }
    }

    private bool TellsMissed(SubscribeRequest request, GrantedSubscription? grant) =>
        grant?.Recovers ?? (request.Recoverable || context.Options.ForcesRecovery || request.Recover);

    private bool TellsPlace(SubscribeRequest request, GrantedSubscription? grant) =>
        TellsMissed(request, grant)
            || (grant?.TellsPlaces ?? (request.Positioned || context.Options.ForcesPositioning));

    // Then the operator's server is asked when it ends, and not the client.
    private bool IsKeptByServer(SubscribeRequest request, GrantedSubscription? grant) =>
        grant is not null && request.Token.Length == 0 && context.Proxies.SubRefreshOf(request.Channel) is not null;

    private SessionPlace PlaceFor(
        SubscribeRequest request, GrantedSubscription? grant, bool isServerSide, CentrifugoSession session)
    {
        var filter = !isServerSide && request.TagsFilter is { } condition ? context.Node.Filters.Get(condition) : null;
        var tellsDifferences = !isServerSide && request.Delta.Length > 0 && context.Options.AllowsDelta
            && TellsPlace(request, grant);
        var place = filter is not null || tellsDifferences ? new SelectivePlace(session, filter, grant?.Info)
            : grant?.Info is { } info ? new InformedPlace(session, info)
            : new SessionPlace(session);
        place.Notes = isServerSide ? SubscriptionNotes.IsServerSide
            : IsKeptByServer(request, grant) ? SubscriptionNotes.IsAllowedByServer
            : (ushort)0;
        return place;
    }

    // All that was missed, or none of it and what is missing: a client that has lost something begins anew.
    private static void Recover(StreamPosition asked, in AttachResult attached, SubscribeResult result)
    {
        var missing = Missing.Of(asked, attached);
        result.Recovered = missing is null;
        if (missing is not null)
        {
            result.Data = result.Data.Bytes is null ? missing : result.Data;
            return;
        }

        result.Offset = asked.Offset - 1;
        if (attached.Missed.Count > 0)
        {
            result.Publications = [.. attached.Missed.Select(PublicationForm.Of)];
        }
    }
}
