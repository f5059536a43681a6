using System.Text;
using Halley.Protocol.Backends;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Clients;

/// <summary>The options for every endpoint that asks the operator's backend.</summary>
/// <param name="Timeout">From the question until its answer is whole.</param>
/// <param name="Cache">How long a permission holds for the same request; zero: it is asked each time.</param>
/// <param name="AllowsOnFailure">Whether a backend that does not answer lets everybody in.</param>
public sealed record HookOptions(TimeSpan Timeout, TimeSpan Cache, bool AllowsOnFailure);

/// <summary>
/// Asks the operator's backend whether a client may: a GET with the client's own fields, so that it is known there as
/// it always is. An answer of 200 to 299 lets it in, and may say who it is; any other is passed on to the client.
/// </summary>
public sealed class AdmissionHook(
    IBackend backend, BackendAddress address, HookOptions options, TimeProvider time)
{
    /// <summary>The field of an answer that says who the client is.</summary>
    public const string UserField = "X-Halley-User";

    private const int MaxUserLength = 255;

    private const int CacheSize = 8192;

    private readonly RecentCache<BackendAnswer> _permissions = new(CacheSize, time);

    /// <summary>Asks whether a client may do something with channels.</summary>
    /// <param name="user">Who it is, as far as that is known.</param>
    /// <returns>False where the request is postponed.</returns>
    internal bool TryAsk(
        in RoutedRequest request,
        IExchange exchange,
        ClientAction action,
        string user,
        IReadOnlyList<byte[]> channels,
        out HookVerdict verdict) => action == ClientAction.Subscribe
        ? TryAsk(request, exchange, "subscribe", "hook: subscribe"u8, user, channels, out verdict)
        : TryAsk(request, exchange, "publish", "hook: publish"u8, user, channels, out verdict);

    /// <summary>
    /// Asks whether a client may come at all, and who it is, whatever it wants: neither the channels nor the target of
    /// its request are named, so that a permission holds for all that it does.
    /// </summary>
    /// <param name="user">Who it is, as far as that is known.</param>
    /// <returns>False where the request is postponed.</returns>
    internal bool TryAskToConnect(
        in RoutedRequest request, IExchange exchange, string user, out HookVerdict verdict) =>
        TryAsk(request, exchange, "connect", "hook: connect"u8, user, null, out verdict);

    private bool TryAsk(
        in RoutedRequest request,
        IExchange exchange,
        string action,
        ReadOnlySpan<byte> key,
        string user,
        IReadOnlyList<byte[]>? channels,
        out HookVerdict verdict)
    {
        verdict = default;
        if (!exchange.TryRecall<BackendAnswer>(key, out var answer))
        {
            (string, string)[] own = user.Length == 0
                ? [("X-Halley-Action", action)]
                : [("X-Halley-Action", action), (UserField, AsField(user))];
            var question = HookQuestion.About(
                request,
                exchange,
                "GET",
                address,
                channels,
                own,
                body: null,
                options.Timeout,
                isAboutClient: channels is null);
            var endsWithClient = request.Request.Method == RequestMethod.Get;
            var known = options.Cache > TimeSpan.Zero ? KeyOf(question) : default;
            answer = options.Cache > TimeSpan.Zero ? _permissions.Find(known) : null;
            if (answer is null
                && !exchange.TryAwait(
                    key, Ask(question, known, exchange, endsWithClient), out answer))
            {
                return false;
            }
        }

        verdict = Read(answer);
        return true;
    }

    private async ValueTask<BackendAnswer> Ask(
        BackendRequest question, UInt128 known, IExchange exchange, bool endsWithClient)
    {
        var answer = await HookQuestion.Ask(backend, question, exchange, endsWithClient).ConfigureAwait(false);
        if (answer.IsSuccess && options.Cache > TimeSpan.Zero)
        {
            _permissions.Add(known, answer, time.GetUtcNow() + options.Cache);
        }

        return answer;
    }

    // All that the backend hears: whoever sends the same is the same.
    private static UInt128 KeyOf(BackendRequest question)
    {
        var text = new StringBuilder(question.Url);
        foreach (var (name, value) in question.Fields)
        {
            text.Append('\n').Append(name).Append(':').Append(value);
        }

        return RecentCache<BackendAnswer>.KeyOf(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private HookVerdict Read(BackendAnswer answer)
    {
        if (answer.IsSuccess)
        {
            var named = answer.Field(UserField);
            return new HookVerdict(true, named is { Length: <= MaxUserLength } ? named : null, null, null);
        }

        return answer.Outcome switch
        {
            BackendOutcome.Answered => new HookVerdict(false, null, answer, null),

            // No failure of the backend's: clients that ask for much would let themselves in.
            not BackendOutcome.TooBusy when options.AllowsOnFailure => new HookVerdict(true, null, null, null),
            var outcome => new HookVerdict(false, null, null, HookQuestion.RefusalFor(outcome)),
        };
    }

    private static string AsField(string user) => Uri.EscapeDataString(user);
}

/// <summary>The outcome of a question.</summary>
/// <param name="User">Who it is, as the backend says; null where it does not.</param>
/// <param name="Answer">The backend's own refusal, to be passed on.</param>
/// <param name="Refusal">Ours, where there was no answer.</param>
internal readonly record struct HookVerdict(bool IsAllowed, string? User, BackendAnswer? Answer, Refusal? Refusal);
