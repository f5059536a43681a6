using System.Text;
using Halley.Server.Metrics;
using Halley.Testing;

namespace Halley.Server.Tests.Metrics;

/// <summary>Prometheus' text format, whatever is in names and values.</summary>
public sealed class PrometheusTextTests
{
    [Fact]
    public void A_label_may_have_any_text()
    {
        var family = new MetricFamily("halley.a", MetricKind.Counter, "{thing}", "Back\\slash,\nand \"quotes\".");
        family.Samples.Add(new MetricSample([new("halley.b", "a\\b\"c\nd}ü,=")], 3));

        Assert.Equal(
            "# HELP halley_a_total Back\\\\slash,\\nand \"quotes\".\n# TYPE halley_a_total counter\n"
                + "halley_a_total{halley_b=\"a\\\\b\\\"c\\nd}ü,=\"} 3\n",
            Written(family));
        Assert.Single(PrometheusPage.Parse(Written(family)));
    }

    [Fact]
    public void Buckets_count_what_lies_below_them()
    {
        var family = new MetricFamily("halley.time", MetricKind.Histogram, "s", "Time.");
        family.Samples.Add(
            new MetricSample([new("halley.b", "1")], 7.5, new MetricBuckets([0.00001, 1], [2, 0, 1])));

        var values = PrometheusPage.Parse(Written(family));

        Assert.Equal(
            [2, 2, 3, 7.5, 3],
            values.Where(value => value.Key.StartsWith("halley_time_seconds_", StringComparison.Ordinal))
                .Select(value => value.Value));
    }

    [Fact]
    public void What_has_no_samples_is_left_out() =>
        Assert.Equal("", Written(new MetricFamily("halley.a", MetricKind.Gauge, "By", "A.")));

    [Fact]
    public void What_a_worker_answers_stands_beside_our_own_with_its_number()
    {
        var workers = Families(5, [1, 2, 3]);
        var ours = Families(4, [0, 1, 0]);
        MetricAnswer.AddTo(ours, 7, MetricAnswer.Write(workers));

        var values = PrometheusPage.Parse(Encoding.UTF8.GetString(PrometheusText.Write(ours)));

        Assert.Equal(4, values["halley_a_total{halley_b=\"x\"}"]);
        Assert.Equal(5, values["halley_a_total{halley_b=\"x\",halley_worker=\"7\"}"]);
        Assert.Equal(1, values["halley_time_seconds_count"]);
        Assert.Equal(6, values["halley_time_seconds_count{halley_worker=\"7\"}"]);
        Assert.Equal(3, values["halley_time_seconds_bucket{halley_worker=\"7\",le=\"0.5\"}"]);
    }

    private static MetricFamily[] Families(double value, long[] counts)
    {
        var counter = new MetricFamily("halley.a", MetricKind.Counter, "", "A.");
        counter.Samples.Add(new MetricSample([new("halley.b", "x")], value));
        var histogram = new MetricFamily("halley.time", MetricKind.Histogram, "s", "Time.");
        histogram.Samples.Add(new MetricSample([], 1.25, new MetricBuckets([0.25, 0.5], counts)));
        return [counter, histogram];
    }

    private static string Written(MetricFamily family) => Encoding.UTF8.GetString(PrometheusText.Write([family]));
}
