using System.Text;
using Halley.Testing;

namespace Halley.Specifications.Hosts;

/// <summary>Subscribers that come, go, vanish, and do not read.</summary>
/// <inheritdoc/>
public abstract class HeldAnswerSpecification(HostStart start) : HostSpecification(start)
{
    [Fact]
    public async Task A_subscriber_that_resets_its_connection_is_forgotten()
    {
        await using var host = await StartAsync();
        var (client, _) = await host.SubscribeAsync("a");
        Assert.Equal(1, host.Hub.SubscriberCount);

        client.Reset();

        await UntilSubscribedAsync(host, 0);
    }

    [Fact]
    public async Task A_subscriber_that_ends_its_side_is_forgotten_and_its_connection_closed()
    {
        await using var host = await StartAsync();
        var (client, _) = await host.SubscribeAsync("a");
        using var disposed = client;

        client.FinishSending();

        Assert.Empty(await client.ReadToEndAsync());
        await UntilSubscribedAsync(host, 0);
    }

    [Fact]
    public async Task A_subscriber_that_sends_without_end_is_held_all_the_same()
    {
        await using var host = await StartAsync();
        var (client, response) = await host.SubscribeAsync("a");
        using var disposed = client;
        var sending = client.SendAsync(new byte[8 << 20]);

        host.Publish("a", "hi");

        Assert.Contains("\"hi\"", await response.ReadChunkAsync(), StringComparison.Ordinal);
        Assert.False(sending.IsCompleted, "8 MiB were read from a subscriber that has nothing to say");
        client.Reset();
        await Assert.ThrowsAnyAsync<Exception>(() => sending);

        // A host that does not read any more of it sees only when it writes that it has gone.
        await Eventually.TrueAsync(() => IsGoneAfter(host), "nobody is subscribed");
    }

    [Fact]
    public async Task A_subscriber_that_does_not_read_is_ended_at_the_limit_and_nobody_else_notices()
    {
        const int Messages = 300;
        await using var host = await StartAsync(new HostSetup { MaxQueuedBytes = 64 * 1024 });
        var (slow, _) = await host.SubscribeAsync("a");
        var (quick, response) = await host.SubscribeAsync("a");
        using var disposed = (slow, quick) switch { var (s, q) => new Both(s, q) };
        var content = new string('x', 32 * 1024);
        for (var i = 1; i <= Messages; i++)
        {
            host.Publish("a", content);
            Assert.Contains($"\"seq\":{i},", await response.ReadChunkAsync(), StringComparison.Ordinal);
        }

        await UntilSubscribedAsync(host, 1);
        var seen = Encoding.UTF8.GetString(await slow.ReadToEndAsync());
        Assert.DoesNotContain($"\"seq\":{Messages},", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_larger_than_the_limit_is_delivered_whole()
    {
        await using var host = await StartAsync(new HostSetup { MaxQueuedBytes = 64 * 1024 });
        var (client, response) = await host.SubscribeAsync("a");
        using var disposed = client;
        var content = string.Concat(Enumerable.Range(0, 1 << 20).Select(i => (char)('a' + (i % 26))));

        host.Publish("a", content);

        Assert.Equal(
            $"{{\"type\":\"data\",\"cname\":\"a\",\"seq\":1,\"content\":\"{content}\"}}\n",
            await response.ReadChunkAsync());
    }

    [Fact]
    public async Task Subscribers_of_one_channel_get_the_same_in_the_same_order_on_all_threads()
    {
        const int Subscribers = 200;
        const int Messages = 50;
        await using var host = await StartAsync();
        var all = new List<(RawHttpClient Client, RawResponse Response)>();
        for (var i = 0; i < Subscribers; i++)
        {
            all.Add(await host.SubscribeAsync("a"));
        }

        for (var i = 1; i <= Messages; i++)
        {
            host.Publish("a", $"m{i}");
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
        await using var host = await StartAsync();
        using var publisher = await RawHttpClient.ConnectAsync(host.EndPoint);
        using var client = await host.ConnectAsync();
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

    [Fact]
    public async Task A_subscriber_that_hears_nothing_is_sent_a_noop_again_and_again()
    {
        await using var host = await StartAsync(new HostSetup { Time = Time });
        using var client = await host.ConnectAsync();
        await client.GetAsync("/stream?cname=a&seq=1&noop=7");
        var response = await client.ReadResponseAsync();
        for (var noop = 7; noop < 10; noop++)
        {
            Time.AdvanceSeconds(31);
            Assert.Equal(
                $"{{\"type\":\"noop\",\"cname\":\"a\",\"seq\":{noop},\"content\":\"\"}}\n",
                await response.ReadChunkAsync());
        }
    }

    [Fact]
    public async Task A_message_puts_the_noop_off()
    {
        await using var host = await StartAsync(new HostSetup { Time = Time });
        var (client, response) = await host.SubscribeAsync("a");
        using var disposed = client;
        Time.AdvanceSeconds(20);
        await host.AnswersAsync();
        host.Publish("a", "hi");
        Assert.Contains("\"hi\"", await response.ReadChunkAsync(), StringComparison.Ordinal);

        Time.AdvanceSeconds(20);
        await host.AnswersAsync();
        Assert.Equal("", client.Pending());

        Time.AdvanceSeconds(12);
        Assert.Contains("\"noop\"", await response.ReadChunkAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_held_subscriber_is_never_closed_for_the_time_it_waits()
    {
        await using var host = await StartAsync(new HostSetup { Time = Time });
        var (client, response) = await host.SubscribeAsync("a");
        using var disposed = client;
        for (var i = 0; i < 30; i++)
        {
            Time.AdvanceSeconds(31);
            Assert.Contains("\"noop\"", await response.ReadChunkAsync(), StringComparison.Ordinal);
        }
    }

    private static bool IsGoneAfter(ServedHost host)
    {
        host.Publish("a", "once more");
        return host.Hub.SubscriberCount == 0;
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
