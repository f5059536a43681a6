using System.Text.Json;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo.Proxies;
using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo.Commands;

/// <summary>
/// <c>connect</c>: the client says who it is, and is subscribed to what its token gives it and to what it asks for.
/// </summary>
internal sealed class ConnectCommand(SessionContext context)
{
    private static readonly Outcome NoToken = ((Outcome)Disconnect.BadRequest).Because("It has no token.");
    private static readonly Outcome Revoked =
        ((Outcome)Disconnect.InvalidToken).Because("The token has been revoked.");

    public Outcome Handle(ConnectRequest request, CentrifugoSession session)
    {
        if (!TryIdentify(request, session, out var claims, out var data, out var refused))
        {
            return refused;
        }

        var client = session.Expect(claims);
        if (!context.Admission.Registry.MayConnect(client.User))
        {
            return Disconnect.ConnectionLimit;
        }

        if (!TryWant(request, client, session, out var wanted))
        {
            return Outcome.Postponed;
        }

        var outcome = Subscribe(wanted, session, out var subscribed);
        if (outcome.IsPostponed || outcome.Error is not null || outcome.Disconnect is not null)
        {
            session.DropAll();
            return outcome;
        }

        session.Admit();
        foreach (var (channel, _) in subscribed)
        {
            client.Enter(channel);
        }

        return Outcome.Of(ResultFor(session, client, data, subscribed));
    }

    // False with what to answer, or where it has to be asked.
    private bool TryIdentify(
        ConnectRequest request,
        CentrifugoSession session,
        out TokenClaims? claims,
        out byte[]? data,
        out Outcome refused)
    {
        (claims, data) = (null, null);
        var token = context.Admission.AsksToken ? request.Token : "";
        if (token.Length == 0 && context.Proxies.Connect is { } proxy)
        {
            return TryRecognize(request, session, proxy, out claims, out data, out refused);
        }

        if (token.Length == 0)
        {
            refused = NoToken;
            return !context.Admission.AsksToken || context.Options.AllowsAnonymous;
        }

        if (!TokenCheck.TryVerify(token, context.Admission, session, out claims, out refused))
        {
            return false;
        }

        refused = Revoked;
        return !context.Admission.IsRevoked(claims!);
    }

    // Asks the operator's server, which has the cookies of its users, say.
    private bool TryRecognize(
        ConnectRequest request,
        CentrifugoSession session,
        Proxy proxy,
        out TokenClaims? claims,
        out byte[]? data,
        out Outcome refused)
    {
        (claims, data) = (null, null);
        session.Expect(null);
        if (!proxy.TryAsk(session, "connect"u8, writer => Write(request, writer), out var result, out refused))
        {
            return false;
        }

        var fields = new ProxyFields(result);
        data = fields.Data("data"u8, "b64data"u8);
        claims = session.IsRecognized
            ? session.Client!.Claims
            : session.Recognize(ProxySet.ClaimsOf(fields, context.Node.Time.GetUtcNow())).Claims;
        refused = Disconnect.Expired;
        return claims!.Expires is not { } end || end > context.Node.Time.GetUtcNow();
    }

    private static void Write(ConnectRequest request, Utf8JsonWriter writer)
    {
        if (request.Name.Length > 0)
        {
            writer.WriteString("name"u8, request.Name);
        }

        if (request.Version.Length > 0)
        {
            writer.WriteString("version"u8, request.Version);
        }

        ProxySet.WriteData(request.Data, writer);
        if (request.Subs is { Count: > 0 } subs)
        {
            writer.WriteStartArray("channels"u8);
            foreach (var (channel, _) in subs)
            {
                writer.WriteStringValue(channel);
            }

            writer.WriteEndArray();
        }
    }

    // What the token gives comes first; of what the client asks for, it is given what it may have. Where the operator's
    // server is asked, that says all.
    private bool TryWant(
        ConnectRequest request,
        AdmittedClient client,
        CentrifugoSession session,
        out List<(SubscribeRequest Request, GrantedSubscription? Grant)> wanted)
    {
        var asked = request.Subs ?? [];
        wanted = [];
        var isAnswered = true;
        var names = new HashSet<byte[]>(NameComparer.Instance);
        foreach (var grant in client.Claims?.Grants ?? [])
        {
            if (names.Add(grant.Channel))
            {
                wanted.Add((Find(asked, grant.Channel) ?? new SubscribeRequest { Channel = grant.Channel }, grant));
            }
        }

        foreach (var (channel, place) in asked)
        {
            // One that wants too many is refused; the host is not asked about all of them.
            if (wanted.Count <= context.Options.MaxChannels
                && !names.Contains(channel)
                && !session.IsRecognized
                && context.Proxies.SubscribeTo(channel) is null
                && !SubscribeCommand.IsPrivate(channel)
                && MayOrWaits(channel)
                && names.Add(channel))
            {
                place.Channel = channel;
                wanted.Add((place, null));
            }
        }

        return isAnswered;

        bool MayOrWaits(byte[] channel)
        {
            var isKnown = session.TryMay(ClientAction.Subscribe, channel, out var isAllowed);
            isAnswered &= isKnown;
            return !isKnown || isAllowed;
        }
    }

    private static SubscribeRequest? Find(List<KeyValuePair<byte[], SubscribeRequest>> asked, byte[] channel)
    {
        var place = asked.Find(pair => pair.Key.AsSpan().SequenceEqual(channel)).Value;
        if (place is not null)
        {
            place.Channel = channel;
        }

        return place;
    }

    private Outcome Subscribe(
        List<(SubscribeRequest Request, GrantedSubscription? Grant)> wanted,
        CentrifugoSession session,
        out List<KeyValuePair<byte[], SubscribeResult>> subscribed)
    {
        subscribed = [];
        if (wanted.Count > context.Options.MaxChannels)
        {
            return Disconnect.ChannelLimit;
        }

        var isPostponed = false;
        foreach (var (request, grant) in wanted)
        {
            if (request.Channel.Length == 0 || request.Channel.Length > context.Options.MaxChannelLength)
            {
                return Disconnect.BadRequest;
            }

            // What can be asked for is asked for at once.
            var outcome = context.Subscribe.Attach(request, grant, isServerSide: true, session, session);
            isPostponed |= outcome.IsPostponed;
            if (outcome.Error is not null || outcome.Disconnect is not null)
            {
                return outcome;
            }

            if (outcome.Result is SubscribeResult result)
            {
                subscribed.Add(new(request.Channel, result));
            }
        }

        return isPostponed ? Outcome.Postponed : Outcome.Nothing;
    }

    private ConnectResult ResultFor(
        CentrifugoSession session,
        AdmittedClient client,
        byte[]? data,
        List<KeyValuePair<byte[], SubscribeResult>> subscribed)
    {
        var isOneWay = context.Carrier.IsOneWay;
        var expires = session.IsRefreshedHere ? null : client.Claims?.Expires;
        return new ConnectResult
        {
            Client = client.Id,
            Version = context.Node.Version,
            Data = data,
            Expires = expires is not null && !isOneWay,
            Ttl = expires is { } end && !isOneWay ? context.SecondsUntil(end) : 0,
            Subs = subscribed.Count > 0 ? subscribed : null,
            Ping = (uint)Math.Max(1, context.Options.PingInterval.TotalSeconds),
            Pong = !isOneWay,
            Session = session.EmulationId ?? "",
            Node = session.EmulationId is null ? "" : context.Node.Id,
        };
    }
}
