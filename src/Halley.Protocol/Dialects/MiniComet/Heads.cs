using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.MiniComet;

/// <summary>The heads of this dialect's answers.</summary>
internal static class Heads
{
    private static readonly string[] Html = ["Content-Type: text/html; charset=utf-8"];

    public static ResponseHead Listening { get; } = new("200 OK", Html);

    public static ResponseHead Spoken { get; } = new("200 OK", Html);

    public static ResponseHead NotConnected { get; } = new(
        "404 Not Found", ["Content-Type: text/plain; charset=utf-8"]);

    public static ResponseHead NotRead(string status) => new(status, ["Content-Type: text/plain; charset=utf-8"]);

    public static ResponseHead NotFound { get; } = new("404 Not Found", []);

    public static ResponseHead Full { get; } = new("503 Service Unavailable", ["Retry-After: 10"]);
}
