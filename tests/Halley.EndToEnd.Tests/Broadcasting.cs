namespace Halley.EndToEnd.Tests;

/// <summary>
/// /broadcast: one message for all channels. It reaches every channel there is, so it has a server of its own.
/// </summary>
public sealed class Broadcasting(
    Broadcasting.OwnServer server) : ICometCase(server), IClassFixture<Broadcasting.OwnServer>
{
    public sealed class OwnServer() : SharedServer(new Halley.Testing.ICometConf());

    [Fact]
    public async Task The_caller_is_told_ok_whatever_callback_it_names()
    {
        var response = await AdminAsync("/broadcast?content=x&cb=foo");

        Assert.Equal(200, response.Status);
        Assert.Equal("text/html; charset=ISO-8859-1", response["Content-Type"]);
        Assert.Equal("ok\n", await response.ReadBodyAsync());
    }

    [Fact]
    public async Task A_poll_is_given_the_broadcast_and_the_number_to_go_on_with()
    {
        var channel = NewChannel();
        var poll = await SubscribeAsync(Transport.Poll, channel, 1);

        await AskAsync("/broadcast?content=b%22x");

        Assert.Equal(
            $"[{Message("broadcast", channel, 1, "b\\\"x")},{Message("next_seq", channel, 2)}]\n",
            await poll.ReadBodyAsync());
    }

    [Fact]
    public async Task A_poll_with_a_callback_is_given_both_in_one_call()
    {
        var channel = NewChannel();
        var poll = await SubscribeAsync(Transport.Poll, channel, 1, "&cb=kk");

        await AskAsync("/broadcast?content=x");

        Assert.Equal(
            $"kk([{Message("broadcast", channel, 1, "x")},{Message("next_seq", channel, 2)}]);\n",
            await poll.ReadBodyAsync());
    }

    [Theory]
    [MemberData(nameof(Transport.Held), MemberType = typeof(Transport))]
    public async Task A_stream_is_given_both_as_two_messages_and_goes_on(string path)
    {
        var (transport, channel) = (Transport.Named(path), NewChannel());
        var subscriber = await SubscribeAsync(transport, channel, 1);

        await AskAsync("/broadcast?content=b%0Ax");
        await PushAsync(channel, "after");

        Assert.Equal(transport.Wrap(Message("broadcast", channel, 1, "b\\nx")), await subscriber.ReadChunkAsync());
        Assert.Equal(transport.Wrap(Message("next_seq", channel, 2)), await subscriber.ReadChunkAsync());
        Assert.Equal(transport.Wrap(Data(channel, 2, "after")), await subscriber.ReadChunkAsync());
    }

    [Fact]
    public async Task A_WebSocket_is_given_both_as_two_messages()
    {
        var channel = NewChannel();
        using var client = await Halley.Testing.RawWebSocket.ConnectAsync(Server.Front, $"/ws?cname={channel}&seq=1");

        await AskAsync("/broadcast?content=x");

        Assert.Equal(Message("broadcast", channel, 1, "x"), await client.ReadTextAsync());
        Assert.Equal(Message("next_seq", channel, 2), await client.ReadTextAsync());
    }

    [Fact]
    public async Task A_channel_without_subscribers_keeps_it_for_those_who_come()
    {
        var channel = NewChannel();
        await PushAsync(channel, "before");
        await AskAsync("/broadcast?content=x");
        await PushAsync(channel, "after");

        Assert.Equal(
            $"[{Data(channel, 1, "before")},{Message("broadcast", channel, 2, "x")},{Message("next_seq", channel, 3)},"
                + $"{Data(channel, 3, "after")}]\n",
            await PollAsync(channel, 1));
        var stream = await SubscribeAsync(Transport.Stream, channel, 2);
        Assert.Equal(Message("broadcast", channel, 2, "x") + "\n", await stream.ReadChunkAsync());
        Assert.Equal(Message("next_seq", channel, 3) + "\n", await stream.ReadChunkAsync());
        Assert.Equal(Data(channel, 3, "after") + "\n", await stream.ReadChunkAsync());
    }

    [Fact]
    public async Task Each_channel_counts_for_itself()
    {
        var (busy, quiet) = (NewChannel(), NewChannel());
        await PushAsync(busy, "one", "two");
        var left = await SubscribeAsync(Transport.Stream, busy, 3);
        var right = await SubscribeAsync(Transport.Stream, quiet, 1);

        await AskAsync("/broadcast?content=x");

        Assert.Equal(Message("broadcast", busy, 3, "x") + "\n", await left.ReadChunkAsync());
        Assert.Equal(Message("broadcast", quiet, 1, "x") + "\n", await right.ReadChunkAsync());
    }

    [Fact]
    public async Task It_makes_no_channel()
    {
        var channel = NewChannel();
        await AskAsync($"/broadcast?cname={channel}&content=x");

        Assert.False(await ExistsAsync(channel));
    }

    [Fact]
    public async Task It_gives_every_channel_a_full_life_again()
    {
        var (old, clock) = (NewChannel(), NewChannel());
        var presence = await ListenToPresenceAsync();
        await AskAsync($"/sign?cname={old}&expires=1");
        await AskAsync("/broadcast?content=x");

        // Another channel that was given longer comes and goes.
        await AskAsync($"/sign?cname={clock}&expires=3");
        await UntilPresenceAsync(presence, '0', clock);

        Assert.True(await ExistsAsync(old));
    }
}
