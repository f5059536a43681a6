using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// The heads of answers. Pages of other origins may read them, as far as the listener lets these pages come: tokens are
/// in requests, and never in what a browser sends by itself.
/// </summary>
internal static class HttpHeads
{
    private const string Readable = "Access-Control-Allow-Origin: *";
    private const string Plain = "Content-Type: text/plain; charset=utf-8";

    private static readonly string[] NotStored =
        ["Cache-Control: no-store", "X-Accel-Buffering: no", Readable];

    public static ResponseHead Switching { get; } = new("101 Switching Protocols", ["Cache-Control: no-store"]);

    public static ResponseHead Lines { get; } = new("200 OK", ["Content-Type: application/json", .. NotStored]);

    public static ResponseHead BinaryLines { get; } =
        new("200 OK", ["Content-Type: application/octet-stream", .. NotStored]);

    public static ResponseHead Events { get; } =
        new("200 OK", ["Content-Type: text/event-stream; charset=utf-8", .. NotStored]);

    public static ResponseHead Heard { get; } = new("204 No Content", [Readable]);

    public static ResponseHead Preflight { get; } = new(
        "204 No Content",
        [
            Readable,
            "Access-Control-Allow-Methods: GET, POST",
            "Access-Control-Allow-Headers: Content-Type, Authorization, Last-Event-ID, Cache-Control",
            "Access-Control-Max-Age: 300",
        ]);

    public static ResponseHead BadRequest { get; } = new("400 Bad Request", [Plain, Readable]);

    public static ResponseHead NotFound { get; } = new("404 Not Found", [Plain, Readable]);

    public static ResponseHead TooLarge { get; } = new("413 Content Too Large", [Plain, Readable]);

    public static ResponseHead Busy { get; } = new("503 Service Unavailable", ["Retry-After: 1", Plain, Readable]);

    public static ResponseHead OnlyGet { get; } = new("405 Method Not Allowed", ["Allow: GET", Plain]);

    public static ResponseHead OnlyPost { get; } = new("405 Method Not Allowed", ["Allow: POST", Plain, Readable]);

    public static ResponseHead GetOrPost { get; } =
        new("405 Method Not Allowed", ["Allow: GET, POST", Plain, Readable]);
}
