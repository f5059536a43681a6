using System.Collections.Concurrent;
using System.Text;
using Halley.Broker;
using Halley.Protocol.Http;

namespace Halley.Engine.Connections;

/// <summary>The answers to broken requests: a status and a sentence, made once for each error.</summary>
internal static class Refusals
{
    private static readonly ConcurrentDictionary<RequestError, (ResponseHead Head, byte[] Body)> Answers = new();

    /// <summary>A whole answer for a client that is turned away before it has sent a request.</summary>
    public static ReadOnlySpan<byte> TooManyConnections =>
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"u8
        + "Content-Length: 47\r\nConnection: close\r\n\r\nThere are too many connections of your address\n"u8;

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
