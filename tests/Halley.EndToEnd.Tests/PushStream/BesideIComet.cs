namespace Halley.EndToEnd.Tests.PushStream;

/// <summary>One channel, whichever protocol its publishers and subscribers speak.</summary>
public sealed class BesideIComet(PushStreamServer server) : PushStreamCase(server)
{
    [Fact]
    public async Task What_iComet_pushes_reaches_push_streams_subscribers()
    {
        var channel = NewChannel();
        var subscriber = await GetAsync("/sub/" + channel);
        var admin = await ConnectAsync(Server.Admin);
        await admin.GetAsync($"/push?cname={channel}&content=hi");
        Assert.Equal(200, (await admin.ReadResponseAsync()).Status);
        Assert.Equal("hi", await subscriber.ReadChunkAsync());
    }

    [Fact]
    public async Task What_push_stream_publishes_reaches_iComets_subscribers()
    {
        var channel = NewChannel();
        var subscriber = await ConnectAsync(Server.Front);
        await subscriber.GetAsync($"/stream?cname={channel}&seq=1");
        var response = await subscriber.ReadResponseAsync();
        await PublishAsync(channel, "hi");
        Assert.Equal(
            $"{{\"type\":\"data\",\"cname\":\"{channel}\",\"seq\":1,\"content\":\"hi\"}}\n",
            await response.ReadChunkAsync());
    }

    [Fact]
    public async Task A_channel_that_iComet_closes_ends_for_push_stream_as_a_deleted_one()
    {
        var channel = NewChannel();
        var subscriber = await GetAsync("/sub/" + channel);
        var admin = await ConnectAsync(Server.Admin);
        await admin.GetAsync($"/close?cname={channel}");
        Assert.Equal(200, (await admin.ReadResponseAsync()).Status);
        Assert.Equal("Channel deleted<FOOT>", await subscriber.ReadBodyAsync());
    }
}
