using Halley.Specifications.Hosts;
using Halley.Testing;
using Halley.Testing.Doubles;

namespace Halley.Engine.Tests;

/// <summary>Connections of an engine that drains. Its clock stands still but for what a test lets pass.</summary>
public sealed class DrainedConnections
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_request_that_has_not_come_whole_is_waited_for_and_answered()
    {
        using var engine = new RunningEngine(new() { Time = _time });
        using var publisher = await RawHttpClient.ConnectAsync(engine.Admin);
        await publisher.SendAsync(
            "POST /push HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: 19\r\n\r\ncname=a&");
        await engine.AnswersAsync();
        var drained = engine.Drain(Within);
        while (await ServerProcess.IsListeningAsync(engine.Front))
        {
            Assert.False(Passed(engine));
        }

        Assert.False(drained.IsCompleted);

        await publisher.SendAsync("content=abc");

        var answer = await publisher.ReadResponseAsync();
        Assert.Equal(200, answer.Status);
        Assert.Equal("close", answer["Connection"]);
        await Eventually.TrueAsync(() => Passed(engine), "nothing is under way");
    }

    // A moment, and whether nothing is under way since.
    private bool Passed(RunningEngine engine)
    {
        _time.Advance(TimeSpan.FromMilliseconds(4));
        return engine.IsDrained;
    }
}
