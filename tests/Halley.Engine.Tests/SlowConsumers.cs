using System.Globalization;
using System.Text;
using System.Text.Json;
using Halley.Specifications.Hosts;
using Halley.Testing;
using Halley.Testing.Doubles;

namespace Halley.Engine.Tests;

/// <summary>
/// Clients that read more slowly than is published, over real sockets: each choice of what becomes of them, and how
/// those come back that missed much.
/// </summary>
public sealed class SlowConsumers
{
    private const int SmallBuffer = 4096;
    private const int MaxQueued = 128 << 10;
    private const int HistorySize = 8;
    private const int Messages = 60;

    // Sixty of these are more than the kernel takes for one who does not read, and may wait.
    private static readonly string Payload = new('x', 32 << 10);

    [Fact]
    public async Task By_default_it_is_cut_off()
    {
        using var engine = Engine(SlowConsumerPolicy.End);
        using var client = await SubscribeAsync(engine);
        await PublishAsync(engine, 1, Messages);
        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == 0, "it is cut off");
        var read = Encoding.UTF8.GetString(await client.ReadToEndAsync());
        Assert.DoesNotContain($"\"seq\":{Messages},", read, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_oldest_are_dropped_it_has_the_others_and_is_told()
    {
        using var engine = Engine(SlowConsumerPolicy.DropOldest);
        using var client = await SubscribeAsync(engine);
        await PublishAsync(engine, 1, Messages);
        var oldest = engine.Hub.Find("a"u8)!.OldestKept(int.MaxValue);
        var (heard, gaps) = await ReadUntilAsync(client, Messages);
        var gap = Assert.Single(gaps);
        Assert.Equal((oldest - 1, "evicted"), (gap.To, gap.Reason));
        Assert.Equal([.. Range(1, gap.From - 1), .. Range(oldest, Messages)], heard);

        await PublishAsync(engine, Messages + 1, Messages + 1);
        Assert.Equal([Messages + 1], (await ReadUntilAsync(client, Messages + 1)).Heard);
    }

    [Fact]
    public async Task Of_the_latest_it_has_the_newest_and_is_told()
    {
        using var engine = Engine(SlowConsumerPolicy.Latest);
        using var client = await SubscribeAsync(engine);
        await PublishAsync(engine, 1, Messages);
        var (heard, gaps) = await ReadUntilAsync(client, Messages);
        var gap = Assert.Single(gaps);
        Assert.Equal((Messages - 1, "slow"), (gap.To, gap.Reason));
        Assert.Equal([.. Range(1, gap.From - 1), Messages], heard);

        await PublishAsync(engine, Messages + 1, Messages + 1);
        Assert.Equal([Messages + 1], (await ReadUntilAsync(client, Messages + 1)).Heard);
    }

    [Fact]
    public async Task Those_that_come_back_and_missed_much_let_little_wait_and_get_all_of_it()
    {
        const int Clients = 10;
        const int Missed = 4000;
        using var engine = new RunningEngine(new()
        {
            // Beside the little that anybody may let wait, nothing.
            Engine = options => (options.Reactors, options.MaxUnsharedBytes) = (1, 0),
            Limits = limits => limits.HistorySize = Missed,
        });
        for (var i = 1; i <= Missed; i++)
        {
            Publish(engine, new string('x', 200));
        }

        var clients = new List<RawHttpClient>();
        for (var i = 0; i < Clients; i++)
        {
            clients.Add(await SubscribeAsync(engine, seq: 1));
        }

        // Published while they do not read.
        Publish(engine, "last");
        await engine.AnswersAsync();
        foreach (var client in clients)
        {
            Assert.Equal(Range(1, Missed + 1), (await ReadUntilAsync(client, Missed + 1)).Heard);
            client.Dispose();
        }
    }

    private static RunningEngine Engine(SlowConsumerPolicy policy) => new(new()
    {
        Engine = options => options.MaxQueuedBytes = MaxQueued,
        Limits = limits => (limits.HistorySize, limits.SlowConsumersOf) = (HistorySize, _ => policy),
    });

    private static async Task<RawHttpClient> SubscribeAsync(RunningEngine engine, int seq = 0)
    {
        var client = await RawHttpClient.ConnectAsync(engine.Front, receiveBuffer: SmallBuffer);
        var before = engine.Hub.SubscriberCount;
        await client.GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"/stream?cname=a&epoch=&seq={seq}"));
        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount > before, "it is subscribed");
        return client;
    }

    private static async Task PublishAsync(RunningEngine engine, int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            Publish(engine, Payload);
        }

        await engine.AnswersAsync();
    }

    private static void Publish(RunningEngine engine, string payload) => Assert.Equal(
        PublishStatus.Published,
        engine.Hub.Broker.Publish("a"u8, new Publication(Encoding.UTF8.GetBytes(payload))).Now().Status);

    private static IEnumerable<long> Range(long first, long last)
    {
        for (var i = first; i <= last; i++)
        {
            yield return i;
        }
    }

    // The offsets of the messages up to one, and the gaps that were told. Bodies come in chunks, each a line.
    private static async Task<(List<long> Heard, List<(long From, long To, string Reason)> Gaps)> ReadUntilAsync(
        RawHttpClient client, long last)
    {
        var (heard, gaps) = (new List<long>(), new List<(long, long, string)>());
        while (heard.Count == 0 || heard[^1] < last)
        {
            var line = Encoding.UTF8.GetString(await client.ReadThroughAsync("\n")).Trim();
            if (!line.StartsWith('{'))
            {
                continue;
            }

            var said = JsonDocument.Parse(line).RootElement;
            switch (said.GetProperty("type").GetString())
            {
                case "data":
                    heard.Add(said.GetProperty("seq").GetInt64());
                    break;
                case "gap":
                    gaps.Add((
                        said.GetProperty("from").GetInt64(),
                        said.GetProperty("to").GetInt64(),
                        said.GetProperty("reason").GetString()!));
                    break;
            }
        }

        return (heard, gaps);
    }
}
