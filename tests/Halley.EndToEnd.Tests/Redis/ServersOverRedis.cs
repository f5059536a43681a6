using Halley.Testing;

namespace Halley.EndToEnd.Tests.Redis;

/// <summary>
/// Two servers that share a Redis: what is published at one is heard at the other, in every dialect; and what they say
/// when Redis is gone.
/// </summary>
public sealed class ServersOverRedis : IAsyncLifetime
{
    private readonly RedisServer _redis = new();
    private NodeGroup? _nodes;
    private JsonServer? _third;

    public async ValueTask InitializeAsync()
    {
        _nodes = await NodeGroup.StartAsync(["a", "b"], new Dictionary<string, object> { ["redis"] = Section() });
        _third = await JsonServer.StartAsync(
            """
            { "location": "/pub", "kind": "publisher", "channels_path": "$arg_id", "store_messages": true },
            { "location": "~ ^/sub/(.*)$", "kind": "streaming", "channels_path": "$1" },
            { "location": "/stats", "kind": "statistics", "channels_path": "$arg_id" },
            { "location": "~ ^/nchan/(.*)$", "kind": "nchan_pubsub", "nchan_channel_id": "$1" }
            """,
            more: $$"""
            "redis": { "url": "redis://{{_redis.Address}}" },
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _nodes!.DisposeAsync();
        await _third!.DisposeAsync();
        _redis.Dispose();
    }

    [Fact]
    public async Task What_is_published_by_one_dialect_at_one_server_is_heard_by_another_at_another()
    {
        using var icomet = await RawHttpClient.ConnectAsync(_nodes!.Front("a"));
        await icomet.GetAsync("/stream?cname=news&seq=1");
        var heard = await icomet.ReadResponseAsync();

        await PushAsync("b", "news", "from iComet");
        await PostAsync("/pub?id=news", "from push-stream");
        await PostAsync("/nchan/news", "from nchan");

        foreach (var text in new[] { "from iComet", "from push-stream", "from nchan" })
        {
            Assert.Contains($"\"content\":\"{text}\"", await heard.ReadChunkAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_subscriber_comes_back_to_another_server_with_its_place_and_has_missed_nothing()
    {
        await PushAsync("a", "news", "1");
        await PushAsync("b", "news", "2");
        using var poll = await RawHttpClient.ConnectAsync(_nodes!.Front("a"));
        await poll.GetAsync("/poll?cname=news&seq=1");
        Assert.Contains(
            "\"content\":\"2\"", await (await poll.ReadResponseAsync()).ReadBodyAsync(), StringComparison.Ordinal);

        await PushAsync("a", "news", "3");
        using var back = await RawHttpClient.ConnectAsync(_nodes.Front("b"));
        await back.GetAsync("/poll?cname=news&seq=3");

        Assert.Contains(
            "\"content\":\"3\"", await (await back.ReadResponseAsync()).ReadBodyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_Redis_is_gone_subscribers_stay_and_publishers_are_refused_and_both_go_on_when_it_is_back()
    {
        using var stream = await RawHttpClient.ConnectAsync(_nodes!.Front("a"));
        await stream.GetAsync("/stream?cname=news&seq=0");
        var held = await stream.ReadResponseAsync();
        Assert.Contains("next_seq", await held.ReadChunkAsync(), StringComparison.Ordinal);

        _redis.Kill();
        using var publisher = await RawHttpClient.ConnectAsync(_nodes.Admin("b"));
        RawResponse refusal;
        do
        {
            // What was on its way when Redis died may have been done.
            await publisher.GetAsync("/push?cname=news&content=x");
            refusal = await publisher.ReadResponseAsync();
            Assert.Contains("Redis", await refusal.ReadBodyAsync(), StringComparison.Ordinal);
        }
        while (refusal.Status == 504);

        Assert.Equal(503, refusal.Status);
        using var latecomer = await RawHttpClient.ConnectAsync(_nodes.Front("b"));
        await latecomer.GetAsync("/poll?cname=other&seq=0");
        Assert.Equal(503, (await latecomer.ReadResponseAsync()).Status);

        _redis.Start();
        await _nodes.UntilAllAnswerAsync();
        using var again = await RawHttpClient.ConnectAsync(_nodes.Front("b"));
        await again.GetAsync("/stream?cname=other&seq=1");
        var fresh = await again.ReadResponseAsync();
        await PushAsync("a", "other", "back");
        Assert.Contains("\"content\":\"back\"", await fresh.ReadChunkAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_says_that_it_is_not_ready_while_Redis_is_gone_and_ready_again()
    {
        await UntilHealthAsync(200, "{\"status\":\"ready\"}");
        _redis.Kill();
        await UntilHealthAsync(503, "Redis cannot be reached");
        _redis.Start();
        await UntilHealthAsync(200, "{\"status\":\"ready\"}");
    }

    [Fact]
    public async Task The_statistics_of_push_stream_are_those_of_all_servers()
    {
        using var elsewhere = await RawHttpClient.ConnectAsync(_nodes!.Front("a"));
        await elsewhere.GetAsync("/stream?cname=one&seq=1");
        await elsewhere.ReadResponseAsync();
        using var here = await RawHttpClient.ConnectAsync(_third!.Own);
        await here.GetAsync("/sub/two");
        await here.ReadResponseAsync();
        await PostAsync("/pub?id=one", "1");
        await PushAsync("a", "two", "2");
        await PushAsync("b", "three", "3");

        using var statistics = await RawHttpClient.ConnectAsync(_third.Own);
        await statistics.GetAsync("/stats");
        var said = await (await statistics.ReadResponseAsync()).ReadBodyAsync();

        foreach (var count in new[]
        {
            "\"channels\": 3",
            "\"published_messages\": 3",
            "\"stored_messages\": 3",
            "\"subscribers\": 2",
        })
        {
            Assert.True(said.Contains(count, StringComparison.Ordinal), $"{count} is not in {said}");
        }
    }

    [Fact]
    public async Task Metrics_say_whether_Redis_answers_and_how_fast()
    {
        await UntilHealthAsync(200, "ready");
        using var client = await RawHttpClient.ConnectAsync(_nodes!.Admin("a"));
        await client.GetAsync("/metrics");
        var metrics = PrometheusPage.Parse(await (await client.ReadResponseAsync()).ReadBodyAsync());

        Assert.Equal(1, metrics["halley_redis_ready"]);
        Assert.InRange(metrics["halley_redis_round_trip_duration_seconds"], 0, 60);
    }

    [Fact]
    public async Task The_command_nodes_shows_them_all()
    {
        await using var command = ServerProcess.Start(
            Path.GetTempPath(), ["nodes", "--redis", $"redis://{_redis.Address}"]);
        await command.UntilExitAsync();

        Assert.Equal(1 + 3, command.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith("NODE", command.Output, StringComparison.Ordinal);
    }

    private async Task UntilHealthAsync(int status, string text)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (true)
        {
            using var client = await RawHttpClient.ConnectAsync(_nodes!.Admin("a"));
            await client.GetAsync("/health/ready");
            var answer = await client.ReadResponseAsync();
            var body = await answer.ReadBodyAsync();
            if (answer.Status == status && body.Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            Assert.False(patience.IsCancellationRequested, $"health stays {answer.Status} {body}");
            await Task.Delay(50);
        }
    }

    private object Section() => new { url = $"redis://{_redis.Address}" };

    private async Task PushAsync(string node, string channel, string text)
    {
        using var client = await RawHttpClient.ConnectAsync(_nodes!.Admin(node));
        await client.GetAsync($"/push?cname={channel}&content={Uri.EscapeDataString(text)}");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    private async Task PostAsync(string path, string text)
    {
        using var client = await RawHttpClient.ConnectAsync(_third!.Own);
        await client.PostAsync(path, text);
        Assert.InRange((await client.ReadResponseAsync()).Status, 200, 202);
    }
}
