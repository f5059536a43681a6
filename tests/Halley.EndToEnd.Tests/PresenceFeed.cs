namespace Halley.EndToEnd.Tests;

/// <summary>
/// /psub: which channels come and go. The feed tells of all of them, so these cases have a server of their own.
/// </summary>
public sealed class PresenceFeed(
    PresenceFeed.OwnServer server) : ICometCase(server), IClassFixture<PresenceFeed.OwnServer>
{
    public sealed class OwnServer() : SharedServer(new Halley.Testing.ICometConf());

    [Fact]
    public async Task The_feed_begins_at_once_and_says_nothing_until_something_happens()
    {
        await PushAsync(NewChannel(), "there before");
        var presence = await ListenToPresenceAsync();
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nServer: icomet 0.2.5\r\nTransfer-Encoding: chunked\r\nX-Accel-Buffering: no\r\n"
                + "Date: *\r\nContent-Type: text/html; charset=ISO-8859-1\r\n\r\n",
            presence.HeadWithoutDate);

        await AskAsync("/sign?cname=x1");

        Assert.Equal("5\r\n1 x1\n\r\n", await presence.Client.ReadAsManyAsAsync("5\r\n1 x1\n\r\n"));
    }

    [Fact]
    public async Task A_channel_comes_by_sign_push_pub_and_subscriber()
    {
        var presence = await ListenToPresenceAsync();
        var (signed, pushed, published, subscribed) = (NewChannel(), NewChannel(), NewChannel(), NewChannel());

        await AskAsync($"/sign?cname={signed}");
        await PushAsync(pushed, "x");
        await PubAsync(published, "x");
        await SubscribeAsync(Transport.Poll, subscribed, 1);

        foreach (var channel in new[] { signed, pushed, published, subscribed })
        {
            Assert.Equal($"1 {channel}\n", await presence.ReadChunkAsync());
        }
    }

    [Fact]
    public async Task What_makes_no_channel_is_not_told()
    {
        var presence = await ListenToPresenceAsync();
        var channel = NewChannel();

        await AskAsync($"/info?cname={channel}");
        await AskAsync($"/check?cname={channel}");
        await AdminAsync($"/clear?cname={channel}");
        await AdminAsync($"/close?cname={channel}");
        await AskAsync("/broadcast?content=x");
        await AskAsync($"/sign?cname={channel}");

        Assert.Equal($"1 {channel}\n", await presence.ReadChunkAsync());
    }

    [Fact]
    public async Task One_more_subscriber_or_one_less_is_not_told()
    {
        var presence = await ListenToPresenceAsync();
        var (channel, next) = (NewChannel(), NewChannel());

        var first = await SubscribeAsync(Transport.Stream, channel, 1);
        var second = await SubscribeAsync(Transport.Stream, channel, 1);
        first.Client.Dispose();
        second.Client.Dispose();
        await UntilSubscribersAsync(channel, 0);
        await AskAsync($"/sign?cname={next}");

        Assert.Equal($"1 {channel}\n", await presence.ReadChunkAsync());
        Assert.Equal($"1 {next}\n", await presence.ReadChunkAsync());
    }

    [Fact]
    public async Task A_closed_channel_goes()
    {
        var presence = await ListenToPresenceAsync();
        var channel = NewChannel();

        await AskAsync($"/sign?cname={channel}");
        await AskAsync($"/close?cname={channel}");
        await AskAsync($"/sign?cname={channel}");

        Assert.Equal($"1 {channel}\n", await presence.ReadChunkAsync());
        Assert.Equal($"0 {channel}\n", await presence.ReadChunkAsync());
        Assert.Equal($"1 {channel}\n", await presence.ReadChunkAsync());
    }

    [Fact]
    public async Task A_forgotten_channel_goes()
    {
        var presence = await ListenToPresenceAsync();
        var channel = NewChannel();

        await AskAsync($"/sign?cname={channel}&expires=1");

        Assert.Equal($"1 {channel}\n", await presence.ReadChunkAsync());
        Assert.Equal($"0 {channel}\n", await presence.ReadChunkAsync());
    }

    [Fact]
    public async Task Every_listener_is_told()
    {
        var channel = NewChannel();
        var first = await ListenToPresenceAsync();
        var second = await ListenToPresenceAsync();
        (await ListenToPresenceAsync()).Client.Dispose();

        await AskAsync($"/sign?cname={channel}");

        Assert.Equal($"1 {channel}\n", await first.ReadChunkAsync());
        Assert.Equal($"1 {channel}\n", await second.ReadChunkAsync());
    }

    [Fact]
    public async Task The_empty_name_is_told_like_any_other()
    {
        var presence = await ListenToPresenceAsync();

        await AskAsync("/sign");

        Assert.Equal("1 \n", await presence.ReadChunkAsync());
        await AskAsync("/close");
        Assert.Equal("0 \n", await presence.ReadChunkAsync());
    }
}
