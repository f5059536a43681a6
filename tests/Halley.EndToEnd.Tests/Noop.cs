namespace Halley.EndToEnd.Tests;

/// <summary>What a subscriber hears when there is nothing to hear.</summary>
public sealed class Noop(HastyServer server) : ICometCase(server)
{
    [Fact]
    public async Task A_silent_poll_ends_with_a_noop_that_carries_its_number()
    {
        var channel = NewChannel();

        Assert.Equal(Message("noop", channel, 7) + "\n", await PollAsync(channel, 1, "&noop=7"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&noop=abc")]
    public async Task A_noop_that_was_given_no_number_has_0(string more)
    {
        var channel = NewChannel();

        Assert.Equal($"foo({Message("noop", channel, 0)});\n", await PollAsync(channel, 1, "&cb=foo" + more));
    }

    [Theory]
    [MemberData(nameof(Transport.Held), MemberType = typeof(Transport))]
    public async Task A_silent_stream_is_sent_one_noop_after_another_and_counts_them(string path)
    {
        var (transport, channel) = (Transport.Named(path), NewChannel());
        var subscriber = await SubscribeAsync(transport, channel, 1, "&noop=5");

        Assert.Equal(transport.Wrap(Message("noop", channel, 5)), await subscriber.ReadChunkAsync());
        Assert.Equal(transport.Wrap(Message("noop", channel, 6)), await subscriber.ReadChunkAsync());
        Assert.Equal(transport.Wrap(Message("noop", channel, 7)), await subscriber.ReadChunkAsync());
    }

    [Fact]
    public async Task A_silent_WebSocket_is_sent_noops_as_messages()
    {
        var channel = NewChannel();
        using var client = await Halley.Testing.RawWebSocket.ConnectAsync(
            Server.Front, $"/ws?cname={channel}&seq=1&noop=5");

        Assert.Equal(Message("noop", channel, 5), await client.ReadTextAsync());
        Assert.Equal(Message("noop", channel, 6), await client.ReadTextAsync());
    }

    [Fact]
    public async Task A_noop_takes_no_number_of_the_channel()
    {
        var channel = NewChannel();
        var subscriber = await SubscribeAsync(Transport.Stream, channel, 1, "&noop=40");
        Assert.Equal(Message("noop", channel, 40) + "\n", await subscriber.ReadChunkAsync());

        await PushAsync(channel, "one");

        Assert.Equal(Data(channel, 1, "one") + "\n", await subscriber.ReadChunkAsync());
        Assert.Equal(Message("noop", channel, 41) + "\n", await subscriber.ReadChunkAsync());
    }

    [Fact]
    public async Task The_count_of_noops_starts_over_below_zero_after_the_largest_number()
    {
        var channel = NewChannel();
        var subscriber = await SubscribeAsync(Transport.Stream, channel, 1, $"&noop={int.MaxValue}");

        Assert.Equal(Message("noop", channel, int.MaxValue) + "\n", await subscriber.ReadChunkAsync());
        Assert.Equal(Message("noop", channel, int.MinValue) + "\n", await subscriber.ReadChunkAsync());
    }

    [Fact]
    public async Task A_poll_that_got_a_noop_may_ask_again_on_its_connection()
    {
        var channel = NewChannel();
        var client = await ConnectFrontAsync();
        foreach (var n in Enumerable.Range(1, 2))
        {
            await client.GetAsync($"/poll?cname={channel}&seq=1&noop={n}");
            Assert.Equal(Message("noop", channel, n) + "\n", await (await client.ReadResponseAsync()).ReadBodyAsync());
        }
    }
}
