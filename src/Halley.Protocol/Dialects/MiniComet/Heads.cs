using System.Text;
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

    /// <summary>Says why a client may not; nothing, where it is answered already or has to wait.</summary>
    public static void Refuse(Refusal? refusal, IResponder responder)
    {
        if (refusal is not null)
        {
            var type = "Content-Type: text/plain; charset=utf-8";
            responder.Reply(
                new ResponseHead(refusal.Status, refusal.Field is null ? [type] : [type, refusal.Field]),
                Encoding.UTF8.GetBytes(refusal.Sentence + "\n"));
        }
    }

    public static ResponseHead NotFound { get; } = new("404 Not Found", []);

    public static ResponseHead Full { get; } = new("503 Service Unavailable", ["Retry-After: 10"]);
}
