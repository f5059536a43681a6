using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>A server that is full: three channels, two subscribers each.</summary>
public sealed class Limits(Limits.FullServer server) : ICometCase(server), IClassFixture<Limits.FullServer>
{
    public sealed class FullServer() : SharedServer(new ICometConf { MaxChannels = 3, MaxSubscribersPerChannel = 2 })
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            using var client = await RawHttpClient.ConnectAsync(Server.Admin);
            foreach (var channel in new[] { "a", "b", "c" })
            {
                await client.GetAsync($"/sign?cname={channel}&expires=1000");
                await (await client.ReadResponseAsync()).ReadBodyAsync();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Transport.All), MemberType = typeof(Transport))]
    public async Task One_more_channel_is_refused_to_a_subscriber(string path)
    {
        var transport = Transport.Named(path);
        var subscriber = await SubscribeAsync(transport, "l3", 1);

        Assert.Null(subscriber["Connection"]);
        Assert.Equal(transport.Wrap(Message("429", "l3", 0, "Too many channels")), await subscriber.ReadChunkAsync());
        Assert.Null(await subscriber.ReadChunkAsync());
    }

    [Theory]
    [MemberData(nameof(Transport.All), MemberType = typeof(Transport))]
    public async Task One_more_subscriber_is_refused(string path)
    {
        var transport = Transport.Named(path);
        await UntilSubscribersAsync("a", 0);
        await SubscribeAsync(Transport.Stream, "a", 1);
        await SubscribeAsync(Transport.Poll, "a", 1);
        var third = await SubscribeAsync(transport, "a", 1);

        Assert.Null(third["Connection"]);
        Assert.Equal(transport.Wrap(Message("429", "a", 0, "Too many subscribers")), await third.ReadChunkAsync());
        Assert.Null(await third.ReadChunkAsync());
        await third.Client.GetAsync("/ping");
        Assert.Equal(200, (await third.Client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task A_refusal_is_wrapped_in_the_callback()
    {
        Assert.Equal($"foo({Message("429", "l3", 0, "Too many channels")});\n", await PollAsync("l3", 1, "&cb=foo"));
    }

    [Fact]
    public async Task A_subscriber_that_leaves_makes_room()
    {
        await UntilSubscribersAsync("b", 0);
        var first = await SubscribeAsync(Transport.Stream, "b", 1);
        await SubscribeAsync(Transport.Stream, "b", 1);
        first.Client.Dispose();
        await UntilSubscribersAsync("b", 1);

        var third = await SubscribeAsync(Transport.Stream, "b", 0);

        Assert.Equal(Message("next_seq", "b", 1) + "\n", await third.ReadChunkAsync());
    }

    [Theory]
    [InlineData("/push?cname=d&content=x")]
    [InlineData("/pub?cname=d&content=x")]
    [InlineData("/sign?cname=d")]
    [InlineData("/push?cname=d&content=x&cb=foo")]
    [InlineData("/sign?cname=d&cb=foo")]
    public async Task One_more_channel_is_refused_to_a_publisher(string target)
    {
        var response = await AdminAsync(target);

        Assert.Equal("HTTP/1.1 429 Too Many Channels", response.Head.Split("\r\n")[0]);
        Assert.Equal("0", response["Content-Length"]);
        Assert.Equal("icomet 0.2.5", response["Server"]);
        Assert.False(await ExistsAsync("d"));
    }

    [Fact]
    public async Task A_closed_channel_makes_room()
    {
        await AskAsync("/close?cname=c");
        await PushAsync("new", "x");
        Assert.Equal(429, (await AdminAsync("/push?cname=c&content=x")).Status);

        await AskAsync("/close?cname=new");
        await PushAsync("c", "x");
    }

    [Fact]
    public async Task The_channels_there_are_go_on()
    {
        var client = await ConnectAdminAsync();
        await client.GetAsync("/push?cname=c&content=x");

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }
}
