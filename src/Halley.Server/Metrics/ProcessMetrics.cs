using Halley.Broker;
using Halley.Redis;
using Halley.Server.Tls;

namespace Halley.Server.Metrics;

/// <summary>The measurements of one process, and, in the main process, of its workers. Any thread.</summary>
internal sealed class ProcessMetrics : IDisposable
{
    // Before whoever scrapes gives up: a worker that stands still does not keep back what the others say.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly MetricReader _reader;

    /// <param name="engine">The engine; null while there is none yet.</param>
    /// <param name="redis">The broker, where it is Redis.</param>
    /// <param name="tls">The listeners with TLS, or null while there are none yet; null where there are none.</param>
    public ProcessMetrics(
        Hub hub, Func<Engine.Engine?> engine, RedisBroker? redis = null, Func<TlsHost?>? tls = null)
    {
        Meter = new HalleyMeter(hub, engine, redis, tls);
        _reader = new MetricReader(Meter);
        Broker = new MeasuredBroker(hub.Broker, Meter);
        hub.Answers(MetricAnswer.Question, _ => MetricAnswer.Write(_reader.Read()));
    }

    /// <summary>The instruments.</summary>
    public HalleyMeter Meter { get; }

    /// <summary>The hub's broker, measured: for the dialects.</summary>
    public IBroker Broker { get; }

    /// <summary>The workers, where there are some.</summary>
    public LinkedWorkersQuestion? Workers { get; set; }

    /// <summary>Everything, in Prometheus' text format.</summary>
    public async Task<byte[]> WriteAll() => PrometheusText.Write(await ReadAll().ConfigureAwait(false));

    /// <summary>Everything, of this process and its workers.</summary>
    public async Task<IReadOnlyList<MetricFamily>> ReadAll()
    {
        var answers = Workers is null ? [] : await Workers(MetricAnswer.Question, Patience).ConfigureAwait(false);
        var families = _reader.Read();
        foreach (var (worker, answer) in answers.OrderBy(answer => answer.Number))
        {
            MetricAnswer.AddTo(families, worker, answer);
        }

        return families;
    }

    public void Dispose()
    {
        _reader.Dispose();
        Meter.Dispose();
    }
}

/// <summary>Asks every worker.</summary>
/// <returns>The answers of those that had one in time.</returns>
internal delegate Task<IReadOnlyList<(int Number, byte[] Answer)>> LinkedWorkersQuestion(
    string question, TimeSpan patience);
