using System.Text;
using Halley.Testing;

namespace Halley.Specifications.Hosts;

/// <summary>
/// Every dialect is spoken over every host: publishers and subscribers meet, and refusals are the same.
/// </summary>
/// <inheritdoc/>
public abstract class DialectSpecification(HostStart start) : HostSpecification(start)
{
    [Theory]
    [MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public async Task A_message_reaches_a_subscriber_of_every_kind(string way)
    {
        await using var host = await StartAsync();
        using var client = await Way.Named(way).OpenAsync(host);

        host.Publish("7", "hello");

        await client.ReadThroughAsync(Way.Named(way).Sign);
    }

    [Theory]
    [MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public async Task A_client_that_has_gone_is_subscribed_no_more(string way)
    {
        await using var host = await StartAsync();
        var client = await Way.Named(way).OpenAsync(host);

        client.Reset();

        await UntilSubscribedAsync(host, 0);
        Assert.Equal(0, host.Hub.ReceiverCount);
    }

    [Theory]
    [MemberData(nameof(Way.Lasting), MemberType = typeof(Way))]
    public async Task A_client_that_does_not_read_is_let_go_and_one_that_does_hears_all(string way)
    {
        const int Messages = 400;
        await using var host = await StartAsync(new HostSetup { MaxQueuedBytes = 64 << 10 });
        using var quick = await Way.Named("iComet stream").OpenAsync(host);
        using var slow = await Way.Named(way).OpenAsync(host, receiveBuffer: 4096);
        for (var i = 0; i < Messages; i++)
        {
            await host.PublishAsync("7", new string('x', 32 << 10) + $"{i:D6}");
            await quick.ReadThroughAsync($"{i:D6}");
        }

        await UntilSubscribedAsync(host, 1);
    }

    [Theory]
    [InlineData("POST /push", "cname=7&content=hello", 200)]
    [InlineData("GET /push?cname=7&content=hello", "", 200)]
    [InlineData("POST /ps/pub?id=7", "hello", 200)]
    [InlineData("POST /nchan?id=7", "hello", 201)]
    [InlineData("PUT /nchan?id=7", "hello", 201)]
    [InlineData("POST /api/publish", """{"channel":"7","data":"hello"}""", 200)]
    [InlineData("GET /mini/pub?id=7&content=hello", "", 200)]
    public async Task What_publishers_of_every_kind_say_is_heard(string request, string body, int status)
    {
        await using var host = await StartAsync();
        using var client = await Way.Named("iComet stream").OpenAsync(host);

        var answer = await AskAsync(host, request, "Content-Type: application/x-www-form-urlencoded\r\n", body);

        Assert.True(status == answer.Status || answer.Status == 202, $"{answer.Status}");
        await client.ReadThroughAsync("\"content\":\"hello\"");
    }

    [Theory]
    [InlineData("/ps/ws?id=7")]
    [InlineData("/nchan?id=7")]
    public async Task What_the_client_of_a_WebSocket_says_is_heard_by_others(string path)
    {
        await using var host = await StartAsync();
        using var client = await Way.Named("iComet stream").OpenAsync(host);
        using var socket = await RawWebSocket.ConnectAsync(host.EndPoint, path);

        await socket.SendTextAsync("hello");

        await client.ReadThroughAsync("\"content\":\"hello\"");
    }

    [Theory]
    [InlineData("GET /nothing", 404)]
    [InlineData("GET /poll?cname=a&cb=alert(1)", 400)]
    [InlineData("GET /ws?cname=a", 426)]
    [InlineData("GET /ps/stream", 400)]
    [InlineData("GET /ps/stream?id=a&seq=x&epoch=1", 400)]
    [InlineData("PUT /ps/stream?id=a", 405)]
    [InlineData("GET /nchan", 400)]
    [InlineData("GET /nchan?id=a&seq=x&epoch=1", 400)]
    [InlineData("PATCH /nchan?id=a", 403)]
    [InlineData("GET /connection/nothing", 404)]
    [InlineData("GET /api/nothing", 404)]
    [InlineData("GET /mini/sub?id=x", 404)]
    [InlineData("GET /%zz", 400)]
    [InlineData("OPTIONS *", 200)]
    [InlineData("OPTIONS /connection/sse", 204)]
    [InlineData("OPTIONS /nchan?id=a", 200)]
    [InlineData("OPTIONS /ps/stream?id=a", 200)]
    [InlineData("HEAD /ping", 200)]
    [InlineData("HEAD /nothing", 404)]
    [InlineData("HEAD /nchan?id=a", 304)]
    public async Task What_is_no_subscription_is_answered_alike_and_the_connection_goes_on(string request, int status)
    {
        await using var host = await StartAsync();
        using var client = await host.ConnectAsync();
        var isHead = request.StartsWith("HEAD ", StringComparison.Ordinal);
        await client.SendAsync($"{request} HTTP/1.1\r\nHost: halley\r\nOrigin: http://a.example\r\n\r\n");

        var answer = await client.ReadResponseAsync(hasBody: !isHead && status != 204);

        Assert.Equal(status, answer.Status);
        if (!isHead && status != 204)
        {
            await answer.ReadBodyAsync();
        }

        // A HEAD has no body, whatever its length would be: the next answer follows.
        if (answer["Connection"] != "close")
        {
            await client.GetAsync("/ping?cb=f");
            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        }

        Assert.Equal(0, host.Hub.SubscriberCount);
    }

    [Theory]
    [InlineData("POST /ps/pub?id=a", 4096)]
    [InlineData("POST /api/publish", 60_000)]
    public async Task A_body_that_is_longer_than_an_endpoint_takes_is_refused(string request, int most)
    {
        await using var host = await StartAsync();
        Assert.NotEqual(413, (await AskAsync(host, request, "", new string('x', most))).Status);
        if (most < 60_000)
        {
            Assert.Equal(413, (await AskAsync(host, request, "", new string('x', most + 1))).Status);
        }
    }

    private static async Task<RawResponse> AskAsync(ServedHost host, string request, string fields, string body)
    {
        var client = await host.ConnectAsync();
        await client.SendAsync(
            $"{request} HTTP/1.1\r\nHost: halley\r\n{fields}"
                + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
        return await client.ReadResponseAsync();
    }
}
