using System.Text;
using Halley.Testing;

namespace Halley.Specifications.Hosts;

/// <summary>A host that drains. Its clock stands still but for what a test lets pass.</summary>
/// <inheritdoc/>
public abstract class DrainSpecification(HostStart start) : HostSpecification(start)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task Subscribers_are_not_ended_all_at_once()
    {
        const int Subscribers = 4;
        await using var host = await StartAsync(new HostSetup { Time = Time });
        var all = new List<RawHttpClient>();
        for (var i = 0; i < Subscribers; i++)
        {
            all.Add((await host.SubscribeAsync("a", "sse")).Client);
        }

        var drained = host.DrainAsync(Within);
        await Eventually.TrueAsync(() => Passed(host.Hub.SubscriberCount < Subscribers), "one has been ended");
        Assert.InRange(host.Hub.SubscriberCount, 1, Subscribers - 1);
        await Eventually.TrueAsync(() => Passed(host.Hub.SubscriberCount == 0), "all have been ended");

        foreach (var client in all)
        {
            Assert.Matches("^[0-9a-f]+\r\nretry: [0-9]{1,4}\n\n\r\n0\r\n\r\n$", Text(await client.ReadToEndAsync()));
            client.Dispose();
        }

        await Eventually.TrueAsync(() => Passed(drained.IsCompleted), "nothing is under way");
    }

    [Fact]
    public async Task Every_subscriber_is_told_to_come_back_in_the_words_of_its_transport()
    {
        await using var host = await StartAsync(new HostSetup { Time = Time });
        using var events = (await host.SubscribeAsync("7", "sse")).Client;
        using var streaming = (await host.SubscribeAsync("7")).Client;
        var (polling, poll) = await host.SubscribeAsync("7", "poll");
        using var disposed = polling;
        using var socket = await RawWebSocket.ConnectAsync(host.EndPoint, "/ws?cname=7&seq=1");
        using var oldPolling = await Way.Named("push-stream long-polling").OpenAsync(host);
        using var oldSocket = await RawWebSocket.ConnectAsync(host.EndPoint, "/ps/ws?id=7");
        using var nchanSocket = await RawWebSocket.ConnectAsync(host.EndPoint, "/nchan?id=7");
        using var nchanPolling = await Way.Named("nchan long poll").OpenAsync(host);
        await UntilSubscribedAsync(host, 8);

        var drained = host.DrainAsync(Within);
        await Eventually.TrueAsync(() => Passed(host.Hub.SubscriberCount == 0), "all have been ended");

        Assert.Contains("retry: ", Text(await events.ReadToEndAsync()), StringComparison.Ordinal);
        Assert.Empty(await streaming.ReadToEndAsync());
        Assert.Equal("""{"type":"noop","cname":"7","seq":0,"content":""}""" + "\n", await poll.ReadBodyAsync());
        var close = await socket.ReadCloseAsync();
        Assert.Equal((1012, "The server ends or restarts; come back."), (close.CloseCode, close.CloseReason));
        Assert.Equal(304, (await oldPolling.ReadResponseAsync(hasBody: false)).Status);
        Assert.Equal(0, (await oldSocket.ReadCloseAsync()).CloseCode);
        Assert.Equal(1001, (await nchanSocket.ReadCloseAsync()).CloseCode);
        Assert.Equal(408, (await nchanPolling.ReadResponseAsync()).Status);
        await Eventually.TrueAsync(() => Passed(drained.IsCompleted), "nothing is under way");
    }

    [Fact]
    public async Task What_was_published_before_comes_before()
    {
        await using var host = await StartAsync(new HostSetup { Time = Time });
        using var client = (await host.SubscribeAsync("a", "sse")).Client;
        host.Publish("a", "one");

        var drained = host.DrainAsync(Within);
        await Eventually.TrueAsync(() => Passed(drained.IsCompleted), "nothing is under way");

        Assert.Matches("\"one\"(?s:.*)retry: ", Text(await client.ReadToEndAsync()));
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    // A moment later.
    private bool Passed(bool isSo)
    {
        Time.Advance(Step);
        return isSo;
    }
}
