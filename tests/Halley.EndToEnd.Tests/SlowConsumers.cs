using System.Text.Json;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>What a namespace says of subscribers that are too slow, in one process and in workers.</summary>
public sealed class SlowConsumers
{
    private const int Messages = 60;

    [Theory]
    [InlineData("drop_oldest", "evicted", 0, "/stream?cname=a&epoch=")]
    [InlineData("drop_oldest", "evicted", 2, "/stream?cname=a&epoch=")]
    [InlineData("drop_oldest", "evicted", 0, "/events/a?epoch=")]
    [InlineData("latest", "slow", 0, "/stream?cname=a&epoch=")]
    [InlineData("latest", "slow", 2, "/events/a?epoch=")]
    public async Task One_that_is_too_slow_is_told_what_it_misses_where_its_channel_has_it_so(
        string policy, string reason, int workers, string target)
    {
        await using var server = await JsonServer.StartAsync(
            """{ "location": "~ ^/events/(.*)$", "kind": "eventsource", "channels_path": "$1" }""",
            $$"""
            "engine": { "workers": {{workers}}, "max_queued_bytes": 131072 },
            "namespaces": [ { "prefix": "a", "slow_consumer": "{{policy}}", "history_size": 8 } ],
            """);
        var port = target.StartsWith("/events", StringComparison.Ordinal) ? server.Own : server.Front;
        using var client = await RawHttpClient.ConnectAsync(port, receiveBuffer: 4096);
        await client.GetAsync(target);
        await client.ReadThroughAsync("\"type\":\"exact\"");
        using var publisher = await RawHttpClient.ConnectAsync(server.Admin);
        for (var i = 0; i < Messages; i++)
        {
            await publisher.PostAsync("/push", "cname=a&content=" + new string('x', 32 << 10));
            var answer = await publisher.ReadResponseAsync();
            Assert.Equal(200, answer.Status);
            await answer.ReadBodyAsync();
        }

        var (next, gaps) = (1L, 0);
        while (next <= Messages)
        {
            var line = System.Text.Encoding.UTF8.GetString(await client.ReadThroughAsync("\n")).Trim();
            var at = line.StartsWith("data: ", StringComparison.Ordinal) ? "data: ".Length : 0;
            if (!line[at..].StartsWith('{'))
            {
                continue;
            }

            var said = JsonDocument.Parse(line[at..]).RootElement;
            switch (said.GetProperty("type").GetString())
            {
                case "data":
                    Assert.Equal(next++, said.GetProperty("seq").GetInt64());
                    break;
                case "gap":
                    gaps++;
                    Assert.Equal(reason, said.GetProperty("reason").GetString());
                    Assert.Equal(next, said.GetProperty("from").GetInt64());
                    next = said.GetProperty("to").GetInt64() + 1;
                    break;
            }
        }

        Assert.InRange(gaps, 1, Messages);
    }
}
