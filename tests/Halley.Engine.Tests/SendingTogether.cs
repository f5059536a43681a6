using Halley.Specifications.Hosts;
using Halley.Testing;

namespace Halley.Engine.Tests;

/// <summary>
/// Many subscribers of one channel are sent to at once, through io_uring or one by one: nobody can tell which.
/// </summary>
public sealed class SendingTogether
{
    private const int Subscribers = 40;

    [Theory]
    [InlineData(IoUringUse.Auto)]
    [InlineData(IoUringUse.Off)]
    public async Task Everybody_hears_everything_beside_those_that_do_not_read_and_those_that_vanish(IoUringUse use)
    {
        const int Messages = 60;
        using var engine = Engine(use);
        var subscribers = new List<(RawHttpClient Client, RawResponse Response)>();
        for (var i = 0; i < Subscribers; i++)
        {
            subscribers.Add(await engine.SubscribeAsync("a"));
        }

        // Long enough that those who do not read are full, and cut off, long before the end.
        var content = new string('x', 64 * 1024);
        var reading = subscribers.Where((_, index) => index % 4 < 2).Select(
            subscriber => ReadAsync(subscriber.Response, Messages)).ToList();
        for (var i = 1; i <= Messages; i++)
        {
            if (i == Messages / 2)
            {
                subscribers.Where((_, index) => index % 4 == 2).ToList().ForEach(
                    subscriber => subscriber.Client.Reset());
            }

            await engine.PushAsync("a", $"{i}:{content}");
        }

        await Task.WhenAll(reading);
        await Eventually.TrueAsync(
            () => engine.Hub.SubscriberCount == Subscribers / 2, "only those that read are left");
        subscribers.ForEach(subscriber => subscriber.Client.Dispose());
    }

    [Theory]
    [InlineData(IoUringUse.Auto)]
    [InlineData(IoUringUse.Off)]
    public async Task Polls_answered_together_go_on_with_the_request_that_was_sent_behind(IoUringUse use)
    {
        using var engine = Engine(use);
        var clients = new List<RawHttpClient>();
        for (var i = 0; i < Subscribers; i++)
        {
            var client = await engine.ConnectAsync();
            await client.SendAsync("GET /poll?cname=a&seq=1 HTTP/1.1\r\nHost: x\r\n\r\nGET /poll?cname=a&seq=2 "
                + "HTTP/1.1\r\nHost: x\r\n\r\n");
            clients.Add(client);
        }

        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == Subscribers, "all wait");
        await engine.PushAsync("a", "one");
        foreach (var client in clients)
        {
            Assert.Contains(
                "\"one\"", await (await client.ReadResponseAsync()).ReadBodyAsync(), StringComparison.Ordinal);
        }

        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == Subscribers, "all wait again");
        await engine.PushAsync("a", "two");
        foreach (var client in clients)
        {
            Assert.Contains(
                "\"two\"", await (await client.ReadResponseAsync()).ReadBodyAsync(), StringComparison.Ordinal);
            client.Dispose();
        }
    }

    // One reactor, so that all of them are flushed together.
    private static RunningEngine Engine(IoUringUse use) => new(new()
    {
        Engine = options =>
        {
            options.Reactors = 1;
            options.IoUring = use;
            options.MaxQueuedBytes = 1 << 20;
        },
    });

    private static async Task ReadAsync(RawResponse response, int messages)
    {
        for (var i = 1; i <= messages; i++)
        {
            Assert.Contains($"\"content\":\"{i}:x", await response.ReadChunkAsync(), StringComparison.Ordinal);
        }
    }
}
