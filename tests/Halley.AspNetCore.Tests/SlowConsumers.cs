using System.Text;
using System.Text.Json;
using Halley.Testing;

namespace Halley.AspNetCore.Tests;

/// <summary>Browsers that read an application's messages slowly.</summary>
public sealed class SlowConsumers
{
    [Theory]
    [InlineData("&epoch=")]
    [InlineData("")]
    public async Task Who_comes_back_and_missed_much_gets_all_of_it(string epoch)
    {
        const int Missed = 1000;
        await using var app = await App.StartAsync(options => options.HistorySize = Missed);
        await PublishAsync(app, Missed);
        using var client = await RawHttpClient.ConnectAsync(app.Address, receiveBuffer: 4096);
        await client.GetAsync($"/push/stream?cname=news&seq=1{epoch}");
        await Subscribing.UntilAsync(() => app.Halley.CountSubscribers("news") == 1);
        await PublishAsync(app, 1);
        Assert.Equal(Enumerable.Range(1, Missed + 1), (await ReadUntilAsync(client, Missed + 1)).Heard);
        await PublishAsync(app, 1);
        Assert.Equal([Missed + 2], (await ReadUntilAsync(client, Missed + 2)).Heard);
    }

    [Theory]
    [InlineData(SlowConsumerPolicy.DropOldest, "evicted")]
    [InlineData(SlowConsumerPolicy.Latest, "slow")]
    public async Task Who_is_too_slow_is_told_what_it_misses(SlowConsumerPolicy policy, string reason)
    {
        const int Messages = 2000;
        await using var app = await App.StartAsync(options =>
            (options.HistorySize, options.MaxQueuedBytes, options.SlowConsumers) = (8, 256 << 10, policy));
        using var client = await RawHttpClient.ConnectAsync(app.Address, receiveBuffer: 4096);
        await client.GetAsync("/push/stream?cname=news&epoch=");
        await Subscribing.UntilAsync(() => app.Halley.CountSubscribers("news") == 1);
        await PublishAsync(app, Messages, 8 << 10);
        var (heard, gaps) = await ReadUntilAsync(client, Messages);
        Assert.NotEmpty(gaps);
        Assert.All(gaps, gap => Assert.Equal(reason, gap.Reason));
        var lost = gaps.SelectMany(gap => Enumerable.Range(gap.From, gap.To - gap.From + 1));
        Assert.Equal(Enumerable.Range(1, Messages), heard.Concat(lost).Order());
        Assert.Equal(heard.Order(), heard);
    }

    private static async Task PublishAsync(App app, int count, int length = 1000)
    {
        for (var i = 0; i < count; i++)
        {
            await app.Halley.PublishAsync("news", new string('x', length));
        }
    }

    // The offsets of the messages up to one, and the gaps that were told.
    private static async Task<(List<int> Heard, List<(int From, int To, string Reason)> Gaps)> ReadUntilAsync(
        RawHttpClient client, int last)
    {
        var (heard, gaps) = (new List<int>(), new List<(int, int, string)>());
        while (heard.Count == 0 || heard[^1] < last)
        {
            var line = Encoding.UTF8.GetString(await client.ReadThroughAsync("\n")).Trim();
            if (!line.StartsWith('{'))
            {
                continue;
            }

            var said = JsonDocument.Parse(line).RootElement;
            if (said.GetProperty("type").GetString() == "data")
            {
                heard.Add(said.GetProperty("seq").GetInt32());
            }
            else if (said.GetProperty("type").GetString() == "gap")
            {
                gaps.Add((
                    said.GetProperty("from").GetInt32(),
                    said.GetProperty("to").GetInt32(),
                    said.GetProperty("reason").GetString()!));
            }
        }

        return (heard, gaps);
    }
}
