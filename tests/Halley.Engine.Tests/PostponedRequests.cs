using System.Collections.Concurrent;
using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Specifications.Hosts;
using Halley.Testing.Doubles;

namespace Halley.Engine.Tests;

/// <summary>
/// What the engine promises of requests that are put off beside what every host does: their memory and their time.
/// </summary>
public sealed class PostponedRequests
{
    private readonly AskingHandler _handler = new();

    [Fact]
    public async Task What_is_sent_behind_it_without_end_waits_with_its_client()
    {
        const int MaxHead = 64 * 1024;
        using var engine = new RunningEngine(new()
        {
            Front = _handler,
            Engine = options => options.Reactors = 1,
            Listener = front => front with { MaxRequestHeadBytes = MaxHead, MaxRequestBodyBytes = 16 << 20 },
        });
        using var client = await engine.ConnectAsync();
        var one = $"GET /{new string('a', 100)} HTTP/1.1\r\nHost: x\r\n\r\n";
        const int Count = 100_000;
        var sending = client.SendAsync(string.Concat(Enumerable.Repeat(one, Count)));
        await _handler.UntilAskedAsync();
        for (var turn = 0; turn < 50; turn++)
        {
            await engine.PushAsync("other", "x");
        }

        Assert.InRange(engine.UnfinishedBytes, 0, 4 * MaxHead);
        Assert.False(sending.IsCompleted);
        client.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
    }

    [Fact]
    public async Task A_client_that_says_it_sends_no_more_still_gets_its_answer()
    {
        using var engine = new RunningEngine(new() { Front = _handler });
        using var client = await engine.ConnectAsync();
        await client.GetAsync("/one");
        client.FinishSending();
        await _handler.AnswerAsync();

        Assert.Equal("/one ", await (await client.ReadResponseAsync()).ReadBodyAsync());
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task One_that_is_not_answered_in_time_ends_the_connection()
    {
        var time = new ManualTime();
        using var engine = new RunningEngine(new() { Front = _handler, Time = time });
        using var client = await engine.ConnectAsync();
        await client.GetAsync("/one");
        await _handler.UntilAskedAsync();
        time.AdvanceSeconds(61);

        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task One_that_asks_again_has_its_time_anew()
    {
        var time = new ManualTime();
        var batch = new AskingOneAfterTheOther();
        using var engine = new RunningEngine(new()
        {
            Front = batch,
            Time = time,
            Engine = options => options.Reactors = 1,
        });
        using var client = await engine.ConnectAsync();
        await client.GetAsync("/one");
        for (var question = 0; question < AskingOneAfterTheOther.Questions; question++)
        {
            await Eventually.TrueAsync(() => batch.Asked.Count == question + 1, "the handler asks");
            time.AdvanceSeconds(40);
            await engine.PushAsync("other", "x");
            batch.Asked.ElementAt(question).SetResult(true);
        }

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    /// <summary>Asks the next question when the one before it is answered.</summary>
    private sealed class AskingOneAfterTheOther : IRequestHandler
    {
        public const int Questions = 3;

        public ConcurrentQueue<TaskCompletionSource<bool>> Asked { get; } = new();

        public void Handle(in HttpRequest request, IExchange exchange)
        {
            for (var question = 0; question < Questions; question++)
            {
                if (!exchange.TryRecall([(byte)question], out bool _))
                {
                    var asked = new TaskCompletionSource<bool>();
                    exchange.TryAwait([(byte)question], new ValueTask<bool>(asked.Task), out _);
                    Asked.Enqueue(asked);
                    return;
                }
            }

            exchange.Reply(new ResponseHead("200 OK", []), default);
        }
    }
}
