using System.Collections.Concurrent;
using System.Text;
using Halley.Protocol.Http;

namespace Halley.Engine.Connections;

/// <summary>The answers to what is not a request: a status and a sentence, made once for each error.</summary>
internal static class Refusals
{
    private static readonly ConcurrentDictionary<RequestError, (ResponseHead Head, byte[] Body)> Answers = new();

    public static ResponseHead HeadFor(RequestError error) => For(error).Head;

    public static ReadOnlySpan<byte> BodyFor(RequestError error) => For(error).Body;

    private static (ResponseHead Head, byte[] Body) For(RequestError error) => Answers.GetOrAdd(error, static e => (
        new ResponseHead(e.Status, ["Content-Type: text/plain; charset=utf-8"]) { Closes = true },
        Encoding.UTF8.GetBytes(e.Explanation + "\n")));
}
