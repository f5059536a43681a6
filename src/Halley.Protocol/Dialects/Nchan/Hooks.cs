using Halley.Protocol.Backends;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// The questions to the operator's backend about a request: whether it may be served, and what becomes of a message. A
/// backend that does not answer is no permission, unless its location says so. Any thread.
/// </summary>
internal sealed class Hooks
{
    /// <summary>The field that says which transport a subscriber comes by.</summary>
    public const string SubscriberRole = "X-Subscriber-Type";

    private readonly IBackend _backend;
    private readonly BackendAddress? _authorize;
    private readonly BackendAddress? _upstream;
    private readonly NchanOptions _options;

    public Hooks(NchanOptions options, Location location, IBackend backend)
    {
        _backend = backend;
        _options = options;
        _authorize = AddressOf(options.AuthorizeRequest, location);
        _upstream = AddressOf(options.PublisherUpstreamRequest, location);
    }

    /// <summary>Whether a request may be served, as far as the backend is to be asked about that.</summary>
    /// <param name="names">The channels it is about.</param>
    /// <param name="role">
    /// Who comes, as a field: <c>X-Subscriber-Type</c> and the transport, or <c>X-Publisher-Type</c>.
    /// </param>
    /// <returns>False where it is refused, or postponed until the backend has answered.</returns>
    public bool TryAuthorize(
        in RoutedRequest request,
        IResponder responder,
        string[] origin,
        IReadOnlyList<byte[]> names,
        (string Name, string Value) role)
    {
        if (_authorize is null)
        {
            return true;
        }

        if (!responder.TryRecall<BackendAnswer>("authorize"u8, out var answer) && !responder.TryAwait(
            "authorize"u8, Ask(request, "GET", _authorize, responder, names, role, body: null), out answer))
        {
            return false;
        }

        // That too much is asked is no failure of the backend's: clients that ask for much would let themselves in.
        var hasFailed = answer.Outcome is BackendOutcome.Failed or BackendOutcome.TimedOut;
        if (answer.IsSuccess || (hasFailed && _options.AllowOnAuthorizeFailure))
        {
            return true;
        }

        if (answer.Outcome == BackendOutcome.Answered)
        {
            PassOn(answer, origin, responder);
        }
        else
        {
            Heads.Refuse(HookQuestion.RefusalFor(answer.Outcome), origin, responder);
        }

        return false;
    }

    /// <summary>
    /// Sends a message upstream where the backend is to see every message first: its answer is published.
    /// </summary>
    /// <param name="type">Its type where the backend gave it another than the publisher's; else null.</param>
    /// <returns>
    /// False where nothing is to be published, or where the request is postponed until the backend has answered.
    /// </returns>
    public bool TrySendUpstream(
        in RoutedRequest request,
        IResponder responder,
        string[] origin,
        IReadOnlyList<byte[]> names,
        out byte[] payload,
        out string? type)
    {
        (payload, type) = ([], null);
        if (_upstream is null)
        {
            payload = request.Request.Body.ToArray();
            return true;
        }

        if (!responder.TryRecall<BackendAnswer>("upstream"u8, out var answer) && !responder.TryAwait(
            "upstream"u8,
            Ask(
                request,
                "POST",
                _upstream,
                responder,
                names,
                ("X-Publisher-Type", "http"),
                request.Request.Body.ToArray()),
            out answer))
        {
            return false;
        }

        var isFailure = answer.Outcome != BackendOutcome.Answered || answer.Status >= 500;
        if (answer.Status is 200 or 201 or 202)
        {
            (payload, type) = (answer.Body, answer.Field("Content-Type"));
            return true;
        }

        if (answer.Status == 304 || (isFailure && _options.PublishOnUpstreamFailure))
        {
            payload = request.Request.Body.ToArray();
            return true;
        }

        if (answer.Status == 204)
        {
            responder.Reply(Heads.NoContent(origin), default);
        }
        else
        {
            Heads.Refuse(
                isFailure ? HookQuestion.RefusalFor(answer.Outcome) : Refusals.NotUpstream,
                origin,
                responder);
        }

        return false;
    }

    private ValueTask<BackendAnswer> Ask(
        in RoutedRequest request,
        string method,
        BackendAddress address,
        IResponder responder,
        IReadOnlyList<byte[]> names,
        (string Name, string Value) role,
        byte[]? body) => HookQuestion.Ask(
        _backend,
        HookQuestion.About(request, responder, method, address, names, [role], body, _options.HookTimeout),
        responder,
        endsWithClient: role.Name == SubscriberRole);

    // A refusal is the backend's own, as it gave it.
    private static void PassOn(BackendAnswer answer, string[] origin, IResponder responder)
    {
        var (status, type, fields) = HookQuestion.RefusalOf(answer);
        responder.Reply(
            ResponseHead.PassedOn(status, type is null ? [] : ["Content-Type: " + type], [.. fields, .. origin]),
            answer.Body);
    }

    private static BackendAddress? AddressOf(string text, Location location) => text.Length == 0 ? null
        : BackendAddress.TryParse(text, location, out var address, out var error) ? address
        : throw new ArgumentException(error, nameof(text));
}
