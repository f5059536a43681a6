using System.Collections.Concurrent;
using System.Text;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// Makes the heads of one endpoint's answers, in nginx's order: the type first, and behind what the host adds the
/// origin that may come, that nothing is to be kept, and what is particular. Those that are always the same are made
/// once. Any thread.
/// </summary>
internal sealed class HeadMaker
{
    /// <summary>Methods a browser is told of for each kind of endpoint.</summary>
    public const string SubscriberMethods = "GET";
    public const string PublisherMethods = "GET, POST, PUT";
    public const string AdminMethods = "GET, POST, PUT, DELETE";

    /// <summary>That nothing of an answer is to be kept.</summary>
    public static readonly string[] NoCache =
        ["Expires: Thu, 01 Jan 1970 00:00:01 GMT", "Cache-Control: no-cache, no-store, must-revalidate"];

    private const string FieldsAllowed = "Access-Control-Allow-Headers: ";
    private const string AllowedFields = "If-Modified-Since,If-None-Match,Etag,Event-Id,Event-Type,Last-Event-Id";

    // What the original leaves out, and clients of today send: only a browser that asks first is told.
    private const string FurtherFields =
        ",Authorization,Content-Type,Cache-Control,Pragma,X-Requested-With,X-Nginx-PushStream-Mode,Idempotency-Key";

    private static readonly string[] NoOrigin = [];

    private readonly ConcurrentDictionary<(string Status, string? Type, string? Last), ResponseHead> _made = new();
    private readonly Expression? _origin;
    private readonly string _methods;
    private readonly bool _varies;
    private readonly string[] _always;

    /// <param name="origin">The origin that browsers may come from; null where there is nothing to say.</param>
    /// <param name="methods">What they may do.</param>
    /// <param name="always">Fields that every answer has, behind all others.</param>
    public HeadMaker(Expression? origin, string methods, params string[] always)
    {
        _origin = origin;
        _methods = methods;
        _varies = origin is { IsConstant: false } && origin.Written.Contains("http_origin", StringComparison.Ordinal);
        _always = always;
        ConstantOrigin = origin is { IsConstant: true } ? FieldsFor(Encoding.UTF8.GetBytes(origin.Written)) : NoOrigin;
    }

    /// <summary>The fields on origins where they do not depend on the request; else none.</summary>
    public string[] ConstantOrigin { get; }

    /// <summary>Makes the fields on origins for this request.</summary>
    public string[] OriginFields(in RoutedRequest request) =>
        _origin is null or { IsConstant: true } ? ConstantOrigin : FieldsFor(_origin.Evaluate(request));

    /// <param name="type">The content type; null for none.</param>
    /// <param name="last">A last field, whole; null for none.</param>
    public ResponseHead Get(string status, string? type, string[] origin, string? last = null) =>
        origin == ConstantOrigin
        ? _made.GetOrAdd(
            (status, type, last),
            static (key, maker) => maker.Make(key.Status, key.Type, maker.ConstantOrigin, last: key.Last),
            this)
        : Make(status, type, origin, last: last);

    /// <summary>The head of a poll's answer: with the place it leads to, which is not worth keeping.</summary>
    /// <param name="modified">Seconds since 1970; null for none.</param>
    /// <param name="tag">Null for none.</param>
    public ResponseHead GetWithPlace(string status, string type, string[] origin, long? modified, int? tag) =>
        Make(
            status,
            type,
            origin,
            modified is null ? null : $"Last-Modified: {HttpDate.ToText(modified.Value)}",
            tag is null ? null : $"Etag: W/{tag}");

    /// <summary>
    /// Makes the fields for a request with OPTIONS: those on origins, and the methods that there are.
    /// </summary>
    public string[] OptionsFields(in RoutedRequest request)
    {
        var further = request.Request.HasField("Access-Control-Request-Method"u8) ? FurtherFields : "";
        return
        [
            "Allow: " + _methods,
            .. OriginFields(request).Select(
                field => field.StartsWith(FieldsAllowed, StringComparison.Ordinal) ? field + further : field),
        ];
    }

    /// <summary>The answer to a browser that asks whether it may: without what all others say about keeping.</summary>
    public ResponseHead Preflight(in RoutedRequest request) =>
        ResponseHead.LikeNginx("200 OK", [], OptionsFields(request));

    /// <summary>
    /// Whether a request may publish, delete or open a WebSocket: not where the page of another site asks, and its
    /// origin is not the one that may come.
    /// </summary>
    public bool Admits(in RoutedRequest request, IResponder responder) =>
        !OtherSites.MayChange(request.Request)
        || !OtherSites.IsAsking(request.Request.Head, responder)
        || IsAllowed(request);

    public void Refuse(Refusal refusal, string[] origin, IResponder responder)
    {
        var last = refusal.Sentence is null ? refusal.Field : $"X-Nginx-PushStream-Explain: {refusal.Sentence}";
        if (refusal.Sentence is not null && refusal.Field is not null)
        {
            last += "\r\n" + refusal.Field;
        }

        responder.Reply(Get(refusal.Status, null, origin, last), default);
    }

    private ResponseHead Make(
        string status, string? type, string[] origin, string? modified = null, string? last = null)
    {
        List<string> fields = type is null ? [] : ["Content-Type: " + type];
        if (modified is not null)
        {
            fields.Add(modified);
        }

        return ResponseHead.LikeNginx(
            status,
            fields,
            last is null ? [.. origin, .. NoCache, .. _always] : [.. origin, .. NoCache, last, .. _always]);
    }

    private bool IsAllowed(in RoutedRequest request)
    {
        var origin = request.Request.Field("Origin"u8);
        var allowed = _origin is null ? default : _origin.Evaluate(request);
        foreach (var range in allowed.Split((byte)','))
        {
            var item = allowed[range].Trim(" \t"u8);
            if (item.SequenceEqual("*"u8)
                || (!item.IsEmpty && Ascii.EqualsIgnoreCase(item, origin))
                || (
                !item.Contains((byte)'/')
                    && WebOrigin.TryParse(origin, out var parsed)
                    && WebOrigin.IsSameHost(item, parsed.Host)))
            {
                return true;
            }
        }

        return false;
    }

    // What is no field's value, since it has control characters, is none: it may come out of the request.
    private string[] FieldsFor(ReadOnlySpan<byte> origin) =>
        origin.IsEmpty || origin.ContainsAnyInRange((byte)0, (byte)0x1F)
        ? NoOrigin
        :
        [
            "Access-Control-Allow-Origin: " + Encoding.Latin1.GetString(origin),
            "Access-Control-Allow-Methods: " + _methods,
            FieldsAllowed + AllowedFields,
            "Access-Control-Expose-Headers: Etag,Last-Modified,X-Nginx-PushStream-Explain",
            .. _varies ? ["Vary: Origin"] : NoOrigin,
        ];
}
