using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>HTTP/1.0, which is what nginx speaks to a server behind it unless told otherwise.</summary>
public sealed class Http10(OpenServer server) : ICometCase(server)
{
    [Fact]
    public async Task A_poll_is_not_chunked_and_ends_with_its_connection()
    {
        var channel = NewChannel();
        await PushAsync(channel, "one", "two");
        var poll = await GetAsync($"/poll?cname={channel}&seq=1");

        Assert.Equal(200, poll.Status);
        Assert.Null(poll["Transfer-Encoding"]);
        Assert.Equal(BodyFraming.Close, poll.Framing);
        Assert.Equal($"[{Data(channel, 1, "one")},{Data(channel, 2, "two")}]\n", await poll.ReadBodyAsync());
    }

    [Fact]
    public async Task A_held_poll_is_answered_and_ends_with_its_connection()
    {
        var channel = NewChannel();
        var poll = await GetAsync($"/poll?cname={channel}&seq=1&cb=foo", "Connection: close\r\n");
        await PushAsync(channel, "x");

        Assert.Equal($"foo({Data(channel, 1, "x")});\n", await poll.ReadBodyAsync());
    }

    [Theory]
    [MemberData(nameof(Transport.Held), MemberType = typeof(Transport))]
    public async Task A_stream_is_not_chunked_and_stays_open(string path)
    {
        var (transport, channel) = (Transport.Named(path), NewChannel());
        var subscriber = await GetAsync($"/{path}?cname={channel}&seq=1");
        Assert.Equal(BodyFraming.Close, subscriber.Framing);

        await PushAsync(channel, "one", "two");

        var expected = (transport == Transport.Iframe ? Transport.IframePage : "")
            + transport.Wrap(Data(channel, 1, "one")) + transport.Wrap(Data(channel, 2, "two"));
        Assert.Equal(expected, await subscriber.ReadAsManyAsAsync(expected));
    }

    [Fact]
    public async Task Closing_a_channel_ends_the_connection_of_a_stream()
    {
        var channel = NewChannel();
        var stream = await GetAsync($"/stream?cname={channel}&seq=1");

        await AskAsync($"/close?cname={channel}");

        Assert.Equal(Message("close", channel, 1) + "\n", await stream.ReadBodyAsync());
    }

    [Fact]
    public async Task A_short_answer_ends_with_its_connection()
    {
        var ping = await GetAsync("/ping?cb=foo");
        var body = await ping.ReadBodyAsync();

        Assert.Null(ping["Transfer-Encoding"]);
        Assert.StartsWith("foo({", body, StringComparison.Ordinal);
        Assert.Empty(await ping.Client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_connection_is_kept_for_those_who_ask()
    {
        var client = await ConnectFrontAsync();
        foreach (var n in Enumerable.Range(1, 2))
        {
            await client.SendAsync($"GET /ping?cb=f{n} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            var response = await client.ReadResponseAsync();

            Assert.Equal(BodyFraming.Length, response.Framing);
            Assert.Equal("keep-alive", response["Connection"], ignoreCase: true);
            Assert.StartsWith($"f{n}(", await response.ReadBodyAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Presence_is_not_chunked()
    {
        var channel = NewChannel();
        var client = await ConnectAdminAsync();
        await client.SendAsync("GET /psub HTTP/1.0\r\n\r\n");
        var presence = await client.ReadResponseAsync();
        Assert.Equal(BodyFraming.Close, presence.Framing);

        await AskAsync($"/sign?cname={channel}");

        Assert.EndsWith(
            $"1 {channel}\n",
            System.Text.Encoding.UTF8.GetString(await client.ReadThroughAsync($"1 {channel}\n")),
            StringComparison.Ordinal);
    }

    private async Task<RawResponse> GetAsync(string target, string headers = "")
    {
        var client = await ConnectFrontAsync();
        await client.SendAsync($"GET {target} HTTP/1.0\r\nHost: halley.test\r\n{headers}\r\n");
        return await client.ReadResponseAsync();
    }
}
