using System.Collections.Concurrent;
using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Engine.Tests;

/// <summary>What an answer waits for is given up, once, when its client goes before it comes.</summary>
public sealed class AwaitedAnswers
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_client_that_goes_gives_it_up(bool isReset, bool endsWithClient)
    {
        var handler = new Handler(endsWithClient);
        using var engine = new RunningEngine(new() { Front = handler });
        var client = await engine.ConnectAsync();
        await client.GetAsync("/later");
        await Eventually.TrueAsync(() => handler.Asked.Count == 1, "the request is there");
        if (isReset)
        {
            client.Reset();
        }

        client.Dispose();
        await Eventually.TrueAsync(() => handler.GivenUp == 1, "it is given up");
    }

    [Fact]
    public async Task A_client_that_only_listens_and_ends_its_side_has_gone_also_with_requests_sent_ahead()
    {
        var handler = new Handler(endsWithClient: true);
        using var engine = new RunningEngine(new() { Front = handler });
        using var client = await engine.ConnectAsync();
        await client.SendAsync("GET /later HTTP/1.1\r\nHost: x\r\n\r\n" + new string('x', 100_000));
        await Eventually.TrueAsync(() => handler.Asked.Count == 1, "the request is there");
        client.FinishSending();
        await Eventually.TrueAsync(() => handler.GivenUp == 1, "it is given up");
    }

    [Fact]
    public async Task A_client_that_has_said_all_and_still_reads_gets_its_answer()
    {
        var handler = new Handler(endsWithClient: false);
        using var engine = new RunningEngine(new() { Front = handler });
        using var client = await engine.ConnectAsync();
        await client.GetAsync("/later");
        client.FinishSending();
        await Eventually.TrueAsync(() => handler.Asked.Count == 1, "the request is there");
        await engine.AnswersAsync();
        handler.AnswerAll();
        Assert.Equal("late", await (await client.ReadResponseAsync()).ReadBodyAsync());
        Assert.Equal(0, handler.GivenUp);
    }

    [Fact]
    public async Task What_was_answered_is_not_given_up_and_the_next_request_waits_for_its_own()
    {
        var handler = new Handler(endsWithClient: true);
        using var engine = new RunningEngine(new() { Front = handler });
        var client = await engine.ConnectAsync();
        await client.GetAsync("/later");
        await Eventually.TrueAsync(() => handler.Asked.Count == 1, "the request is there");
        handler.AnswerAll();
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        await client.GetAsync("/later");
        await Eventually.TrueAsync(() => handler.Asked.Count == 1, "the next one is there");
        Assert.Equal(0, handler.GivenUp);
        client.Dispose();
        await Eventually.TrueAsync(() => handler.GivenUp == 1, "it is given up");
    }

    private sealed class Handler(bool endsWithClient) : IRequestHandler
    {
        private static readonly ResponseHead Head = new("200 OK", ["Content-Type: text/plain"]);
        private int _givenUp;

        public ConcurrentQueue<IExchange> Asked { get; } = new();

        public int GivenUp => Volatile.Read(ref _givenUp);

        public void Handle(in HttpRequest request, IExchange exchange)
        {
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
}
