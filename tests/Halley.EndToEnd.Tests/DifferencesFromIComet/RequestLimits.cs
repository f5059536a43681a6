using Halley.Testing;

namespace Halley.EndToEnd.Tests.DifferencesFromIComet;

/// <summary>Requests that are too large, too slow or ambiguous end with a reason. iComet has no limits.</summary>
[Trait("differs", "icomet")]
public sealed class RequestLimits(
    RequestLimits.StrictServer server) : ICometCase(server), IClassFixture<RequestLimits.StrictServer>
{
    public sealed class StrictServer() : SharedServer(
        new ICometConf(), "--set", "engine.request_timeout=1", "--set", "engine.keep_alive_timeout=1");

    [Fact]
    public async Task An_address_that_is_too_long_is_answered_414()
    {
        await AssertRefusedAsync($"GET /ping?cb={new string('x', 1 << 20)} HTTP/1.1\r\nHost: x\r\n\r\n", 414);
    }

    [Fact]
    public async Task A_header_that_is_too_long_is_answered_431()
    {
        await AssertRefusedAsync($"GET /ping HTTP/1.1\r\nHost: x\r\nCookie: {new string('x', 1 << 20)}\r\n\r\n", 431);
    }

    [Fact]
    public async Task Too_many_header_lines_are_answered_431()
    {
        await AssertRefusedAsync(
            $"GET /ping HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Repeat("A: b\r\n", 200_000))}\r\n", 431);
    }

    [Theory]
    [InlineData("1099511627776")]
    [InlineData("9223372036854775807")]
    public async Task A_body_that_will_be_too_long_is_answered_413_before_it_comes(string length)
    {
        await AssertRefusedAsync($"POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n", 413);
    }

    [Fact]
    public async Task Chunks_that_become_too_long_are_answered_413()
    {
        await AssertRefusedAsync(
            "POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + $"{string.Concat(Enumerable.Repeat($"1000\r\n{new string('x', 4096)}\r\n", 100))}",
            413);
    }

    [Theory]
    [InlineData("GET /ping HTTP/1.1\r\nHost : x\r\n\r\n")]
    [InlineData("GET /ping HTTP/1.1\r\nBad Name: x\r\n\r\n")]
    [InlineData("GET /ping HTTP/1.1\r\nA: b\0c\r\n\r\n")]
    [InlineData("GET /ping HTTP/1.1\r\n: x\r\n\r\n")]
    [InlineData("GET /ping HTTP/9.9\r\n\r\n")]
    [InlineData("GET /ping\t?x HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("G\0T /ping HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\0\0\0\0\r\n\r\n")]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd")]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n")]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc")]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n")]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n")]
    [InlineData(
        "POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc\r\n0\r\n\r\n")]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n")]
    public async Task A_request_that_can_be_read_in_two_ways_is_answered_4xx_and_closed(string request)
    {
        var client = await ConnectFrontAsync();
        await client.SendAsync(request);
        var response = await client.ReadResponseAsync();
        await response.ReadBodyAsync();

        Assert.InRange(response.Status, 400, 505);
        Assert.NotEqual(500, response.Status);
        Assert.Equal("close", response["Connection"]);
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData("GET /pi")]
    [InlineData("GET /ping HTTP/1.1\r\nHost: x\r\n")]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")]
    public async Task A_request_that_does_not_come_whole_is_given_up(string beginning)
    {
        var client = await ConnectFrontAsync();
        await client.SendAsync(beginning);

        var last = System.Text.Encoding.ASCII.GetString(await client.ReadToEndAsync());
        Assert.True(last.Length == 0 || last.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal), last);
    }

    [Fact]
    public async Task A_connection_that_never_asks_is_closed()
    {
        var client = await ConnectFrontAsync();

        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_connection_that_asks_no_more_is_closed()
    {
        var client = await ConnectFrontAsync();
        await client.GetAsync("/ping");
        await (await client.ReadResponseAsync()).ReadBodyAsync();

        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_subscriber_may_be_silent_for_as_long_as_it_likes()
    {
        var channel = NewChannel();
        var stream = await SubscribeAsync(Transport.Stream, channel, 1);
        var poll = await SubscribeAsync(Transport.Poll, channel, 1);

        // Other connections come, are silent for too long, and are closed meanwhile, twice.
        Assert.Empty(await (await ConnectFrontAsync()).ReadToEndAsync());
        Assert.Empty(await (await ConnectFrontAsync()).ReadToEndAsync());
        await PushAsync(channel, "x");

        Assert.Equal(Data(channel, 1, "x") + "\n", await stream.ReadChunkAsync());
        Assert.Equal(Data(channel, 1, "x") + "\n", await poll.ReadBodyAsync());
    }

    private async Task AssertRefusedAsync(string request, int status)
    {
        var client = await ConnectFrontAsync();
        try
        {
            await client.SendAsync(request);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The server has said what it has to say before it was sent everything.
        }

        var response = await client.ReadResponseAsync();
        Assert.Equal(status, response.Status);
        Assert.Equal("close", response["Connection"]);
        Assert.NotEqual("", await response.ReadBodyAsync());
        Assert.Empty(await client.ReadToEndAsync());
    }
}
