using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using Halley.Server.Metrics;
using Halley.Testing;

namespace Halley.Server.Tests.Metrics;

/// <summary>What operators are told: all that docs/metrics.md lists, and nothing else.</summary>
public sealed partial class MetersTests
{
    // A Redis that was never reached has no round trip.
    private const string OnlyWithRedis = "halley.redis.round_trip.duration";

    [Fact]
    public async Task Every_instrument_reports_to_whoever_listens()
    {
        await using var server = new MeasuredServer();
        var heard = new ConcurrentDictionary<string, byte>();
        var all = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, hearing) =>
        {
            if (instrument.Meter == server.Metrics.Meter.Meter)
            {
                Assert.Equal("Halley", instrument.Meter.Name);
                all.Add(instrument.Name);
                hearing.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, _, _) => heard[instrument.Name] = 0);
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => heard[instrument.Name] = 0);
        listener.Start();
        server.Start();

        using var subscriber = await server.DoSomethingAsync();
        listener.RecordObservableInstruments();

        Assert.Equal(all.Except([OnlyWithRedis]).Order(), heard.Keys.Order());
    }

    [Fact]
    public async Task The_document_lists_every_instrument_with_kind_unit_and_tags()
    {
        await using var server = new MeasuredServer();
        using var reader = new MetricReader(server.Metrics.Meter);
        server.Start();
        using var subscriber = await server.DoSomethingAsync();

        Assert.Equal(
            reader.Read().Select(family => (
                family.Name,
                KindOf(family.Kind),
                family.Unit,
                string.Join(' ', family.Samples.SelectMany(sample => sample.Tags).Select(tag => tag.Key).Distinct()))),
            Documented().OrderBy(item => item.Name, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_scrape_has_what_happened()
    {
        await using var server = new MeasuredServer();
        server.Start();
        using var subscriber = await server.DoSomethingAsync();

        var metrics = PrometheusPage.Parse(Encoding.UTF8.GetString(await server.Metrics.WriteAll()));

        Assert.Equal(1, metrics[$"halley_connection_count{{halley_listener=\"{server.Front}\"}}"]);
        Assert.Equal(1, metrics["halley_connection_refused_total"]);
        Assert.Equal(1, metrics["halley_request_refused_total{http_response_status_code=\"404\"}"]);
        Assert.Equal(1, metrics["halley_subscription_count"]);
        Assert.Equal(1, metrics["halley_channel_count"]);
        Assert.Equal(1, metrics["halley_message_published_total"]);
        Assert.Equal(1, metrics["halley_message_delivered_total"]);
        Assert.Equal(1, metrics["halley_history_count"]);
        Assert.Equal("hello".Length, metrics["halley_history_size_bytes"]);
        Assert.Equal(1, metrics["halley_position_answered_total{halley_position_outcome=\"reset\"}"]);
        Assert.Equal(0, metrics["halley_position_answered_total{halley_position_outcome=\"exact\"}"]);
        Assert.Equal(1, metrics["halley_publish_duration_seconds_count"]);
        Assert.True(metrics["halley_reactor_turn_duration_seconds_count{halley_reactor=\"0\"}"] > 1);
        Assert.Equal(0, metrics["halley_redis_ready"]);
        Assert.True(metrics["process_memory_usage_bytes"] > 1 << 20);
        Assert.Contains("halley_connection_closed_total{halley_close_reason=\"too_slow\"}", metrics.Keys);
    }

    [Fact]
    public async Task The_dashboard_asks_for_nothing_that_there_is_not()
    {
        await using var server = new MeasuredServer();
        server.Start();
        using var subscriber = await server.DoSomethingAsync();
        var page = Encoding.UTF8.GetString(await server.Metrics.WriteAll());
        var known = PrometheusPage.Parse(page).Keys
            .SelectMany(series => LabelOrName().Matches(series).Select(match => match.Value))
            .Append("halley_worker")
            .ToHashSet();
        var dashboard = await File.ReadAllTextAsync(
            Path.Combine(HalleyCommand.Root(), "eng", "grafana-dashboard.json"),
            TestContext.Current.CancellationToken);

        using var json = System.Text.Json.JsonDocument.Parse(dashboard);
        var asked = LabelOrName().Matches(dashboard).Select(match => match.Value).Distinct().ToList();

        Assert.True(json.RootElement.GetProperty("panels").GetArrayLength() > 5);
        Assert.True(asked.Count > 10);
        Assert.Empty(asked.Except(known));
    }

    private static string KindOf(MetricKind kind) => kind switch
    {
        MetricKind.UpDownCounter => "up-down counter",
        _ => $"{kind}".ToLowerInvariant(),
    };

    private static List<(string Name, string Kind, string Unit, string Tags)> Documented()
    {
        var text = File.ReadAllText(Path.Combine(HalleyCommand.Root(), "docs", "metrics.md"));
        return [.. Item().Matches(text.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal))
            .Select(item => (
                item.Groups["name"].Value,
                item.Groups["kind"].Value,
                item.Groups["unit"].Value,
                item.Groups["tag"].Value))];
    }

    [GeneratedRegex(
        @"\* `(?<name>[a-z_.]+)` \((?<kind>[a-z -]+), (?:`(?<unit>[^`]+)`|no unit)(?:, by `(?<tag>[a-z_.]+)`)?\): ")]
    private static partial Regex Item();

    [GeneratedRegex("(?:halley|process|http)_[a-z0-9_]+")]
    private static partial Regex LabelOrName();
}
