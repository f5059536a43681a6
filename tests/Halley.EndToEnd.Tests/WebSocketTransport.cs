using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>
/// /ws: the same messages as /stream, one in each message of a WebSocket. The original has no such transport.
/// </summary>
[Trait("differs", "icomet")]
public sealed class WebSocketTransport(OpenServer server) : ICometCase(server)
{
    [Fact]
    public async Task A_newcomer_is_told_the_number_to_go_on_with()
    {
        var channel = NewChannel();
        await PushAsync(channel, "before");
        using var client = await OpenAsync(channel, seq: 0);

        Assert.Equal(Message("next_seq", channel, 2), await client.ReadTextAsync());
        await PushAsync(channel, "after");
        Assert.Equal(Data(channel, 2, "after"), await client.ReadTextAsync());
    }

    [Fact]
    public async Task One_that_comes_back_is_given_what_it_missed()
    {
        var channel = NewChannel();
        using (var client = await OpenAsync(channel, seq: 1))
        {
            await PushAsync(channel, "one");
            Assert.Equal(Data(channel, 1, "one"), await client.ReadTextAsync());
        }

        await PushAsync(channel, "two", "three \"quoted\"");
        using var again = await OpenAsync(channel, seq: 2);

        Assert.Equal(Data(channel, 2, "two"), await again.ReadTextAsync());
        Assert.Equal(Data(channel, 3, "three \\\"quoted\\\""), await again.ReadTextAsync());
    }

    [Fact]
    public async Task A_channel_that_is_closed_says_so_and_then_closes_with_1000()
    {
        var channel = NewChannel();
        using var client = await OpenAsync(channel, seq: 1);

        await AskAsync($"/close?cname={channel}");

        Assert.Equal(Message("close", channel, 1), await client.ReadTextAsync());
        Assert.Equal(1000, (await client.ReadCloseAsync()).CloseCode);
    }

    [Fact]
    public async Task A_ping_in_words_is_answered_and_anything_else_is_ignored()
    {
        using var client = await OpenAsync(NewChannel(), seq: 1);

        await client.SendTextAsync("hello");
        await client.SendTextAsync("ping");

        Assert.Equal("{\"type\":\"pong\"}", await client.ReadTextAsync());
    }

    [Fact]
    public async Task A_subscriber_comes_and_goes_for_presence_as_any_other()
    {
        var channel = NewChannel();
        var presence = await ListenToPresenceAsync();
        using var client = await OpenAsync(channel, seq: 1);
        await UntilPresenceAsync(presence, '1', channel);
        await UntilSubscribersAsync(channel, 1);

        await client.SendAsync(RawWebSocket.Close(1000));
        await client.ReadCloseAsync();

        await UntilSubscribersAsync(channel, 0);
    }

    [Fact]
    public async Task One_that_does_not_read_ends_and_the_others_get_everything()
    {
        const int Count = 60;
        var channel = NewChannel();
        var content = new string('x', 100_000);
        using var slow = await OpenAsync(channel, seq: 1);
        using var quick = await OpenAsync(channel, seq: 1);
        var publisher = await ConnectAdminAsync();
        foreach (var n in Enumerable.Range(1, Count))
        {
            await publisher.PostAsync($"/push?cname={channel}", $"content={content}");
            Assert.Equal("{\"type\":\"ok\"}\n", await (await publisher.ReadResponseAsync()).ReadBodyAsync());
            Assert.Equal(Data(channel, n, content), await quick.ReadTextAsync());
        }

        await UntilSubscribersAsync(channel, 1);
        Assert.InRange((await slow.Client.ReadToEndAsync()).Length, 0, Count * content.Length);
    }

    [Theory]
    [InlineData("Upgrade: websocket\r\n", "", 426, "Only WebSockets are served here")]
    [InlineData("Connection: keep-alive, Upgrade", "Connection: keep-alive", 400, "A WebSocket's handshake must have")]
    [InlineData("HTTP/1.1", "HTTP/1.0", 400, "A WebSocket's handshake must be HTTP/1.1.")]
    [InlineData("Version: 13", "Version: 12", 426, "Sec-WebSocket-Version must be 13, once.")]
    [InlineData(RawWebSocket.Key, "short", 400, "Sec-WebSocket-Key must be")]
    [InlineData("GET", "POST", 405, "")]
    public async Task A_request_that_is_no_handshake_is_refused_with_a_reason(
        string part, string instead, int status, string sentence)
    {
        var client = await ConnectFrontAsync();
        await client.SendAsync(RawWebSocket.Handshake("/ws?cname=a").Replace(part, instead, StringComparison.Ordinal));

        var response = await client.ReadResponseAsync();

        Assert.Equal(status, response.Status);
        Assert.StartsWith(sentence, await response.ReadBodyAsync(), StringComparison.Ordinal);
        Assert.Equal(status == 426 ? "websocket" : null, response["Upgrade"]);
        Assert.Equal(instead.EndsWith("12", StringComparison.Ordinal) ? "13" : null, response["Sec-WebSocket-Version"]);
    }

    private Task<RawWebSocket> OpenAsync(string channel, int seq) =>
        RawWebSocket.ConnectAsync(Server.Front, $"/ws?cname={channel}&seq={seq}");
}
