namespace Halley.EndToEnd.Tests.DifferencesFromIComet;

/// <summary>
/// A subscriber that does not read is let go and harms nobody. iComet keeps everything for it, without limit.
/// </summary>
[Trait("differs", "icomet")]
public sealed class SlowSubscribers(OpenServer server) : ICometCase(server)
{
    [Fact]
    public async Task One_that_does_not_read_ends_and_the_others_get_everything()
    {
        const int Count = 60;
        var channel = NewChannel();
        var content = new string('x', 100_000);
        var slow = await SubscribeAsync(Transport.Stream, channel, 1);
        var quick = await SubscribeAsync(Transport.Stream, channel, 1);
        var publisher = await ConnectAdminAsync();
        foreach (var n in Enumerable.Range(1, Count))
        {
            await publisher.PostAsync($"/push?cname={channel}", $"content={content}");
            Assert.Equal("{\"type\":\"ok\"}\n", await (await publisher.ReadResponseAsync()).ReadBodyAsync());

            Assert.Equal(Data(channel, n, content) + "\n", await quick.ReadChunkAsync());
        }

        await UntilSubscribersAsync(channel, 1);
        Assert.InRange((await slow.Client.ReadToEndAsync()).Length, 0, Count * content.Length);
    }
}
