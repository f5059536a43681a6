using Halley.Protocol.Backends;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Clients;

/// <summary>
/// The decision on who may subscribe and publish at an endpoint. Every dialect asks it, before anything is read,
/// replayed or published, and says a refusal in its own words. Any thread.
/// </summary>
/// <remarks>
/// A token says by name or by pattern which channels it is for. Where a hook is asked as well, a token that says
/// nothing of channels leaves them to the hook. iComet's own token is a channel's, and looked at by <see
/// cref="Hub.Attach"/>; address rules stand before the endpoint (<see cref="EndpointRouter"/>). What a namespace says
/// of a channel comes before what the token does; the hook is asked all the same.
/// </remarks>
/// <param name="tokens">Null where none is asked for.</param>
/// <param name="connectHook">Asked whether a client may come at all; null where none is.</param>
/// <param name="hook">Asked about channels; null where none is.</param>
public sealed partial class Admission(
    AccessTokens? tokens,
    AdmissionHook? connectHook,
    AdmissionHook? hook,
    ClientRegistry registry,
    ChannelNamespaces namespaces)
{
    private static readonly Refusal ForNobody = new("403 Forbidden", "That is not for clients.");

    private static readonly Refusal ForUsers = new("403 Forbidden", "That is for users with a name.");

    private static readonly Refusal Revoked = AccessTokens.Unauthorized("The token has been revoked.");

    private static readonly Refusal MayNotSubscribe = NotInScope("The token does not let you subscribe to that.");

    private static readonly Refusal MayNotPublish = NotInScope("The token does not let you publish to that.");

    private static readonly Refusal TooManyConnections = new(
        "429 Too Many Requests", "You have as many connections as one user may have.", "Retry-After: 10");

    private static readonly Refusal TooManyPublishes = new(
        "429 Too Many Requests", TooOften, "Retry-After: 1");

    /// <summary>The sentence for a user who publishes too often.</summary>
    internal const string TooOften = "You publish more often than one user may.";

    /// <summary>Everybody may, and nobody is asked who it is.</summary>
    public static Admission Open { get; } = new(
        null, null, null, new ClientRegistry(ClientLimits.None, TimeProvider.System), ChannelNamespaces.None);

    /// <summary>
    /// Whether nobody is asked anything about a client, so that channels need not be listed for that.
    /// </summary>
    public bool IsOpenTo(IExchange exchange) => !AsksWho && namespaces.AreNone && exchange.Rules is null;

    private bool AsksWho => tokens is not null || connectHook is not null || hook is not null;

    /// <summary>Asks whether a client may do something with all of some channels, and who it is.</summary>
    /// <param name="origin">What the answer says of origins, where the backend's refusal is passed on.</param>
    /// <param name="refusal">Why it may not.</param>
    /// <param name="isRead">
    /// Whether a publisher only asks about channels, and what it may publish is not used up.
    /// </param>
    /// <returns>False where it may not; without a refusal, it is answered already, or postponed.</returns>
    internal bool TryAdmit(
        in RoutedRequest request,
        IExchange exchange,
        ClientAction action,
        IReadOnlyList<byte[]> channels,
        string[] origin,
        out Refusal? refusal,
        bool isRead = false)
    {
        refusal = null;
        if (IsOpenTo(exchange))
        {
            return true;
        }

        if (!TryJudge(request, exchange, action, channels, out var verdict))
        {
            return false;
        }

        if (verdict.Answer is { } answer)
        {
            var (status, type, fields) = HookQuestion.RefusalOf(answer);
            exchange.Reply(
                ResponseHead.PassedOn(
                    status, type is null ? [] : ["Content-Type: " + type], [.. fields, .. origin]),
                answer.Body);
            return false;
        }

        if (verdict.IsRefusedByHost)
        {
            exchange.Rules!.Refuse(exchange);
            return false;
        }

        refusal = verdict.Refusal ?? (isRead ? null : TooMuchOf(verdict.User, action, exchange));
        if (refusal is null)
        {
            Admit(exchange, action, channels, verdict);
        }

        return refusal is null;
    }

    /// <summary>
    /// Asks whether a client that was admitted may publish, too, to what it listens to over a WebSocket.
    /// </summary>
    /// <returns>False where the request is postponed.</returns>
    internal bool TryAskToPublish(in RoutedRequest request, IExchange exchange, IReadOnlyList<byte[]> channels)
    {
        if (IsOpenTo(exchange))
        {
            return true;
        }

        if (!TryJudge(request, exchange, ClientAction.Publish, channels, out var verdict))
        {
            return false;
        }

        if (exchange.Client is null)
        {
            exchange.Admit(new AdmittedClient(registry, exchange.Dispatcher, null, "") { Counts = false });
        }

        exchange.Client!.MayPublish = verdict.IsAllowed;
        return true;
    }

    // Where nobody is asked, and nothing depends on who it is, a client costs nothing.
    private void Admit(
        IExchange exchange, ClientAction action, IReadOnlyList<byte[]> channels, in Verdict verdict)
    {
        var user = verdict.User;
        var withoutPast = action == ClientAction.Subscribe
            ? channels.Where(channel => !namespaces.MayReadPast(channel, user)).ToArray()
            : [];
        var counts = AsksWho || channels.Any(namespaces.CountsEverybody);
        if (counts || withoutPast.Length > 0)
        {
            exchange.Admit(new AdmittedClient(registry, exchange.Dispatcher, verdict.Claims, user)
            {
                Counts = counts,
                Wanted = action == ClientAction.Subscribe ? channels : [],
                WithoutPast = withoutPast,
                MayPublish = action == ClientAction.Publish,
            });
        }
    }

    private bool TryJudge(
        in RoutedRequest request,
        IExchange exchange,
        ClientAction action,
        IReadOnlyList<byte[]> channels,
        out Verdict verdict)
    {
        if (!TryJudgeByOptions(request, exchange, action, channels, out verdict))
        {
            return false;
        }

        // The host has the last word, and is not asked about what is refused anyway.
        if (exchange.Rules is { } rules && verdict.IsAllowed)
        {
            var isAnswered = rules.TryAsk(action, channels, exchange, out var isAllowed);
            verdict = verdict with { IsRefusedByHost = !isAllowed };
            return isAnswered;
        }

        return true;
    }

    private bool TryJudgeByOptions(
        in RoutedRequest request,
        IExchange exchange,
        ClientAction action,
        IReadOnlyList<byte[]> channels,
        out Verdict verdict)
    {
        verdict = default;
        var rules = namespaces.AreNone
            ? []
            : channels.Select(channel => namespaces.RuleOf(action, channel)).ToArray();
        if (rules.Contains(WhoMay.Nobody))
        {
            verdict = new Verdict(null, "", ForNobody, null);
            return true;
        }

        TokenClaims? claims = null;
        if (tokens is not null)
        {
            if (!tokens.TryRead(request, exchange, out claims, out var wrong))
            {
                verdict = new Verdict(null, "", wrong, null);
                return wrong is not null;
            }

            if (JudgeToken(claims, action, channels, rules) is { } refusal)
            {
                verdict = new Verdict(null, "", refusal, null);
                return true;
            }
        }

        verdict = new Verdict(claims, claims?.User ?? "", null, null);
        if (connectHook is not null)
        {
            if (!connectHook.TryAskToConnect(request, exchange, verdict.User, out var connected))
            {
                return false;
            }

            verdict = verdict.With(connected);
        }

        if (hook is not null && verdict.IsAllowed)
        {
            if (!hook.TryAsk(request, exchange, action, verdict.User, channels, out var asked))
            {
                return false;
            }

            verdict = verdict.With(asked);
        }

        verdict = verdict.With(rules);
        return true;
    }

    // A request that was postponed after it had been let in is counted: it may have published already.
    private Refusal? TooMuchOf(string user, ClientAction action, IExchange exchange) => action switch
    {
        ClientAction.Subscribe => registry.MayConnect(user) ? null : TooManyConnections,
        _ when exchange.TryRecall<AdmittedClient>(AdmittedClient.Question, out _) => null,
        _ => registry.MayPublish(user) ? null : TooManyPublishes,
    };

    // What a namespace says of users is looked at when the hook has said who it is.
    private Refusal? JudgeToken(
        TokenClaims? claims, ClientAction action, IReadOnlyList<byte[]> channels, WhoMay?[] rules)
    {
        if (claims is null)
        {
            return rules.Length > 0 && rules.All(rule => rule == WhoMay.Anyone) ? null : tokens!.Missing;
        }

        if (channels.Any(channel => registry.Revocations.Concern(claims, channel)))
        {
            return Revoked;
        }

        var allowed = claims.For(action);
        var isAllowed = channels.Index().All(channel =>
            rules.ElementAtOrDefault(channel.Index) is not null
                || (allowed is null ? hook is not null : allowed.Include(channel.Item)));
        return isAllowed ? null : action == ClientAction.Subscribe ? MayNotSubscribe : MayNotPublish;
    }

    private static Refusal NotInScope(string sentence) => new(
        "403 Forbidden",
        sentence,
        $"WWW-Authenticate: Bearer realm=\"halley\", error=\"insufficient_scope\", error_description=\"{sentence}\"");

    private readonly record struct Verdict(TokenClaims? Claims, string User, Refusal? Refusal, BackendAnswer? Answer)
    {
        public bool IsRefusedByHost { get; init; }

        public bool IsAllowed => Refusal is null && Answer is null && !IsRefusedByHost;

        // Who has a name already is not named anew.
        public Verdict With(in HookVerdict asked) =>
            new(Claims, User.Length > 0 ? User : asked.User ?? "", asked.Refusal, asked.Answer);

        public Verdict With(WhoMay?[] rules) =>
            IsAllowed && User.Length == 0 && rules.Contains(WhoMay.Users) ? this with { Refusal = ForUsers } : this;
    }
}
