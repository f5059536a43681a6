using System.Text;
using Halley.Testing;

namespace Halley.Engine.Tests;

/// <summary>Requests that are none, and clients that take no answers or say no more.</summary>
public sealed class RequestsOnTheWire
{
    [Fact]
    public async Task Whoever_takes_no_answers_is_not_read_from_and_gets_them_all_later()
    {
        const int Requests = 60_000;
        using var engine = new RunningEngine(new() { Engine = options => options.MaxQueuedBytes = 64 * 1024 });
        using var client = await engine.ConnectAsync();
        var sending = Task.Run(
            async () =>
            {
                var request = Encoding.ASCII.GetBytes("GET /ping?cb=f HTTP/1.1\r\nHost: x\r\n\r\n");
                var block = Enumerable.Repeat(request, 1000).SelectMany(bytes => bytes).ToArray();
                for (var i = 0; i < Requests / 1000; i++)
                {
                    await client.SendAsync(block);
                }
            },
            TestContext.Current.CancellationToken);
        for (var i = 0; i < Requests; i++)
        {
            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
            await client.ReadThroughAsync("\n");
        }

        await sending;
    }

    [Fact]
    public async Task A_client_that_ends_its_side_still_gets_the_answers_that_are_due()
    {
        using var engine = new RunningEngine();
        using var client = await engine.ConnectAsync();
        await client.SendAsync("GET /ping?cb=f HTTP/1.1\r\nHost: x\r\n\r\nGET /ping?cb=g HTTP/1.1\r\nHost: x\r\n\r\n");
        client.FinishSending();

        var all = Encoding.ASCII.GetString(await client.ReadToEndAsync());

        Assert.Contains("f({", all, StringComparison.Ordinal);
        Assert.Contains("g({", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("garbage\r\n\r\n", 400)]
    [InlineData("\u0016\u0003\u0001", 400)]
    [InlineData("GET /ping HTTP/2.0\r\n\r\n", 400)]
    [InlineData("GET /ping HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n", 400)]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400)]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\n", 400)]
    [InlineData("GET /ping HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /ping HTTP/1.1\r\nHost:\r\n\r\n", 400)]
    [InlineData("GET http://a/ping HTTP/1.1\r\n\r\n", 400)]
    [InlineData("\rGET /ping HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab", 400)]
    [InlineData(
        "POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nGET /x HTTP/1.1\r\n\r\n", 400)]
    [InlineData("POST /ping HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501)]
    [InlineData("POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n", 413)]
    public async Task What_is_no_request_is_answered_with_a_reason_and_closed(string bytes, int status)
    {
        using var engine = new RunningEngine();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(bytes);
        var response = await client.ReadResponseAsync();

        Assert.Equal(status, response.Status);
        Assert.NotEmpty(await response.ReadBodyAsync());
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task The_refusal_of_a_HEAD_has_no_body()
    {
        using var engine = new RunningEngine();
        using var client = await engine.ConnectAsync();
        await client.SendAsync("HEAD /ping HTTP/1.1\r\n\r\n");
        Assert.EndsWith("\r\n\r\n", Encoding.ASCII.GetString(await client.ReadToEndAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /ping?cb=f HTTP/1.0\r\n\r\n")]
    [InlineData("\r\n\nGET /ping?cb=f HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET http://x/ping?cb=f HTTP/1.1\r\nHost: y\r\n\r\n")]
    [InlineData(
        "POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4;a=\"b\"\r\ncb=f\r\n0\r\nX: y\r\n\r\n")]
    public async Task What_the_RFC_allows_is_taken(string request)
    {
        using var engine = new RunningEngine();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(request);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task A_refusal_arrives_although_more_was_sent_than_is_read()
    {
        using var engine = new RunningEngine();
        using var client = await engine.ConnectAsync();
        var sending = client.SendAsync(
            "POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n" + new string('x', 200_000));
        var response = await client.ReadResponseAsync();

        Assert.Equal(413, response.Status);
        Assert.NotEmpty(await response.ReadBodyAsync());
        await sending;
    }

    [Fact]
    public async Task A_large_body_is_taken_whole_and_leaves_the_next_request_alone()
    {
        using var engine = new RunningEngine(new() { Engine = options => options.Reactors = 1 });
        using var client = await RawHttpClient.ConnectAsync(engine.Admin);
        for (var i = 0; i < 3; i++)
        {
            await client.PostAsync("/push", "cname=a&content=" + new string('x', 8 << 20));
            Assert.Equal("{\"type\":\"ok\"}\n", await (await client.ReadResponseAsync()).ReadBodyAsync());
        }
    }
}
