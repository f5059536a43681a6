using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>How many messages a channel keeps, where the operator chose an unusual number.</summary>
public sealed class BufferSizes
{
    [Fact]
    public async Task A_buffer_of_none_keeps_none_and_still_delivers()
    {
        await using var server = await ICometServer.StartAsync(new ICometConf { ChannelBufferSize = 0 });
        await PushAsync(server, "one");

        // There is nothing to send for number 1, so it waits.
        using var subscriber = await RawHttpClient.ConnectAsync(server.Front);
        await subscriber.GetAsync("/poll?cname=a&seq=1");
        var poll = await subscriber.ReadResponseAsync();
        await PushAsync(server, "two");

        Assert.Equal("""{"type":"data","cname":"a","seq":2,"content":"two"}""" + "\n", await poll.ReadBodyAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_small_buffer_keeps_just_the_newest(int size)
    {
        await using var server = await ICometServer.StartAsync(new ICometConf { ChannelBufferSize = size });
        foreach (var n in Enumerable.Range(1, 7))
        {
            await PushAsync(server, $"{n}");
        }

        using var subscriber = await RawHttpClient.ConnectAsync(server.Front);
        await subscriber.GetAsync("/poll?cname=a&seq=1");

        var kept = Enumerable.Range(7 - size + 1, size)
            .Select(n => $$"""{"type":"data","cname":"a","seq":{{n}},"content":"{{n}}"}""");
        Assert.Equal($"[{string.Join(",", kept)}]\n", await (await subscriber.ReadResponseAsync()).ReadBodyAsync());
    }

    private static async Task PushAsync(ICometServer server, string content)
    {
        using var publisher = await RawHttpClient.ConnectAsync(server.Admin);
        await publisher.GetAsync($"/push?cname=a&content={content}");
        Assert.Equal(200, (await publisher.ReadResponseAsync()).Status);
    }
}
