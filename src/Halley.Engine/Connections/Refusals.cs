using System.Collections.Concurrent;
using System.Text;
using Halley.Broker;
using Halley.Protocol.Http;

namespace Halley.Engine.Connections;

/// <summary>The answers to what is not a request: a status and a sentence, made once for each error.</summary>
internal static class Refusals
{
    private static readonly ConcurrentDictionary<RequestError, (ResponseHead Head, byte[] Body)> Answers = new();

    /// <summary>A whole answer, for who is turned away before it has asked for anything.</summary>
    public static ReadOnlySpan<byte> TooManyConnections =>
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 47\r\nConnection: close\r\n\r\nThere are too many connections of your address\n"u8;

    public static ResponseHead HeadFor(RequestError error) => For(error).Head;

    public static ReadOnlySpan<byte> BodyFor(RequestError error) => For(error).Body;

    /// <summary>The head for a request that needs what lies outside of this process, and cannot be had now.</summary>
    public static ResponseHead HeadFor(BrokerException refused) => refused.MayHaveBeenDone ? MaybeDone : NotDone;

    private static readonly ResponseHead NotDone =
        new("503 Service Unavailable", ["Content-Type: text/plain; charset=utf-8", "Retry-After: 1"]);

    private static readonly ResponseHead MaybeDone = new("504 Gateway Timeout", ["Content-Type: text/plain; charset=utf-8"]);

    private static (ResponseHead Head, byte[] Body) For(RequestError error) => Answers.GetOrAdd(error, static e => (
        new ResponseHead(e.Status, ["Content-Type: text/plain; charset=utf-8"]) { Closes = true },
        Encoding.UTF8.GetBytes(e.Explanation + "\n")));
}
