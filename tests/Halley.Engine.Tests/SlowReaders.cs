using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Specifications.Hosts;
using Halley.Testing;
using Halley.Testing.Doubles;

namespace Halley.Engine.Tests;

/// <summary>
/// Clients that take what waits for them slowly or not at all: what they hold on to, and for how long. The reactors'
/// clock stands still.
/// </summary>
public sealed class SlowReaders
{
    private const int SmallBuffer = 4096;

    private static readonly string Large = new('x', 4 << 20);

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData("poll")]
    [InlineData("stream")]
    public async Task Who_takes_an_answer_at_less_than_the_least_rate_is_closed(string transport)
    {
        using var engine = new RunningEngine(new() { Time = _time });
        await engine.PushAsync("a", Large);
        using var client = await SmallClientAsync(engine);
        await client.GetAsync($"/{transport}?cname=a&seq=1");

        // Some is taken in each minute, and less than 4 KiB a second.
        var taken = 0;
        for (var i = 0; i < 2; i++)
        {
            taken += (await client.ReadExactlyAsync(24 << 10)).Length;
            await engine.AnswersAsync();
            _time.AdvanceSeconds(29);
            await engine.AnswersAsync();
        }

        _time.AdvanceSeconds(5);
        Assert.InRange(taken + (await client.ReadToEndAsync()).Length, taken, Large.Length - 1);
    }

    [Theory]
    [InlineData("poll")]
    [InlineData("stream")]
    public async Task Who_takes_an_answer_at_more_than_the_least_rate_gets_it_whole(string transport)
    {
        using var engine = new RunningEngine(new() { Time = _time });
        await engine.PushAsync("a", Large);
        using var client = await SmallClientAsync(engine);
        await client.GetAsync($"/{transport}?cname=a&seq=1");

        var taken = 0;
        for (var i = 0; i < 12; i++)
        {
            taken += (await client.ReadExactlyAsync(300 << 10)).Length;
            await engine.AnswersAsync();
            _time.AdvanceSeconds(50);
            await engine.AnswersAsync();
        }

        Assert.InRange(taken + (await client.ReadThroughAsync("\"}")).Length, Large.Length, int.MaxValue);
    }

    [Fact]
    public async Task A_held_subscriber_that_takes_no_message_is_closed_and_one_that_has_taken_all_is_not()
    {
        using var engine = new RunningEngine(new() { Time = _time });
        using var never = await SmallClientAsync(engine);
        await never.GetAsync("/stream?cname=a&seq=1");
        var (taker, response) = await engine.SubscribeAsync("a");
        using var disposed = taker;
        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == 2, "both are subscribed");
        await engine.PushAsync("a", Large[..(512 << 10)]);
        await response.ReadChunkAsync();
        await engine.AnswersAsync();

        _time.AdvanceSeconds(61);

        Assert.InRange((await never.ReadToEndAsync()).Length, 0, 512 << 10);
        await engine.PushAsync("a", "still here");
        while (!(await response.ReadChunkAsync())!.Contains("still here", StringComparison.Ordinal))
        {
            // A noop was due.
        }
    }

    [Fact]
    public async Task Each_further_byte_of_a_body_does_not_win_more_time()
    {
        using var engine = new RunningEngine(new() { Time = _time });
        using var client = await RawHttpClient.ConnectAsync(engine.Admin);
        await client.SendAsync("POST /push?cname=a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
        for (var i = 0; i < 31; i++)
        {
            await client.SendAsync("x");
            await engine.AnswersAsync();
            _time.AdvanceSeconds(2);
            await engine.AnswersAsync();
        }

        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_client_that_does_not_read_keeps_some_tens_of_kilobytes_in_the_kernel()
    {
        RawHttpClient client;
        using (var engine = new RunningEngine(new() { Time = _time }))
        {
            client = await SmallClientAsync(engine);
            await client.GetAsync("/stream?cname=a&seq=1");
            await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == 1, "it is subscribed");
            await engine.PushAsync("a", Large);
            await engine.AnswersAsync();
        }

        // What the kernel had taken still comes when the engine is gone.
        using var disposed = client;
        Assert.InRange((await client.ReadToEndAsync()).Length, 1, 64 << 10);
    }

    [Fact]
    public async Task A_segment_is_no_more_than_the_send_buffer_also_on_loopback()
    {
        using var engine = new RunningEngine(new() { Engine = options => options.SendBufferBytes = 4096 });
        using var client = await engine.ConnectAsync();

        // Else what is less than a segment fills the buffer, and waits for an acknowledgement that comes 40 ms late.
        Assert.InRange(client.SegmentBytes, 1, 4096);
    }

    [Fact]
    public async Task Clients_that_do_not_read_keep_no_more_together_than_they_may()
    {
        const int Clients = 20;
        using var engine = new RunningEngine(new()
        {
            Front = new LongAnswers(),
            Engine = options => (options.Reactors, options.MaxUnsharedBytes) = (1, 4 << 20),
        });
        var clients = new List<RawHttpClient>();
        for (var i = 0; i < Clients; i++)
        {
            clients.Add(await SmallClientAsync(engine));
            await clients[i].GetAsync("/");
            await clients[i].ReadExactlyAsync(1);
        }

        var whole = 0;
        foreach (var client in clients)
        {
            whole += (await client.ReadToEndAsync()).Length >= LongAnswers.Length ? 1 : 0;
            client.Dispose();
        }

        // As many as fit, and nobody for ever: what the first have taken makes room.
        Assert.InRange(whole, 3, 4);
        using var later = await SmallClientAsync(engine);
        await later.GetAsync("/");
        Assert.InRange((await later.ReadToEndAsync()).Length, LongAnswers.Length, int.MaxValue);
    }

    private sealed class LongAnswers : IRequestHandler
    {
        public const int Length = 1 << 20;

        private static readonly ResponseHead Ok = new("200 OK", []) { Closes = true };

        public bool Admits(in RequestHead head, IResponder client) => false;

        public void Handle(in HttpRequest request, IExchange exchange) => exchange.Reply(Ok, new byte[Length]);
    }

    private static Task<RawHttpClient> SmallClientAsync(RunningEngine engine) =>
        RawHttpClient.ConnectAsync(engine.Front, receiveBuffer: SmallBuffer);
}
