using System.Text;
using Halley.Protocol;
using Halley.Protocol.Backends;
using Halley.Protocol.Http;

namespace Halley.Router;

/// <summary>A router's own replies.</summary>
internal static class RouterReplies
{
    private const string Server = "Server: icomet 0.2.5";

    private static readonly string[] Html = [Server, "Content-Type: text/html; charset=utf-8"];
    private static readonly string[] Plain = [Server, "Content-Type: text/plain; charset=utf-8"];

    public static ResponseHead Ok { get; } = new("200 OK", Html);

    public static ResponseHead Json { get; } = new("200 OK", [Server, "Content-Type: application/json; charset=utf-8"]);

    public static ResponseHead BadRequest { get; } = new("400 Bad Request", Plain);

    public static ResponseHead Forbidden { get; } = new("403 Forbidden", Plain) { Closes = true };

    public static ResponseHead NotFound { get; } = new("404 Not Found", Plain);

    public static ResponseHead BadGateway { get; } = new("502 Bad Gateway", Plain);

    public static ResponseHead Unavailable { get; } = new("503 Service Unavailable", [.. Plain, "Retry-After: 1"]);

    public static ResponseHead GatewayTimeout { get; } = new("504 Gateway Timeout", Plain);

    /// <summary>Passes a server's answer on as it came.</summary>
    public static void PassOn(BackendAnswer answer, ReadOnlySpan<byte> body, IExchange exchange)
    {
        var type = answer.Field("Content-Type");
        string[] fields = type is null ? [Server] : [Server, $"Content-Type: {type}"];
        exchange.Reply(new ResponseHead($"{answer.Status} {answer.Reason}", fields), body);
    }

    /// <summary>Replies that not all servers carried out what all had to.</summary>
    public static void ReplyWithErrors(IReadOnlyList<ServerAnswer> answers, IExchange exchange)
    {
        var good = answers.Where(answer => answer.IsGood).Select(answer => answer.Server.Name).ToList();
        var bad = answers.Where(answer => !answer.IsGood).ToList();
        var done = good.Count > 0 ? $"; done by {string.Join(", ", good)}" : "";
        var sentence = $"{string.Join("; ", bad.Select(answer => answer.Error))}{done}\n";
        exchange.Reply(good.Count > 0 ? BadGateway : HeadWhereNobodyDidIt(bad), Encoding.UTF8.GetBytes(sentence));
    }

    private static ResponseHead HeadWhereNobodyDidIt(List<ServerAnswer> bad)
    {
        if (bad.TrueForAll(answer => answer.Answer.Outcome == BackendOutcome.TooBusy))
        {
            return Unavailable;
        }

        return bad.Exists(answer => answer.Answer.Outcome == BackendOutcome.TimedOut) ? GatewayTimeout : BadGateway;
    }

    public static void Reply(ResponseHead head, string sentence, IExchange exchange) =>
        exchange.Reply(head, Encoding.UTF8.GetBytes(sentence + "\n"));
}
