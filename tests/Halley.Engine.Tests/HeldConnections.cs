using System.Text;
using Halley.Testing;

namespace Halley.Engine.Tests;

/// <summary>Subscribers that come, go, vanish, and do not read.</summary>
public sealed class HeldConnections
{
    [Fact]
    public async Task A_subscriber_that_resets_its_connection_is_forgotten()
    {
        using var engine = new RunningEngine();
        var (client, _) = await engine.SubscribeAsync("a");
        Assert.Equal(1, engine.Hub.SubscriberCount);

        client.Reset();

        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == 0, "nobody is subscribed");
    }

    [Fact]
    public async Task A_subscriber_that_ends_its_side_is_forgotten_and_its_connection_closed()
    {
        using var engine = new RunningEngine();
        var (client, _) = await engine.SubscribeAsync("a");
        using var disposed = client;

        client.FinishSending();

        Assert.Empty(await client.ReadToEndAsync());
        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == 0, "nobody is subscribed");
    }

    [Fact]
    public async Task A_subscriber_that_sends_without_end_is_held_all_the_same()
    {
        using var engine = new RunningEngine();
        var (client, response) = await engine.SubscribeAsync("a");
        using var disposed = client;
        var sending = client.SendAsync(new byte[8 << 20]);

        await engine.PushAsync("a", "hi");

        Assert.Contains("\"hi\"", await response.ReadChunkAsync(), StringComparison.Ordinal);
        Assert.False(sending.IsCompleted, "8 MiB were read from a subscriber that has nothing to say");
        client.Reset();
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == 0, "nobody is subscribed");
    }

    [Fact]
    public async Task A_subscriber_that_does_not_read_is_ended_at_the_limit_and_nobody_else_notices()
    {
        const int Messages = 300;
        using var engine = new RunningEngine(new() { Engine = options => options.MaxQueuedBytes = 64 * 1024 });
        var (slow, _) = await engine.SubscribeAsync("a");
        var (quick, response) = await engine.SubscribeAsync("a");
        using var disposed = (slow, quick) switch { var (s, q) => new Both(s, q) };
        var content = new string('x', 32 * 1024);
        for (var i = 1; i <= Messages; i++)
        {
            await engine.PushAsync("a", content);
            Assert.Contains($"\"seq\":{i},", await response.ReadChunkAsync(), StringComparison.Ordinal);
        }

        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == 1, "only the one that reads is subscribed");
        var seen = Encoding.UTF8.GetString(await slow.ReadToEndAsync());
        Assert.DoesNotContain($"\"seq\":{Messages},", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_larger_than_the_limit_is_delivered_whole()
    {
        using var engine = new RunningEngine(new() { Engine = options => options.MaxQueuedBytes = 64 * 1024 });
        var (client, response) = await engine.SubscribeAsync("a");
        using var disposed = client;
        var content = string.Concat(Enumerable.Range(0, 1 << 20).Select(i => (char)('a' + (i % 26))));

        await engine.PushAsync("a", content);

        Assert.Equal(
            $"{{\"type\":\"data\",\"cname\":\"a\",\"seq\":1,\"content\":\"{content}\"}}\n",
            await response.ReadChunkAsync());
    }

    [Fact]
    public async Task Subscribers_of_one_channel_get_the_same_in_the_same_order_on_all_reactors()
    {
        const int Subscribers = 200;
        const int Messages = 50;
        using var engine = new RunningEngine(new() { Engine = options => options.Reactors = 4 });
        var all = new List<(RawHttpClient Client, RawResponse Response)>();
        for (var i = 0; i < Subscribers; i++)
        {
            all.Add(await engine.SubscribeAsync("a"));
        }

        for (var i = 1; i <= Messages; i++)
        {
            await engine.PushAsync("a", $"m{i}");
        }

        foreach (var (client, response) in all)
        {
            for (var i = 1; i <= Messages; i++)
            {
                Assert.Equal(
                    $"{{\"type\":\"data\",\"cname\":\"a\",\"seq\":{i},\"content\":\"m{i}\"}}\n",
                    await response.ReadChunkAsync());
            }

            client.Dispose();
        }
    }

    [Fact]
    public async Task A_poll_that_comes_back_again_and_again_misses_nothing()
    {
        const int Messages = 2_000;
        using var engine = new RunningEngine();
        using var publisher = await RawHttpClient.ConnectAsync(engine.Admin);
        using var client = await engine.ConnectAsync();
        var publishing = Task.Run(
            async () =>
            {
                for (var i = 1; i <= Messages; i++)
                {
                    // No more at once than the history keeps.
                    await publisher.PostAsync("/push", $"cname=a&content={i}");
                    await (await publisher.ReadResponseAsync()).ReadBodyAsync();
                    await Eventually.TrueAsync(() => Volatile.Read(ref _seen) > i - 8, "the subscriber keeps up");
                }
            },
            TestContext.Current.CancellationToken);

        while (_seen < Messages)
        {
            await client.GetAsync($"/poll?cname=a&seq={_seen + 1}");
            var body = await (await client.ReadResponseAsync()).ReadBodyAsync();
            foreach (var item in body.Split("\"seq\":")[1..])
            {
                Assert.Equal(_seen + 1, int.Parse(item[..item.IndexOf(',', StringComparison.Ordinal)]));
                Volatile.Write(ref _seen, _seen + 1);
            }
        }

        await publishing;
    }

    private int _seen;

    private sealed record Both(RawHttpClient One, RawHttpClient Other) : IDisposable
    {
        public void Dispose()
        {
            One.Dispose();
            Other.Dispose();
        }
    }
}
