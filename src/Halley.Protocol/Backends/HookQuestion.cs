using System.Globalization;
using System.Text;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Backends;

/// <summary>
/// A question to a backend about a request, and what of its refusal the client is told. In all dialects alike.
/// </summary>
internal static class HookQuestion
{
    private const int MaxReasonBytes = 100;

    private static readonly Refusal TooBusy = new(
        "503 Service Unavailable", "Too many requests wait for the backend.", "Retry-After: 5");

    private static readonly Refusal TimedOut = new("504 Gateway Timeout", "The backend did not answer in time.");

    private static readonly Refusal Failed = new("502 Bad Gateway", "The backend did not answer as it should.");

    // What of a backend's refusal its client is told: why, and how to do better.
    private static readonly string[] PassedOn =
        ["WWW-Authenticate", "Location", "Retry-After", "Set-Cookie", "Cache-Control"];

    /// <param name="names">The channels that the request is about; null where that is not known.</param>
    /// <param name="own">Further fields, such as who comes and why.</param>
    /// <param name="body">Null for none.</param>
    /// <param name="isAboutClient">Whether it is asked who the client is, and not what it wants.</param>
    public static BackendRequest About(
        in RoutedRequest request,
        IResponder responder,
        string method,
        BackendAddress address,
        IReadOnlyList<byte[]>? names,
        IEnumerable<(string Name, string Value)> own,
        byte[]? body,
        TimeSpan timeout,
        bool isAboutClient = false)
    {
        var fields = PassedFields.Of(request.Request);
        fields.AddRange(own);
        if (names is not null)
        {
            fields.Add(("X-Channel-Id", string.Join(',', names.Select(NameAsField))));
        }

        if (!isAboutClient)
        {
            fields.Add(("X-Original-URI", Encoding.Latin1.GetString(request.Request.Target)));
            fields.Add(("X-Original-Method", request.Request.Method.ToString().ToUpperInvariant()));
        }

        fields.Add(("X-Real-IP", UnixPeer.TextOf(responder.ClientOf(request.Request.Head))));
        var type = body is null ? default : request.Request.Field("Content-Type"u8);
        if (!type.IsEmpty)
        {
            fields.Add(("Content-Type", Encoding.Latin1.GetString(type)));
        }

        return new BackendRequest(method, address.For(request), fields, body, timeout)
        {
            Client = responder.ShareOf(request.Request.Head),
        };
    }

    /// <summary>Asks, for as long as the client is there to hear the answer.</summary>
    /// <param name="endsWithClient">
    /// Whether a client that ends its side has gone. One that comes to listen has; a publisher may have said all it
    /// wants to say, and its message is wanted.
    /// </param>
    public static ValueTask<BackendAnswer> Ask(
        IBackend backend, BackendRequest question, IResponder responder, bool endsWithClient)
    {
        var answered = new TaskCompletionSource<BackendAnswer>();
        var giveUp = backend.Ask(question, responder.Dispatcher, answer =>
        {
            responder.Await(null, endsWithClient: false);
            answered.SetResult(answer);
        });
        responder.Await(giveUp, endsWithClient);
        return new(answered.Task);
    }

    /// <summary>Makes the refusal for a client where the backend has not answered, or not as it should.</summary>
    public static Refusal RefusalFor(BackendOutcome outcome) => outcome switch
    {
        BackendOutcome.TimedOut => TimedOut,
        BackendOutcome.TooBusy => TooBusy,
        _ => Failed,
    };

    /// <summary>
    /// A refusal as the backend gave it: status, type, and those fields that are the client's business.
    /// </summary>
    public static (string Status, string? Type, string[] Fields) RefusalOf(BackendAnswer answer)
    {
        var reason = answer.Reason.Length is > 0 and <= MaxReasonBytes && answer.Reason.All(c => c is >= ' ' and <= '~')
            ? answer.Reason
            : "Refused";
        return (
            string.Create(CultureInfo.InvariantCulture, $"{answer.Status} {reason}"),
            answer.Field("Content-Type"),
            [
                .. answer.Fields
                    .Where(field => PassedOn.Contains(field.Name, StringComparer.OrdinalIgnoreCase))
                    .Select(field => $"{field.Name}: {field.Value}"),
            ]);
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
}
