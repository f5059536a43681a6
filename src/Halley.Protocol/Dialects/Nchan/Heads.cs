using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>The heads of nchan's answers, in nginx's order. What an answer says about origins stands last.</summary>
internal static class Heads
{
    public const string Vary = "Vary: If-None-Match, If-Modified-Since";

    private const string PublisherFields =
        "Access-Control-Allow-Headers: Content-Type, X-EventSource-Event, Idempotency-Key, Authorization, "
            + "Cache-Control, Pragma, X-Requested-With";
    private const string SubscriberFields =
        "Access-Control-Allow-Headers: If-None-Match, If-Modified-Since, Last-Event-ID, Content-Type, "
            + "X-EventSource-Event, Authorization, Cache-Control, Pragma, X-Requested-With";
    private const string Exposed = "Access-Control-Expose-Headers: Last-Modified, Etag, Content-Type";
    private const string Text = "Content-Type: text/plain; charset=utf-8";

    /// <param name="type">Null for none.</param>
    public static ResponseHead Get(string status, string? type, string[] origin, params string[] last) =>
        ResponseHead.LikeNginx(status, type is null ? [] : ["Content-Type: " + type], [.. last, .. origin]);

    /// <summary>The head of a raw stream, which only the end of the connection ends.</summary>
    public static ResponseHead Raw(string[] origin) =>
        new("200 OK", [], origin) { Order = HeadOrder.Nginx, Closes = true, EndsWithConnection = true };

    public static ResponseHead NoContent(string[] origin) =>
        new("204 No Content", [], origin) { Order = HeadOrder.Nginx, SaysKeepAlive = true };

    /// <summary>The head of a handshake's answer.</summary>
    public static ResponseHead SwitchingProtocols(string[] origin) => new("101 Switching Protocols", [], origin);

    /// <summary>The answer to a browser that asks what it may.</summary>
    public static ResponseHead Preflight(
        string methods, bool isForSubscribers, string[] origin) => ResponseHead.LikeNginx(
        "200 OK",
        [],
        [
            "Allow: " + methods,
            isForSubscribers ? SubscriberFields : PublisherFields,
            "Access-Control-Allow-Methods: " + methods,
            .. origin,
        ]);

    /// <summary>The head of a message that is a whole answer.</summary>
    /// <param name="type">Checked: it is sent as it is.</param>
    public static ResponseHead ForMessage(MessageStamp stamp, string? type, string[] origin)
    {
        var modified = "Last-Modified: " + HttpDate.ToText(stamp.Time);

        // nchan's is bare, which is no tag to HTTP: proxies that compress drop it, and its client would get the same
        // message over and over.
        string[] etag = [$"Etag: W/\"{stamp.Tag}\""];
        return ResponseHead.LikeNginx(
            "200 OK",
            type is null ? [modified] : ["Content-Type: " + type, modified],
            origin.Length == 0 ? [.. etag, Vary] : [.. etag, Exposed, Vary, .. origin]);
    }

    public static void Refuse(Refusal refusal, string[] origin, IResponder responder)
    {
        string[] last = refusal.Field is null ? origin : [refusal.Field, .. origin];
        var head = ResponseHead.LikeNginx(refusal.Status, refusal.Sentence is null ? [] : [Text], last);
        responder.Reply(
            head, refusal.Sentence is null ? default : System.Text.Encoding.UTF8.GetBytes(refusal.Sentence + "\n"));
    }
}
