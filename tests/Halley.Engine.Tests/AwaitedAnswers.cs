using Halley.Specifications.Hosts;

namespace Halley.Engine.Tests;

/// <summary>
/// Clients that have ended their side while an answer is waited for: the engine tells two kinds apart.
/// </summary>
public sealed class AwaitedAnswers
{
    [Fact]
    public async Task A_client_that_only_listens_and_ends_its_side_has_gone_also_with_requests_sent_ahead()
    {
        var handler = new LateHandler(endsWithClient: true);
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
        var handler = new LateHandler(endsWithClient: false);
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
}
