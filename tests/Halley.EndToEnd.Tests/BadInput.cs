namespace Halley.EndToEnd.Tests;

/// <summary>Bytes that are no request. The peer is told, the connection ends, and nobody else notices.</summary>
public sealed class BadInput(OpenServer server) : ICometCase(server)
{
    [Theory]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("GET\r\n\r\n")]
    [InlineData("GET /ping HTTP/2.0\r\n\r\n")]
    [InlineData("GET /ping HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n")]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n")]
    public async Task Is_answered_400_and_ends_the_connection(string request)
    {
        var client = await ConnectFrontAsync();
        await client.SendAsync(request);
        var response = await client.ReadResponseAsync();
        await response.ReadBodyAsync();

        Assert.Equal("HTTP/1.1 400 Bad Request", response.Head.Split("\r\n")[0]);
        Assert.Equal("close", response["Connection"]);
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Nothing_that_follows_it_is_answered()
    {
        var channel = NewChannel();
        var client = await ConnectAdminAsync();
        await client.SendAsync($"garbage\r\n\r\nGET /push?cname={channel}&content=x HTTP/1.1\r\nHost: x\r\n\r\n");
        var everything = System.Text.Encoding.ASCII.GetString(await client.ReadToEndAsync());

        Assert.DoesNotContain("200 OK", everything, StringComparison.Ordinal);
        Assert.False(await ExistsAsync(channel));
    }

    [Fact]
    public async Task A_client_may_go_away_at_any_point()
    {
        var channel = NewChannel();
        var request = $"POST /push?cname={channel} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\ncontent=x";
        foreach (var length in Enumerable.Range(0, request.Length))
        {
            var client = await ConnectAdminAsync();
            await client.SendAsync(request[..length]);
            if (length % 2 == 0)
            {
                client.Dispose();
            }
            else
            {
                client.Reset();
            }
        }

        Assert.False(await ExistsAsync(channel));
    }

    [Fact]
    public async Task A_subscriber_may_go_away_while_it_is_told()
    {
        var channel = NewChannel();
        var stays = await SubscribeAsync(Transport.Stream, channel, 1);
        foreach (var n in Enumerable.Range(1, 50))
        {
            var goes = await SubscribeAsync(Transport.Stream, channel, n);
            var push = PushAsync(channel, $"{n}");
            goes.Client.Reset();
            await push;

            Assert.Equal(Data(channel, n, $"{n}") + "\n", await stays.ReadChunkAsync());
        }

        await UntilSubscribersAsync(channel, 1);
    }
}
