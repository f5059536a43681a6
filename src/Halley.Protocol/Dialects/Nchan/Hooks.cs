using System.Globalization;
using System.Text;
using Halley.Protocol.Access;
using Halley.Protocol.Backends;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// What the operator's backend says about a request: whether it may be served, and what becomes of a message. A backend that does not answer is no
/// permission, unless its location says so. Any thread.
/// </summary>
internal sealed class Hooks
{
    /// <summary>The field that says which transport a subscriber comes by.</summary>
    public const string SubscriberRole = "X-Subscriber-Type";

    private const int MaxReasonBytes = 100;

    // What of a backend's refusal its client is told: why, and how to do better.
    private static readonly string[] PassedOn = ["WWW-Authenticate", "Location", "Retry-After", "Set-Cookie", "Cache-Control"];

    private readonly IBackend _backend;
    private readonly Location _location;
    private readonly BackendAddress? _authorize;
    private readonly BackendAddress? _upstream;
    private readonly NchanOptions _options;

    public Hooks(NchanOptions options, Location location, IBackend backend)
    {
        _backend = backend;
        _location = location;
        _options = options;
        _authorize = AddressOf(options.AuthorizeRequest, location);
        _upstream = AddressOf(options.PublisherUpstreamRequest, location);
    }

    /// <summary>Goes on with a request that may be served; at once, where nobody has to be asked.</summary>
    /// <param name="names">The channels it is about.</param>
    /// <param name="role">Who comes, as a field: <c>X-Subscriber-Type</c> and the transport, or <c>X-Publisher-Type</c>.</param>
    public void Authorize(
        in RoutedRequest request, IExchange exchange, string[] origin, IReadOnlyList<byte[]> names, (string Name, string Value) role, RequestStep next)
    {
        if (_authorize is null)
        {
            next(request);
            return;
        }

        var captured = new CapturedRequest(request, _location);
        var question = new BackendRequest("GET", _authorize.For(request), FieldsFor(request, exchange, names, role), null, _options.HookTimeout)
        {
            Client = exchange.ShareOf(request.Request.Head),
        };
        Ask(question, exchange, endsWithClient: role.Name == SubscriberRole, answer =>
        {
            if (answer.IsSuccess || (answer.Outcome != BackendOutcome.Answered && _options.AllowOnAuthorizeFailure))
            {
                captured.Resume(next);
            }
            else if (answer.Outcome == BackendOutcome.Answered)
            {
                PassOn(answer, origin, exchange);
            }
            else
            {
                Heads.Refuse(RefusalFor(answer.Outcome), origin, exchange);
            }
        });
    }

    /// <summary>Goes on with a message that is to be published; at once, where nobody has to be asked.</summary>
    /// <param name="publish">Gets the body, and the type where the backend gave it another.</param>
    public void SendUpstream(
        in RoutedRequest request, IExchange exchange, string[] origin, IReadOnlyList<byte[]> names, PublishStep publish)
    {
        if (_upstream is null)
        {
            publish(request, request.Request.Body.ToArray(), null);
            return;
        }

        var captured = new CapturedRequest(request, _location);
        var fields = FieldsFor(request, exchange, names, ("X-Publisher-Type", "http"));
        var type = request.Request.Field("Content-Type"u8);
        if (!type.IsEmpty)
        {
            fields.Add(("Content-Type", Encoding.Latin1.GetString(type)));
        }

        var question = new BackendRequest("POST", _upstream.For(request), fields, captured.Body, _options.HookTimeout)
        {
            Client = exchange.ShareOf(request.Request.Head),
        };
        Ask(question, exchange, endsWithClient: false, answer => Publish(answer, captured, origin, exchange, publish));
    }

    // Who comes to listen and ends its side has gone; a publisher that does may have said all it wants to say, and its message is wanted.
    private void Ask(BackendRequest question, IExchange exchange, bool endsWithClient, Action<BackendAnswer> whenAnswered)
    {
        var giveUp = _backend.Ask(question, exchange.Dispatcher, answer =>
        {
            exchange.Await(null, endsWithClient: false);
            whenAnswered(answer);
        });
        exchange.Await(giveUp, endsWithClient);
    }

    private void Publish(BackendAnswer answer, CapturedRequest captured, string[] origin, IExchange exchange, PublishStep publish)
    {
        var isFailure = answer.Outcome != BackendOutcome.Answered || answer.Status >= 500;
        switch (answer.Status)
        {
            case 204:
                exchange.Reply(Heads.NoContent(origin), default);
                break;
            case 304:
                captured.Resume((in request) => publish(request, captured.Body, null));
                break;
            case 200 or 201 or 202:
                captured.Resume((in request) => publish(request, answer.Body, answer.Field("Content-Type")));
                break;
            default:
                if (isFailure && _options.PublishOnUpstreamFailure)
                {
                    captured.Resume((in request) => publish(request, captured.Body, null));
                    break;
                }

                var refusal = !isFailure ? Refusal.NotUpstream
                    : answer.Outcome == BackendOutcome.Answered ? Refusal.HookFailed
                    : RefusalFor(answer.Outcome);
                Heads.Refuse(refusal, origin, exchange);
                break;
        }
    }

    private static Refusal RefusalFor(BackendOutcome outcome) => outcome switch
    {
        BackendOutcome.TimedOut => Refusal.HookTimedOut,
        BackendOutcome.TooBusy => Refusal.HooksBusy,
        _ => Refusal.HookFailed,
    };

    // A refusal is the backend's own, as it gave it.
    private static void PassOn(BackendAnswer answer, string[] origin, IExchange exchange)
    {
        var reason = answer.Reason.Length is > 0 and <= MaxReasonBytes && answer.Reason.All(c => c is >= ' ' and <= '~') ? answer.Reason : "Refused";
        var status = string.Create(CultureInfo.InvariantCulture, $"{answer.Status} {reason}");
        var told = answer.Fields.Where(field => PassedOn.Contains(field.Name, StringComparer.OrdinalIgnoreCase)).Select(field => $"{field.Name}: {field.Value}");
        exchange.Reply(Heads.Get(status, answer.Field("Content-Type"), origin, [.. told]), answer.Body);
    }

    private static List<(string Name, string Value)> FieldsFor(
        in RoutedRequest request, IExchange exchange, IReadOnlyList<byte[]> names, (string Name, string Value) role)
    {
        var fields = PassedFields.Of(request.Request);
        fields.Add(role);
        fields.Add(("X-Channel-Id", string.Join(',', names.Select(NameAsField))));
        fields.Add(("X-Original-URI", Encoding.Latin1.GetString(request.Request.Target)));
        fields.Add(("X-Original-Method", request.Request.Method.ToString().ToUpperInvariant()));
        fields.Add(("X-Real-IP", UnixPeer.TextOf(exchange.ClientOf(request.Request.Head))));
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

/// <summary>Publishes what became of a message.</summary>
/// <param name="type">Its type where it is another than the publisher's; else null.</param>
internal delegate void PublishStep(in RoutedRequest request, byte[] payload, string? type);
