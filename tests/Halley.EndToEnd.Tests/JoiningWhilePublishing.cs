using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>
/// Between what is kept and what comes live nothing falls, and nothing comes twice, however fast it is published.
/// </summary>
public sealed class JoiningWhilePublishing(JoiningWhilePublishing.RememberingServer server) : ICometCase(
    server), IClassFixture<JoiningWhilePublishing.RememberingServer>
{
    private const int Messages = 3000;

    public sealed class RememberingServer() : SharedServer(new ICometConf { ChannelBufferSize = 2 * Messages });

    [Fact]
    public async Task Streams_that_join_are_given_every_message_once_and_in_order()
    {
        var channel = NewChannel();
        var publishing = PublishAllAsync(channel);
        List<Task> subscribers = [];
        foreach (var n in Enumerable.Range(0, 30))
        {
            var path = new[] { "stream", "sse", "iframe" }[n % 3];
            subscribers.Add(
                FollowAsync(Transport.Named(path), channel, await SubscribeAsync(Transport.Named(path), channel, 1)));
        }

        await publishing;
        await Task.WhenAll(subscribers);
    }

    [Fact]
    public async Task A_subscriber_that_leaves_and_comes_back_goes_on_where_it_was()
    {
        var channel = NewChannel();
        var publishing = PublishAllAsync(channel);
        var next = 1;
        while (next <= Messages)
        {
            var stream = await SubscribeAsync(Transport.Stream, channel, next);
            for (var n = 0; n < 100 && next <= Messages; n++, next++)
            {
                Assert.Equal(Data(channel, next, $"{next}") + "\n", await stream.ReadChunkAsync());
            }

            stream.Client.Reset();
        }

        await publishing;
    }

    private async Task PublishAllAsync(string channel)
    {
        var publisher = await ConnectAdminAsync();
        foreach (var first in Enumerable.Range(0, Messages / 20).Select(n => (n * 20) + 1))
        {
            await publisher.SendAsync(
                string.Concat(
                    Enumerable.Range(first, 20).Select(
                        n => $"GET /push?cname={channel}&content={n} HTTP/1.1\r\nHost: x\r\n\r\n")));
            for (var n = 0; n < 20; n++)
            {
                Assert.Equal("{\"type\":\"ok\"}\n", await (await publisher.ReadResponseAsync()).ReadBodyAsync());
            }
        }
    }

    private static async Task FollowAsync(Transport transport, string channel, RawResponse stream)
    {
        foreach (var n in Enumerable.Range(1, Messages))
        {
            Assert.Equal(transport.Wrap(Data(channel, n, $"{n}")), await stream.ReadChunkAsync());
        }
    }
}
