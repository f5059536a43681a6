using Halley.Testing;

namespace Halley.EndToEnd.Tests.Workers;

/// <summary>The main process tells what all workers measure, each with its number.</summary>
public sealed class MetricsOfWorkers(
    MetricsOfWorkers.WorkingServer server) : WorkerCase(server), IClassFixture<MetricsOfWorkers.WorkingServer>
{
    private const int Subscribers = 30;

    public sealed class WorkingServer() : SharedServer(
        new ICometConf { MaxSubscribersPerChannel = Subscribers }, "--workers", $"{Workers}");

    [Fact]
    public async Task What_workers_count_adds_up_and_what_all_share_is_counted_once()
    {
        await UntilAllAnswerAsync();
        var channel = NewChannel();
        var subscribers = new List<RawResponse>();
        for (var i = 0; i < Subscribers; i++)
        {
            subscribers.Add(await SubscribeAsync(Transport.Stream, channel, 1));
        }

        await PushAsync(channel, "one", "two");
        foreach (var subscriber in subscribers)
        {
            Assert.Equal(Transport.Stream.Wrap(Data(channel, 1, "one")), await subscriber.ReadChunkAsync());
            Assert.Equal(Transport.Stream.Wrap(Data(channel, 2, "two")), await subscriber.ReadChunkAsync());
        }

        var metrics = PrometheusPage.Parse(await AskAsync("/metrics"));

        Assert.Equal(2 * Subscribers, metrics.Sum("halley_message_delivered_total"));
        Assert.Equal(2, metrics.Sum("halley_message_published_total"));
        Assert.Equal(1, metrics.Sum("halley_channel_count"));
        Assert.Equal(Subscribers, metrics.Sum("halley_subscription_count"));
        Assert.True(metrics.Sum("halley_connection_count") > Subscribers);
        foreach (var worker in Enumerable.Range(1, Workers))
        {
            var label = $"halley_worker=\"{worker}\"";
            Assert.True(metrics[$"process_memory_usage_bytes{{{label}}}"] > 1 << 20);
            Assert.True(metrics[$"halley_reactor_turn_duration_seconds_count{{halley_reactor=\"0\",{label}}}"] > 0);
        }
    }

    // The port is open with the first of them.
    private async Task UntilAllAnswerAsync()
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (PrometheusPage.Parse(await AskAsync("/metrics")).Keys
            .Count(series => series.StartsWith("process_memory_usage_bytes", StringComparison.Ordinal)) <= Workers)
        {
            Assert.False(patience.IsCancellationRequested, "not all workers answer");
        }
    }
}
