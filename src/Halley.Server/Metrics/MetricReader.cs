using System.Diagnostics.Metrics;

namespace Halley.Server.Metrics;

/// <summary>
/// Reads all instruments of a meter, as they are now. It listens to those that are observed, so that nothing is done
/// until it reads; of the histograms it reads the buckets. Any thread.
/// </summary>
internal sealed class MetricReader : IDisposable
{
    private readonly HalleyMeter _meter;
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly List<Instrument> _instruments = [];
    private Dictionary<string, MetricFamily> _reading = [];

    public MetricReader(HalleyMeter meter)
    {
        _meter = meter;
        _listener.InstrumentPublished = OnPublished;
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Every instrument, in the order of their names.</summary>
    public IReadOnlyList<MetricFamily> Read()
    {
        lock (_lock)
        {
            _reading = _instruments.Select(MetricFamily.Of).ToDictionary(family => family.Name);
            _listener.RecordObservableInstruments();
            foreach (var (instrument, tags, durations) in _meter.Histograms())
            {
                var buckets = new MetricBuckets(durations.Bounds, durations.Counts);
                _reading[instrument].Samples.Add(new MetricSample(tags, durations.Sum, buckets));
            }

            return [.. _reading.Values.OrderBy(family => family.Name, StringComparer.Ordinal)];
        }
    }

    public void Dispose() => _listener.Dispose();

    // Other meters of that name are other servers', in a process that has several.
    private void OnPublished(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter != _meter.Meter)
        {
            return;
        }

        _instruments.Add(instrument);
        if (instrument.IsObservable)
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }

    // Under the lock, by the thread that reads: nothing else is listened to.
    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var texts = new KeyValuePair<string, string>[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            texts[i] = new(tags[i].Key, $"{tags[i].Value}");
        }

        _reading[instrument.Name].Samples.Add(new MetricSample(texts, value));
    }
}
