using System.Text;

namespace Halley.EndToEnd.Tests;

/// <summary>/push and /pub: their answers, and what reaches a subscriber.</summary>
public sealed class Publishing(OpenServer server) : ICometCase(server)
{
    [Theory]
    [InlineData("/push")]
    [InlineData("/pub")]
    public async Task A_publisher_is_told_ok(string path)
    {
        var response = await AdminAsync($"{path}?cname={NewChannel()}&content=hi");

        Assert.Equal(
            "HTTP/1.1 200 OK\r\nServer: icomet 0.2.5\r\nContent-Type: text/javascript; charset=utf-8\r\nDate: *\r\n"
                + "Content-Length: 14\r\n\r\n",
            response.HeadWithoutDate);
        Assert.Equal("{\"type\":\"ok\"}\n", await response.ReadBodyAsync());
    }

    [Theory]
    [InlineData("/push", "foo", "foo({\"type\":\"ok\"});\n")]
    [InlineData("/pub", "foo", "foo({\"type\":\"ok\"});\n")]
    [InlineData("/push", "", "({\"type\":\"ok\"});\n")]
    public async Task A_publisher_may_name_a_callback(string path, string callback, string body)
    {
        var response = await AdminAsync($"{path}?cname={NewChannel()}&content=hi&cb={callback}");

        Assert.Equal("text/javascript; charset=utf-8", response["Content-Type"]);
        Assert.Equal(body, await response.ReadBodyAsync());
    }

