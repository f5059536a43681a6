using System.Collections.Concurrent;
using System.Text;
using Halley.Broker;

namespace Halley.Protocol.Http;

/// <summary>
/// The answers of a host to requests that no handler answers: a status and a sentence, made once for each error.
/// </summary>
public static class RequestRefusals
{
    private static readonly ConcurrentDictionary<RequestError, (ResponseHead Head, byte[] Body)> Answers = new();

    public static ResponseHead HeadFor(RequestError error) => For(error).Head;

    public static ReadOnlySpan<byte> BodyFor(RequestError error) => For(error).Body;

    /// <summary>The head for a request whose broker cannot be reached now.</summary>
    public static ResponseHead HeadFor(BrokerException refused) => refused.MayHaveBeenDone ? MaybeDone : NotDone;

    private static readonly ResponseHead NotDone =
        new("503 Service Unavailable", ["Content-Type: text/plain; charset=utf-8", "Retry-After: 1"]);

    private static readonly ResponseHead MaybeDone = new(
        "504 Gateway Timeout", ["Content-Type: text/plain; charset=utf-8"]);

    private static (ResponseHead Head, byte[] Body) For(RequestError error) => Answers.GetOrAdd(error, static e => (
        new ResponseHead(e.Status, ["Content-Type: text/plain; charset=utf-8"]) { Closes = true },
        Encoding.UTF8.GetBytes(e.Explanation + "\n")));
}
