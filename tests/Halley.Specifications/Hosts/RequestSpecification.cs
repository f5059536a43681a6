using Halley.Testing;

namespace Halley.Specifications.Hosts;

/// <summary>However the bytes of a request come, it is the same request; and what is too long is refused.</summary>
/// <inheritdoc/>
public abstract class RequestSpecification(HostStart start) : HostSpecification(start)
{
    private const string Get =
        "GET /ping?cb=f HTTP/1.1\r\nHost: halley.test\r\nX-Long: aaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n";

    private const string Chunked =
        "POST /ping HTTP/1.1\r\nHost: halley.test\r\nTransfer-Encoding: "
            + "chunked\r\n\r\n2\r\ncb\r\n2;name=value\r\n=f\r\n0\r\nTrailer: x\r\n\r\n";

    private const string WithLength = "POST /ping HTTP/1.1\r\nHost: halley.test\r\nContent-Length: 4\r\n\r\ncb=f";

    [Theory]
    [InlineData(Get)]
    [InlineData(Chunked)]
    [InlineData(WithLength)]
    public async Task A_request_may_be_split_at_every_byte(string request)
    {
        await using var host = await StartAsync();
        using var client = await host.ConnectAsync();
        for (var split = 1; split < request.Length; split++)
        {
            await client.SendAsync(request[..split]);

            // An answer on another connection: the first part has been read by then, most times.
            using (var other = await host.ConnectAsync())
            {
                await other.GetAsync("/ping");
                await other.ReadResponseAsync();
            }

            await client.SendAsync(request[split..]);
            Assert.Equal(
                "f({\"type\":\"ping\",\"sub_timeout\":30});\n",
                await (await client.ReadResponseAsync()).ReadBodyAsync());
        }
    }

    [Fact]
    public async Task A_request_may_come_a_byte_at_a_time()
    {
        await using var host = await StartAsync();
        using var client = await host.ConnectAsync();
        foreach (var part in Chunked)
        {
            await client.SendAsync(part.ToString());
        }

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Requests_sent_together_are_answered_in_order()
    {
        await using var host = await StartAsync();
        using var client = await host.ConnectAsync();
        await client.SendAsync(
            string.Concat(Enumerable.Range(0, 500).Select(i => $"GET /ping?cb=f{i} HTTP/1.1\r\nHost: x\r\n\r\n")));
        for (var i = 0; i < 500; i++)
        {
            Assert.StartsWith(
                $"f{i}(", await (await client.ReadResponseAsync()).ReadBodyAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Requests_sent_behind_a_held_one_wait_for_its_end()
    {
        await using var host = await StartAsync();
        var (client, poll) = await host.SubscribeAsync("a", "poll");
        using var _ = client;
        await client.SendAsync("GET /ping?cb=f HTTP/1.1\r\nHost: x\r\n\r\nGET /ping?cb=g HTTP/1.1\r\nHost: x\r\n\r\n");
        host.Publish("a", "hi");

        Assert.Equal("{\"type\":\"data\",\"cname\":\"a\",\"seq\":1,\"content\":\"hi\"}\n", await poll.ReadBodyAsync());
        Assert.StartsWith("f(", await (await client.ReadResponseAsync()).ReadBodyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("g(", await (await client.ReadResponseAsync()).ReadBodyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_sent_behind_a_poll_is_answered_though_the_message_is_larger_than_what_may_wait()
    {
        await using var host = await StartAsync(new HostSetup { MaxQueuedBytes = 64 * 1024 });
        using var client = await host.ConnectAsync();
        await client.SendAsync(
            "GET /poll?cname=a&seq=1 HTTP/1.1\r\nHost: x\r\n\r\nGET /ping?cb=f HTTP/1.1\r\nHost: x\r\n\r\n");
        var poll = await client.ReadResponseAsync();
        host.Publish("a", new string('x', 1 << 20));

        Assert.EndsWith("x\"}\n", await poll.ReadBodyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("f(", await (await client.ReadResponseAsync()).ReadBodyAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 70000\r\n\r\n", "")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", "11170\r\n")]
    public async Task A_body_that_is_longer_than_any_may_be_is_refused(string fields, string chunk)
    {
        await using var host = await StartAsync();
        using var client = await host.ConnectAsync();
        var sending = client.SendAsync($"POST /push HTTP/1.1\r\nHost: x\r\n{fields}{chunk}{new string('x', 70_000)}");

        var response = await client.ReadResponseAsync();

        Assert.Equal(413, response.Status);
        Assert.Contains("longer than this server takes", await response.ReadBodyAsync(), StringComparison.Ordinal);
        await sending;
    }

    [Fact]
    public async Task Bodies_that_do_not_come_whole_have_no_more_memory_than_they_may()
    {
        const int Limit = 4 << 20;
        await using var host = await StartAsync(
            new HostSetup { MaxUnfinishedBytes = Limit, MaxBodyBytes = 16 << 20 });
        var clients = new List<RawHttpClient>();
        var refused = 0;
        for (var i = 0; i < 8 && refused == 0; i++)
        {
            var client = await host.ConnectAsync();
            clients.Add(client);
            await client.SendAsync("POST /push?cname=a HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n");
            await client.SendAsync(new byte[1_900_000]);
            await host.AnswersAsync();
            refused += client.Pending().Length > 0 ? 1 : 0;
        }

        Assert.Equal(503, (await clients[^1].ReadResponseAsync()).Status);
        Assert.InRange(clients.Count, 2, 4);

        // Ordinary requests are served, and what those had is given back.
        await PostAsync(host, 20_000);
        clients.ForEach(client => client.Dispose());
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        for (var status = 503; status == 503;)
        {
            patience.Token.ThrowIfCancellationRequested();
            status = await PostAsync(host, 1_500_000);
        }
    }

    [Fact]
    public async Task A_body_that_does_not_come_whole_in_time_is_not_waited_for()
    {
        await using var host = await StartAsync(new HostSetup { Time = Time });
        using var client = await host.ConnectAsync();
        await client.SendAsync("POST /push?cname=a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
        for (var i = 0; i < 31; i++)
        {
            await client.SendAsync("x");
            await host.AnswersAsync();
            Time.AdvanceSeconds(2);
        }

        // The engine says nothing; Kestrel's exchange 408.
        var last = System.Text.Encoding.ASCII.GetString(await client.ReadToEndAsync());
        Assert.True(last.Length == 0 || last.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal), last);
    }

    private static async Task<int> PostAsync(ServedHost host, int length)
    {
        using var client = await host.ConnectAsync();
        var sending = client.SendAsync(
            $"POST /api/publish HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{new string(' ', length)}");
        var status = (await client.ReadResponseAsync()).Status;
        client.Reset();
        try
        {
            await sending;
        }
        catch (System.Net.Sockets.SocketException)
        {
            // It was refused before it had come whole.
        }

        return status;
    }
}
