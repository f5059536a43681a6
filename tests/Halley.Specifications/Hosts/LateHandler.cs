using System.Collections.Concurrent;
using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Specifications.Hosts;

/// <summary>Answers <c>/later</c> when the test says so, and everything else at once, but for <c>/fail</c>.</summary>
public sealed class LateHandler(bool endsWithClient) : IRequestHandler
{
    private static readonly ResponseHead Head = new("200 OK", ["Content-Type: text/plain"]);
    private int _givenUp;

    public ConcurrentQueue<IExchange> Asked { get; } = new();

    public int GivenUp => Volatile.Read(ref _givenUp);

    public Task UntilAskedAsync() => Eventually.TrueAsync(() => Asked.Count == 1, "the request is there");

    public void Handle(in HttpRequest request, IExchange exchange)
    {
        if (request.Path.SequenceEqual("/fail"u8))
        {
            throw new InvalidOperationException("As the test wants it.");
        }

        if (!request.Path.SequenceEqual("/later"u8))
        {
            exchange.Reply(Head, "well"u8);
            return;
        }

        exchange.Await(() => Interlocked.Increment(ref _givenUp), endsWithClient);
        Asked.Enqueue(exchange);
    }

    public void AnswerAll()
    {
        while (Asked.TryDequeue(out var exchange))
        {
            exchange.Dispatcher.Post(new Answer(exchange));
        }
    }

    private sealed class Answer(IExchange exchange) : IWork
    {
        public bool Run(ref int budget)
        {
            budget--;
            exchange.Await(null, endsWithClient: false);
            exchange.Reply(Head, "late"u8);
            return true;
        }
    }
}