    [Fact]
    public async Task What_is_pushed_before_anybody_subscribes_is_kept()
    {
        var channel = NewChannel();
        await PushAsync(channel, "early");

        Assert.True(await ExistsAsync(channel));
        Assert.Equal($"[{Data(channel, 1, "early")}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task Empty_and_missing_content_are_messages_too()
    {
        var channel = NewChannel();
        await AskAsync($"/push?cname={channel}&content=");
        await AskAsync($"/push?cname={channel}");

        Assert.Equal($"[{Data(channel, 1, "")},{Data(channel, 2, "")}]\n", await PollAsync(channel, 1));
    }

    [Theory]
    [InlineData("\"", "\\\"")]
    [InlineData("\\", "\\\\")]
    [InlineData("\r\n", "\\r\\n")]
    [InlineData("\\n", "\\\\n")]
    [InlineData("{\"a\":[1,\"b\"]}", "{\\\"a\\\":[1,\\\"b\\\"]}")]
    [InlineData("a\u007fb", "a\u007fb")]
    [InlineData("\u2028", "\u2028")]
    [InlineData("it's <b>/plain</b>", "it's <b>/plain</b>")]
    [InlineData("你好 é 😀", "你好 é 😀")]
    public async Task Push_makes_content_the_inside_of_a_string(string content, string written)
    {
        var channel = NewChannel();
        await PushAsync(channel, content);

        Assert.Equal($"[{Data(channel, 1, written)}]\n", await PollAsync(channel, 1));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a\\\"b\\n\\u4f60\\\\\\/")]
    [InlineData("你好 é 😀")]
    public async Task Pub_takes_the_inside_of_a_string_as_it_is(string content)
    {
        var channel = NewChannel();
        await PubAsync(channel, content);

        Assert.Equal($"[{Data(channel, 1, content)}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task Pub_and_push_count_together()
    {
        var channel = NewChannel();
        await PushAsync(channel, "one");
        await PubAsync(channel, "two");
        await PushAsync(channel, "three");

        Assert.Equal(
            $"[{Data(channel, 1, "one")},{Data(channel, 2, "two")},{Data(channel, 3, "three")}]\n",
            await PollAsync(channel, 1));
    }

    [Fact]
    public async Task Content_may_be_posted_after_the_server_said_continue()
    {
        var channel = NewChannel();
        var client = await ConnectAdminAsync();
        await client.SendAsync(
            $"POST /push?cname={channel} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
        Assert.Equal(100, (await client.ReadResponseAsync(hasBody: false)).Status);

        await client.SendAsync("content=100");

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        Assert.Equal($"[{Data(channel, 1, "100")}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task Content_may_be_posted_in_chunks()
    {
        var channel = NewChannel();
        var client = await ConnectAdminAsync();
        await client.SendAsync(
            $"POST /push?cname={channel} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ncont\r\n9\r\n"
                + "ent=hello\r\n1\r\n!\r\n0\r\n\r\n");

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        Assert.Equal($"[{Data(channel, 1, "hello!")}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task A_million_quotes_arrive_whole_on_every_transport()
    {
        const int Count = 1 << 20;
        var channel = NewChannel();
        var stream = await SubscribeAsync(Transport.Stream, channel, 1);
        var poll = await SubscribeAsync(Transport.Poll, channel, 1);
        var publisher = await ConnectAdminAsync();
        await publisher.PostAsync($"/push?cname={channel}", "content=" + new string('"', Count));
        Assert.Equal(200, (await publisher.ReadResponseAsync()).Status);

        var expected = Data(channel, 1, new StringBuilder().Insert(0, "\\\"", Count).ToString()) + "\n";

        Assert.True(expected == await stream.ReadChunkAsync(), "what the stream received differs");
        Assert.True(expected == await poll.ReadBodyAsync(), "what the poll received differs");
    }

    [Fact]
    public async Task Messages_come_in_the_order_they_were_pushed()
    {
        const int Count = 500;
        var channel = NewChannel();
        var stream = await SubscribeAsync(Transport.Stream, channel, 1);
        var publisher = await ConnectAdminAsync();

        await publisher.SendAsync(
            string.Concat(
                Enumerable.Range(1, Count).Select(
                    n => $"GET /push?cname={channel}&content={n} HTTP/1.1\r\nHost: x\r\n\r\n")));

        foreach (var n in Enumerable.Range(1, Count))
        {
            Assert.Equal(Data(channel, n, $"{n}") + "\n", await stream.ReadChunkAsync());
        }
    }

    [Fact]
    public async Task Publishers_at_the_same_time_each_get_a_number_of_their_own()
    {
        const int Publishers = 8;
        const int Each = 25;
        var channel = NewChannel();
        var stream = await SubscribeAsync(Transport.Stream, channel, 1);

        await Task.WhenAll(
            Enumerable.Range(0, Publishers).Select(
                p => PushAsync(channel, [.. Enumerable.Range(0, Each).Select(n => $"{p}.{n}")])));

        List<string> contents = [];
        foreach (var seq in Enumerable.Range(1, Publishers * Each))
        {
            using var message = System.Text.Json.JsonDocument.Parse((await stream.ReadChunkAsync())!);
            Assert.Equal(seq, message.RootElement.GetProperty("seq").GetInt32());
            contents.Add(message.RootElement.GetProperty("content").GetString()!);
        }

        foreach (var p in Enumerable.Range(0, Publishers))
        {
            Assert.Equal(
                Enumerable.Range(0, Each).Select(n => $"{p}.{n}"),
                contents.Where(content => content.StartsWith($"{p}.", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_subscriber_that_left_is_told_nothing_and_disturbs_nobody()
    {
        var channel = NewChannel();
        var stays = await SubscribeAsync(Transport.Stream, channel, 1);
        (await SubscribeAsync(Transport.Stream, channel, 1)).Client.Dispose();
        (await SubscribeAsync(Transport.Poll, channel, 1)).Client.Reset();
        await UntilSubscribersAsync(channel, 1);

        await PushAsync(channel, "x");

        Assert.Equal(Data(channel, 1, "x") + "\n", await stays.ReadChunkAsync());
    }

    [Fact]
    public async Task Everybody_who_listens_is_told_in_the_same_order()
    {
        const int Listeners = 40;
        var channel = NewChannel();
        var listeners = await Task.WhenAll(
            Enumerable.Range(0, Listeners).Select(_ => SubscribeAsync(Transport.Stream, channel, 1)));

        await PushAsync(channel, "one", "two", "three");

        foreach (var listener in listeners)
        {
            Assert.Equal(Data(channel, 1, "one") + "\n", await listener.ReadChunkAsync());
            Assert.Equal(Data(channel, 2, "two") + "\n", await listener.ReadChunkAsync());
            Assert.Equal(Data(channel, 3, "three") + "\n", await listener.ReadChunkAsync());
        }
    }
}
