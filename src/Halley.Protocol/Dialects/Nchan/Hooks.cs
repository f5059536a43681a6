using System.Globalization;
using System.Text;
using Halley.Protocol.Access;
using Halley.Protocol.Backends;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// What the operator's backend says about a request: whether it may be served, and what becomes of a message. A backend
/// that does not answer is no permission, unless its location says so. Any thread.
/// </summary>
internal sealed class Hooks
{
    /// <summary>The field that says which transport a subscriber comes by.</summary>
    public const string SubscriberRole = "X-Subscriber-Type";

    private const int MaxReasonBytes = 100;

    // What of a backend's refusal its client is told: why, and how to do better.
    private static readonly string[] PassedOn =
        ["WWW-Authenticate", "Location", "Retry-After", "Set-Cookie", "Cache-Control"];

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
            "authorize"u8,
            Ask(
                Question("GET", _authorize, request, responder, names, role, body: null),
                responder,
                endsWithClient: role.Name == SubscriberRole),
            out answer))
        {
            return false;
        }

        if (answer.IsSuccess || (answer.Outcome != BackendOutcome.Answered && _options.AllowOnAuthorizeFailure))
        {
            return true;
        }

        if (answer.Outcome == BackendOutcome.Answered)
        {
            PassOn(answer, origin, responder);
        }
        else
        {
            Heads.Refuse(RefusalFor(answer.Outcome), origin, responder);
        }

        return false;
    }

    /// <summary>What is to be published, as the backend has it where it is to see every message first.</summary>
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
                Question(
                    "POST",
                    _upstream,
                    request,
                    responder,
                    names,
                    ("X-Publisher-Type", "http"),
                    request.Request.Body.ToArray()),
                responder,
                endsWithClient: false),
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
                !isFailure ? Refusals.NotUpstream
                    : answer.Outcome == BackendOutcome.Answered ? Refusals.HookFailed
                    : RefusalFor(answer.Outcome),
                origin,
                responder);
        }

        return false;
    }

    private BackendRequest Question(
        string method,
        BackendAddress address,
        in RoutedRequest request,
        IResponder responder,
        IReadOnlyList<byte[]> names,
        (string Name, string Value) role,
        byte[]? body)
    {
        var fields = FieldsFor(request, responder, names, role);
        var type = body is null ? default : request.Request.Field("Content-Type"u8);
        if (!type.IsEmpty)
        {
            fields.Add(("Content-Type", Encoding.Latin1.GetString(type)));
        }

        return new BackendRequest(
            method,
            address.For(request),
            fields,
            body,
            _options.HookTimeout)
        { Client = responder.ShareOf(request.Request.Head) };
    }

    // Who comes to listen and ends its side has gone; a publisher that does may have said all it wants to say, and its
    // message is wanted.
    private ValueTask<BackendAnswer> Ask(BackendRequest question, IResponder responder, bool endsWithClient)
    {
        var answered = new TaskCompletionSource<BackendAnswer>();
        var giveUp = _backend.Ask(question, responder.Dispatcher, answer =>
        {
            responder.Await(null, endsWithClient: false);
            answered.SetResult(answer);
        });
        responder.Await(giveUp, endsWithClient);
        return new(answered.Task);
    }

    private static Refusal RefusalFor(BackendOutcome outcome) => outcome switch
    {
        BackendOutcome.TimedOut => Refusals.HookTimedOut,
        BackendOutcome.TooBusy => Refusals.HooksBusy,
        _ => Refusals.HookFailed,
    };

    // A refusal is the backend's own, as it gave it.
    private static void PassOn(BackendAnswer answer, string[] origin, IResponder responder)
    {
        var reason = answer.Reason.Length is > 0 and <= MaxReasonBytes && answer.Reason.All(c => c is >= ' ' and <= '~')
            ? answer.Reason
            : "Refused";
        var status = string.Create(CultureInfo.InvariantCulture, $"{answer.Status} {reason}");
        var told = answer.Fields
            .Where(field => PassedOn.Contains(field.Name, StringComparer.OrdinalIgnoreCase))
            .Select(field => $"{field.Name}: {field.Value}");
        responder.Reply(Heads.Get(status, answer.Field("Content-Type"), origin, [.. told]), answer.Body);
    }

    private static List<(string Name, string Value)> FieldsFor(
        in RoutedRequest request, IResponder responder, IReadOnlyList<byte[]> names, (string Name, string Value) role)
    {
        var fields = PassedFields.Of(request.Request);
        fields.Add(role);
        fields.Add(("X-Channel-Id", string.Join(',', names.Select(NameAsField))));
        fields.Add(("X-Original-URI", Encoding.Latin1.GetString(request.Request.Target)));
        fields.Add(("X-Original-Method", request.Request.Method.ToString().ToUpperInvariant()));
        fields.Add(("X-Real-IP", UnixPeer.TextOf(responder.ClientOf(request.Request.Head))));
        return fields;
    }

    // A name may have any bytes, and a field may not.
    private static string NameAsField(byte[] name)
    {
        var output = new ByteBuffer(64);
        foreach (var value in name)
        {
            if (value is <= (byte)' ' or >= 0x7F or (byte)'%' or (byte)',')
            {
                UrlEncoding.EncodeByte(value, output);
            }
            else
            {
                output.WriteByte(value);
            }
        }

        return Encoding.ASCII.GetString(output.Written);
    }

    private static BackendAddress? AddressOf(string text, Location location) => text.Length == 0 ? null
        : BackendAddress.TryParse(text, location, out var address, out var error) ? address
        : throw new ArgumentException(error, nameof(text));
}
