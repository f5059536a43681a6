namespace Halley.EndToEnd.Tests;

/// <summary>/close ends a channel with everybody on it; /clear only forgets its messages.</summary>
public sealed class CloseAndClear(OpenServer server) : ICometCase(server)
{
    [Theory]
    [MemberData(nameof(Transport.All), MemberType = typeof(Transport))]
    public async Task Closing_tells_every_subscriber_and_ends_its_response(string path)
    {
        var (transport, channel) = (Transport.Named(path), NewChannel());
        await PushAsync(channel, "one");
        var subscriber = await SubscribeAsync(transport, channel, 2);

        Assert.Equal("ok 2\n", await AskAsync($"/close?cname={channel}"));

        Assert.Equal(transport.Wrap(Message("close", channel, 2)), await subscriber.ReadChunkAsync());
        Assert.Null(await subscriber.ReadChunkAsync());
        await subscriber.Client.GetAsync("/ping");
        Assert.Equal(200, (await subscriber.Client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task A_poll_with_a_callback_is_told_by_it()
    {
        var channel = NewChannel();
        var poll = await SubscribeAsync(Transport.Poll, channel, 1, "&cb=foo");

        await AskAsync($"/close?cname={channel}");

        Assert.Equal($"foo({Message("close", channel, 1)});\n", await poll.ReadBodyAsync());
    }

    [Fact]
    public async Task A_closed_channel_is_forgotten_and_counts_from_1_again()
    {
        var channel = NewChannel();
        await PushAsync(channel, "one", "two", "three");
        await AskAsync($"/close?cname={channel}");

        Assert.False(await ExistsAsync(channel));
        Assert.Equal(Message("next_seq", channel, 1) + "\n", await PollAsync(channel, 2));
    }

    [Fact]
    public async Task Clearing_forgets_the_messages_and_keeps_the_count()
    {
        var channel = NewChannel();
        await PushAsync(channel, "one", "two", "three");

        Assert.Equal("ok 4\n", await AskAsync($"/clear?cname={channel}"));

        var poll = await SubscribeAsync(Transport.Poll, channel, 1);
        await PushAsync(channel, "four");
        Assert.Equal(Data(channel, 4, "four") + "\n", await poll.ReadBodyAsync());
    }

    [Fact]
    public async Task Clearing_tells_subscribers_nothing()
    {
        var channel = NewChannel();
        var stream = await SubscribeAsync(Transport.Stream, channel, 1);

        await AskAsync($"/clear?cname={channel}");
        await PushAsync(channel, "x");

        Assert.Equal(Data(channel, 1, "x") + "\n", await stream.ReadChunkAsync());
    }

    [Fact]
    public async Task Clearing_keeps_the_token()
    {
        var channel = NewChannel();
        var before = await AskAsync($"/sign?cname={channel}&expires=60");
        await AskAsync($"/clear?cname={channel}");

        Assert.Equal(before, await AskAsync($"/sign?cname={channel}&expires=60"));
    }

    [Theory]
    [InlineData("/close")]
    [InlineData("/clear")]
    public async Task An_unknown_channel_is_not_connected(string path)
    {
        var channel = NewChannel();
        var response = await AdminAsync($"{path}?cname={channel}");

        Assert.Equal("HTTP/1.1 404 Not Found", response.Head.Split("\r\n")[0]);
        Assert.Equal($"channel[{channel}] not connected\n", await response.ReadBodyAsync());
        Assert.False(await ExistsAsync(channel));
    }

    [Theory]
    [InlineData("/close")]
    [InlineData("/clear")]
    public async Task The_answer_is_plain_and_takes_no_callback(string path)
    {
        var channel = NewChannel();
        await PushAsync(channel, "one");
        var response = await AdminAsync($"{path}?cname={channel}&cb=foo");

        Assert.Equal("text/html; charset=utf-8", response["Content-Type"]);
        Assert.Equal("ok 2\n", await response.ReadBodyAsync());
    }
}
