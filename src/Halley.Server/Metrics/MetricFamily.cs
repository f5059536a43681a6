using System.Diagnostics.Metrics;

namespace Halley.Server.Metrics;

/// <summary>The kind of an instrument.</summary>
internal enum MetricKind
{
    Counter,
    UpDownCounter,
    Gauge,
    Histogram,
}

/// <summary>An instrument, and what it says now.</summary>
/// <param name="Unit">As OpenTelemetry has it; empty for none.</param>
internal sealed record MetricFamily(string Name, MetricKind Kind, string Unit, string Description)
{
    public List<MetricSample> Samples { get; } = [];

    /// <summary>Of an instrument, without samples.</summary>
    public static MetricFamily Of(Instrument instrument) =>
        new(instrument.Name, KindOf(instrument), instrument.Unit ?? "", instrument.Description ?? "");

    private static MetricKind KindOf(Instrument instrument) => instrument switch
    {
        ObservableCounter<long> => MetricKind.Counter,
        ObservableUpDownCounter<long> => MetricKind.UpDownCounter,
        ObservableGauge<long> or ObservableGauge<double> => MetricKind.Gauge,
        Histogram<double> => MetricKind.Histogram,
        _ => throw new NotSupportedException($"{instrument.Name} is of a kind that is not written"),
    };
}

/// <summary>A value, or the buckets of a histogram.</summary>
/// <param name="Value">The sum of all durations, of a histogram.</param>
internal sealed record MetricSample(KeyValuePair<string, string>[] Tags, double Value, MetricBuckets? Buckets = null);

/// <param name="Bounds">Upper bounds.</param>
/// <param name="Counts">One more than bounds; each counts its own bucket alone.</param>
internal sealed record MetricBuckets(IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts);
