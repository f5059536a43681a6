using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>The heads of this dialect's answers, fields in the original's order.</summary>
internal static class Heads
{
    private const string Server = "Server: icomet 0.2.5";
    private const string Html = "Content-Type: text/html; charset=utf-8";
    private const string Json = "Content-Type: application/json; charset=utf-8";
    private const string Later = "Retry-After: 10";
    private const string Script = "Content-Type: text/javascript; charset=utf-8";

    // What the original's HTTP library adds at the end where a handler names no type.
    private static readonly string[] NoType = ["Content-Type: text/html; charset=ISO-8859-1"];

    public static ResponseHead Ping { get; } = new("200 OK", [Script]);

    /// <summary>
    /// The answer to a browser that asks whether a page of another site may send these fields. Whether that page may
    /// look at the answer is said there: /sse lets it.
    /// </summary>
    public static ResponseHead Preflight { get; } = new(
        "204 No Content",
        [
            "Allow: GET, OPTIONS",
            "Access-Control-Allow-Origin: *",
            "Access-Control-Allow-Methods: GET",
            "Access-Control-Allow-Headers: Last-Event-ID, Authorization, Content-Type, Cache-Control, Pragma, "
                + "X-Requested-With",
            "Access-Control-Max-Age: 86400",
        ]);

    public static ResponseHead SubscribeMethod { get; } = new("405 Method Not Allowed", ["Allow: GET"], NoType);

    public static ResponseHead BadRequest { get; } = new("400 Bad Request", [Json]);

    public static ResponseHead NoSuchPage { get; } =
        new("404 Not Found", ["Content-Type: text/html"]) { Closes = true };

    public static ResponseHead NotImplemented { get; } =
        new("501 Not Implemented", ["Content-Type: text/html"]) { Closes = true };

    public static ResponseHead FrontForbidden { get; } = new(
        "403 Forbidden", ["Content-Type: text/plain; charset=utf-8"]);

    public static ResponseHead AdminForbidden { get; } = new("403 Forbidden", [Server], NoType) { Closes = true };

    public static ResponseHead PushMethod { get; } = new("405 Invalid Method", [Server, "Allow: GET, POST"], NoType);

    public static ResponseHead BroadcastMethod { get; } = new("405 Invalid Method", [Server, "Allow: GET"], NoType);

    public static ResponseHead TooManyChannels { get; } = new("429 Too Many Channels", [Server, Later], NoType);

    public static ResponseHead OutOfMemory { get; } = new(
        "503 Out Of Memory", [Server, Later, "Content-Type: text/plain; charset=utf-8"]);

    public static ResponseHead KeyReused { get; } = new("422 Unprocessable Content", [Json]);

    public static ResponseHead TooManyFollowers { get; } = new("429 Too Many Followers", [Server, Later], NoType);

    public static ResponseHead AdminScript { get; } = new("200 OK", [Server, Script]);

    public static ResponseHead AdminHtml { get; } = new("200 OK", [Server, Html]);

    public static ResponseHead AdminUntyped { get; } = new("200 OK", [Server], NoType);

    /// <summary>The name stands in it as it is, so it is not sent as a page.</summary>
    public static ResponseHead NotConnected { get; } = new(
        "404 Not Found", [Server, "Content-Type: text/plain; charset=utf-8"]);
}
