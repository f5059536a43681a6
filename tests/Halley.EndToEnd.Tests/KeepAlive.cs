using System.Text;

namespace Halley.EndToEnd.Tests;

/// <summary>Many requests on one connection, however their bytes arrive.</summary>
public sealed class KeepAlive(OpenServer server) : ICometCase(server)
{
    [Fact]
    public async Task A_poll_after_another_uses_the_same_connection()
    {
        var channel = NewChannel();
        var client = await ConnectFrontAsync();
        foreach (var n in Enumerable.Range(1, 3))
        {
            await client.GetAsync($"/poll?cname={channel}&seq={n}");
            var poll = await client.ReadResponseAsync();
            await PushAsync(channel, $"{n}");

            Assert.Equal(Data(channel, n, $"{n}") + "\n", await poll.ReadBodyAsync());
        }
    }

    [Fact]
    public async Task Requests_sent_together_are_answered_in_order()
    {
        var channel = NewChannel();
        var client = await ConnectAdminAsync();
        await client.SendAsync(
            $"GET /push?cname={channel}&content=1 HTTP/1.1\r\nHost: x\r\n\r\n"
            + $"POST /push?cname={channel} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\ncontent=2"
            + $"GET /check?cname={channel} HTTP/1.1\r\nHost: x\r\n\r\n"
            + $"GET /close?cname={channel} HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Equal("{\"type\":\"ok\"}\n", await (await client.ReadResponseAsync()).ReadBodyAsync());
        Assert.Equal("{\"type\":\"ok\"}\n", await (await client.ReadResponseAsync()).ReadBodyAsync());
        Assert.Equal($"{{\"{channel}\": 1}}\n", await (await client.ReadResponseAsync()).ReadBodyAsync());
        Assert.Equal("ok 3\n", await (await client.ReadResponseAsync()).ReadBodyAsync());
    }

    [Fact]
    public async Task A_request_behind_a_held_poll_waits_for_it()
    {
        var channel = NewChannel();
        var client = await ConnectFrontAsync();
        await client.SendAsync(
            $"GET /poll?cname={channel}&seq=1 HTTP/1.1\r\nHost: x\r\n\r\nGET /ping?cb=after HTTP/1.1\r\n"
                + "Host: x\r\n\r\n");
        var poll = await client.ReadResponseAsync();
        await PushAsync(channel, "x");

        Assert.Equal(Data(channel, 1, "x") + "\n", await poll.ReadBodyAsync());
        Assert.StartsWith("after(", await (await client.ReadResponseAsync()).ReadBodyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_client_says_while_it_is_held_is_kept_for_later()
    {
        var channel = NewChannel();
        var stream = await SubscribeAsync(Transport.Stream, channel, 1);
        await stream.Client.SendAsync("GET /ping?cb=after HTTP/1.1\r\nHo");
        await PushAsync(channel, "one");
        Assert.Equal(Data(channel, 1, "one") + "\n", await stream.ReadChunkAsync());
        await stream.Client.SendAsync("st: x\r\n\r\n");
        await AskAsync($"/close?cname={channel}");

        Assert.Equal(Message("close", channel, 2) + "\n", await stream.ReadBodyAsync());
        Assert.StartsWith(
            "after(", await (await stream.Client.ReadResponseAsync()).ReadBodyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_may_arrive_in_two_parts_parted_anywhere()
    {
        var channel = NewChannel();
        var request = Encoding.ASCII.GetBytes(
            $"POST /push?cname={channel} HTTP/1.1\r\nHost: halley\r\nAccept: */*\r\nContent-Length: 9\r\n\r\n"
                + "content=x");
        var client = await ConnectAdminAsync();
        var other = await ConnectAdminAsync();
        foreach (var at in Enumerable.Range(1, request.Length - 1))
        {
            await client.SendAsync(request.AsMemory(0, at));

            // Another client's answer shows that the server has been round since.
            await other.GetAsync("/check?cname=none");
            await (await other.ReadResponseAsync()).ReadBodyAsync();
            await client.SendAsync(request.AsMemory(at));

            Assert.Equal("{\"type\":\"ok\"}\n", await (await client.ReadResponseAsync()).ReadBodyAsync());
        }

        Assert.Equal($"ok {request.Length}\n", await AskAsync($"/close?cname={channel}"));
    }

    [Fact]
    public async Task A_request_in_chunks_may_arrive_byte_by_byte()
    {
        var channel = NewChannel();
        var client = await ConnectAdminAsync();
        var request = Encoding.ASCII.GetBytes(
            $"POST /push?cname={channel} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n8\r\ncontent=\r\n"
                + "2\r\nhi\r\n0\r\n\r\n");
        foreach (var at in Enumerable.Range(0, request.Length))
        {
            await client.SendAsync(request.AsMemory(at, 1));
        }

        Assert.Equal("{\"type\":\"ok\"}\n", await (await client.ReadResponseAsync()).ReadBodyAsync());
        Assert.Equal($"[{Data(channel, 1, "hi")}]\n", await PollAsync(channel, 1));
    }

    [Fact]
    public async Task Who_asks_to_close_is_told_and_closed()
    {
        var channel = NewChannel();
        var client = await ConnectFrontAsync();
        await client.SendAsync($"GET /poll?cname={channel}&seq=0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        var response = await client.ReadResponseAsync();

        Assert.Equal(
            ["close"], response.HeaderLines.Where(
                line => line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase))
                .Select(line => line[11..].Trim()));
        Assert.Equal(Message("next_seq", channel, 1) + "\n", await response.ReadBodyAsync());
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_publisher_that_asks_to_close_is_told_and_closed()
    {
        var client = await ConnectAdminAsync();
        await client.SendAsync(
            $"GET /push?cname={NewChannel()}&content=x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        var response = await client.ReadResponseAsync();

        Assert.Equal("close", response["Connection"]);
        Assert.Equal("{\"type\":\"ok\"}\n", await response.ReadBodyAsync());
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Lines_may_end_in_a_bare_line_feed_and_a_host_may_be_missing()
    {
        var client = await ConnectFrontAsync();
        await client.SendAsync("GET /ping?cb=foo HTTP/1.1\nAccept: */*\n\n");

        Assert.StartsWith("foo(", await (await client.ReadResponseAsync()).ReadBodyAsync(), StringComparison.Ordinal);
    }
}
