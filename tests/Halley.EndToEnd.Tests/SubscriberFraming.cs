namespace Halley.EndToEnd.Tests;

/// <summary>The bytes a subscriber is sent: heads, chunks, and what each transport puts around a message.</summary>
public sealed class SubscriberFraming(OpenServer server) : ICometCase(server)
{
    [Theory]
    [InlineData("sub", "")]
    [InlineData("poll", "")]
    [InlineData("stream", "")]
    [InlineData("sse", "Access-Control-Allow-Origin: *\r\n")]
    public async Task The_head_is_sent_before_any_message(string path, string cors)
    {
        var transport = Transport.Named(path);
        var subscriber = await SubscribeAsync(transport, NewChannel(), 1);

        Assert.Equal(
            "HTTP/1.1 200 OK\r\nExpires: 0\r\nCache-Control: no-cache\r\n"
            + $"Content-Type: {transport.ContentType}\r\n{cors}Connection: keep-alive\r\n"
            + "Transfer-Encoding: chunked\r\nX-Accel-Buffering: no\r\nDate: *\r\n\r\n",
            subscriber.HeadWithoutDate);
        Assert.Equal("", subscriber.Client.Pending());
    }

    [Fact]
    public async Task A_poll_is_one_chunk_and_the_end()
    {
        var poll = await SubscribeAsync(Transport.Poll, "m0", 1);
        await PushAsync("m0", "one");

        const string Expected =
            "35\r\n{\"type\":\"data\",\"cname\":\"m0\",\"seq\":1,\"content\":\"one\"}\n\r\n0\r\n\r\n";
        Assert.Equal(Expected, await poll.ReadAsManyAsAsync(Expected));
    }

    [Fact]
    public async Task A_wrapped_backlog_is_one_chunk_and_the_end()
    {
        await PushAsync("c", "hello", "world");
        var poll = await SubscribeAsync(Transport.Poll, "c", 1, "&cb=foo");

        const string Expected =
            "74\r\nfoo([{\"type\":\"data\",\"cname\":\"c\",\"seq\":1,\"content\":\"hello\"},"
            + "{\"type\":\"data\",\"cname\":\"c\",\"seq\":2,\"content\":\"world\"}]);\n\r\n0\r\n\r\n";
        Assert.Equal(Expected, await poll.ReadAsManyAsAsync(Expected));
    }

    [Fact]
    public async Task A_live_message_is_wrapped_in_the_callback()
    {
        var channel = NewChannel();
        var poll = await SubscribeAsync(Transport.Poll, channel, 1, "&cb=icomet_cb_0");
        await PushAsync(channel, "x");

        Assert.Equal($"icomet_cb_0({Data(channel, 1, "x")});\n", await poll.ReadBodyAsync());
    }

    [Fact]
    public async Task A_number_is_wrapped_in_the_callback()
    {
        var channel = NewChannel();

        Assert.Equal($"foo({Message("next_seq", channel, 1)});\n", await PollAsync(channel, 0, "&cb=foo"));
    }

    [Fact]
    public async Task An_empty_callback_wraps_nothing()
    {
        var channel = NewChannel();

        Assert.Equal(Message("next_seq", channel, 1) + "\n", await PollAsync(channel, 0, "&cb="));
    }

    [Theory]
    [MemberData(nameof(Transport.Held), MemberType = typeof(Transport))]
    public async Task Streams_take_no_callback(string path)
    {
        var (transport, channel) = (Transport.Named(path), NewChannel());
        var subscriber = await SubscribeAsync(transport, channel, 0, "&cb=foo");

        Assert.Equal(transport.Wrap(Message("next_seq", channel, 1)), await subscriber.ReadChunkAsync());
    }

    [Theory]
    [MemberData(nameof(Transport.Held), MemberType = typeof(Transport))]
    public async Task A_stream_is_one_chunk_for_each_message(string path)
    {
        var (transport, channel) = (Transport.Named(path), NewChannel());
        var subscriber = await SubscribeAsync(transport, channel, 1);

        await PushAsync(channel, "one", "two", "three");

        Assert.Equal(transport.Wrap(Data(channel, 1, "one")), await subscriber.ReadChunkAsync());
        Assert.Equal(transport.Wrap(Data(channel, 2, "two")), await subscriber.ReadChunkAsync());
        Assert.Equal(transport.Wrap(Data(channel, 3, "three")), await subscriber.ReadChunkAsync());
    }

    [Fact]
    public async Task An_iframe_is_a_page_that_begins_at_once()
    {
        var client = await ConnectFrontAsync();
        await client.GetAsync($"/iframe?cname={NewChannel()}&seq=1");
        await client.ReadResponseAsync();

        Assert.Equal(
            $"1cd\r\n{Transport.IframePage}\r\n", await client.ReadAsManyAsAsync($"1cd\r\n{Transport.IframePage}\r\n"));
    }

    [Fact]
    public async Task All_transports_are_told_the_same()
    {
        var channel = NewChannel();
        List<(Transport, Halley.Testing.RawResponse)> subscribers = [];
        foreach (var path in new[] { "poll", "stream", "sse", "iframe", "sub" })
        {
            subscribers.Add((Transport.Named(path), await SubscribeAsync(Transport.Named(path), channel, 1)));
        }

        await PushAsync(channel, "x");

        foreach (var (transport, subscriber) in subscribers)
        {
            Assert.Equal(transport.Wrap(Data(channel, 1, "x")), await subscriber.ReadChunkAsync());
        }
    }

    [Fact]
    public async Task Events_have_no_ids_and_Last_Event_ID_says_nothing()
    {
        var channel = NewChannel();
        await PushAsync(channel, "one", "two");
        var client = await ConnectFrontAsync();
        await client.SendAsync($"GET /sse?cname={channel}&seq=1 HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 2\r\n\r\n");
        var events = await client.ReadResponseAsync();

        Assert.Equal($"data: {Data(channel, 1, "one")}\n\n", await events.ReadChunkAsync());
        Assert.Equal($"data: {Data(channel, 2, "two")}\n\n", await events.ReadChunkAsync());
    }

    [Fact]
    public async Task Only_events_may_be_read_from_another_origin()
    {
        foreach (var path in new[] { "poll", "stream", "iframe" })
        {
            var client = await ConnectFrontAsync();
            await client.SendAsync(
                $"GET /{path}?cname={NewChannel()}&seq=1 HTTP/1.1\r\nHost: x\r\nOrigin: http://a.example\r\n\r\n");

            Assert.Null((await client.ReadResponseAsync())["Access-Control-Allow-Origin"]);
        }
    }
}
