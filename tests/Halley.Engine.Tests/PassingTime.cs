using Halley.Testing.Doubles;

namespace Halley.Engine.Tests;

/// <summary>
/// What happens when nothing happens. The reactors' clock stands still but for what a test lets pass.
/// </summary>
public sealed class PassingTime
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_request_that_does_not_come_whole_in_time_ends_the_connection()
    {
        using var engine = new RunningEngine(new() { Time = _time });
        using var client = await engine.ConnectAsync();
        await client.SendAsync("GET /ping HTTP/1.1\r\nHost: x\r\nX: ");
        await ReadingAsync(engine);

        _time.AdvanceSeconds(61);

        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Each_further_byte_does_not_win_more_time()
    {
        using var engine = new RunningEngine(new() { Time = _time });
        using var client = await engine.ConnectAsync();
        for (var i = 0; i < 61; i++)
        {
            await client.SendAsync("G");
            await ReadingAsync(engine);
            _time.AdvanceSeconds(1);
        }

        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_connection_that_asks_for_nothing_more_is_closed()
    {
        using var engine = new RunningEngine(new() { Time = _time });
        using var client = await engine.ConnectAsync();
        await client.GetAsync("/ping");
        await (await client.ReadResponseAsync()).ReadBodyAsync();

        _time.AdvanceSeconds(301);

        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task An_answer_that_is_not_taken_ends_the_connection_and_one_that_is_taken_slowly_does_not()
    {
        using var engine = new RunningEngine(new() { Time = _time });
        var content = new string('x', 12 << 20);
        await engine.PushAsync("a", content);
        using var slow = await engine.ConnectAsync();
        await slow.GetAsync("/poll?cname=a&seq=1");
        using var never = await engine.ConnectAsync();
        await never.GetAsync("/poll?cname=a&seq=1");
        var begun = (await slow.ReadExactlyAsync(1)).Length + (await never.ReadExactlyAsync(1)).Length;
        for (var i = 0; i < 4; i++)
        {
            begun += (await slow.ReadExactlyAsync(2 << 20)).Length;
            await ReadingAsync(engine);
            _time.AdvanceSeconds(40);
            await ReadingAsync(engine);
        }

        Assert.True(begun + (await slow.ReadThroughAsync("0\r\n\r\n")).Length > content.Length);
        Assert.True((await never.ReadToEndAsync()).Length < content.Length);
    }

    // Whatever was sent before has been read, and every reactor has seen the time: each answers a request that came
    // later.
    private static async Task ReadingAsync(RunningEngine engine)
    {
        for (var turn = 0; turn < 2; turn++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => engine.ConnectAsync()));
            foreach (var client in clients)
            {
                await client.SendAsync("GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                await client.ReadToEndAsync();
                client.Dispose();
            }
        }
    }
}
