using System.Diagnostics;
using System.Diagnostics.Metrics;
using Halley.Channels;
using Halley.Engine;
using Halley.Protocol.Clients;
using Halley.Protocol.Transports;
using Halley.Redis;
using Halley.Server.Tls;
using Halley.Server.Webhooks;

namespace Halley.Server.Metrics;

/// <summary>
/// Everything that this process reports to operators: names and units by OpenTelemetry's conventions. Nearly all of it
/// is counted anyway, and only looked at when somebody asks; docs/metrics.md repeats this list, and a test compares the
/// two.
/// </summary>
internal sealed class HalleyMeter : IDisposable
{
    public const string Name = "Halley";

    public const string ListenerTag = "halley.listener";
    public const string ReasonTag = "halley.close_reason";
    public const string TransportTag = "halley.transport";
    public const string OutcomeTag = "halley.position.outcome";
    public const string WebhookTag = "halley.webhook";
    public const string StatusTag = "http.response.status_code";

    // From what memory takes to what a client gives up on.
    private static readonly double[] PublishBounds =
        [0.00001, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    private readonly Func<Engine.Engine?> _engine;
    private readonly Func<TlsHost?>? _tls;
    private readonly Histogram<double> _publishDuration;

    /// <param name="engine">The engine; null while there is none yet.</param>
    /// <param name="redis">The broker, where it is Redis.</param>
    /// <param name="tls">The listeners with TLS; null where there are none.</param>
    public HalleyMeter(Hub hub, Func<Engine.Engine?> engine, RedisBroker? redis, Func<TlsHost?>? tls)
    {
        (_engine, _tls) = (engine, tls);
        Meter.CreateObservableUpDownCounter(
            "halley.connection.count", Connections, "{connection}", "Connections that are open.");
        Meter.CreateObservableUpDownCounter(
            "halley.answer.count",
            Answers,
            "{answer}",
            "Answers that are held for subscribers, and for operators who follow something, by transport.");
        Meter.CreateObservableCounter(
            "halley.connection.closed", Closed, "{connection}", "Connections that have ended, by reason.");
        Meter.CreateObservableCounter(
            "halley.connection.refused",
            () => Sum(counts => counts.TurnedAway) + (tls?.Invoke()?.TurnedAway ?? 0),
            "{connection}",
            "Connections turned away because their address had as many as it may.");
        Meter.CreateObservableCounter(
            "halley.request.refused", Refused, "{request}", "Requests answered with a status of 400 or more.");
        Meter.CreateObservableCounter(
            "halley.message.delivered",
            () => (engine()?.ReactorStates ?? []).Sum(reactor => reactor.Delivered) + (tls?.Invoke()?.Delivered ?? 0),
            "{message}",
            "Messages written to subscribers as they were published, one for each subscriber.");
        Meter.CreateObservableCounter(
            "halley.position.answered",
            () => Positions(hub),
            "{answer}",
            "Subscribers that came back with a place, by what they were told.");
        _publishDuration = Meter.CreateHistogram(
            "halley.publish.duration",
            "s",
            "Time until a publish was acknowledged.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = PublishBounds });
        Meter.CreateObservableUpDownCounter(
            "halley.publisher.waiting",
            () => (long)hub.WaitingPublishers,
            "{publisher}",
            "Publishers that are not answered before what they published is told, since they outrun it.");
        TurnDuration = Meter.CreateHistogram<double>(
            "halley.reactor.turn.duration", "s", "Time of a reactor's turns, without what it waited before them.");
        Meter.CreateObservableUpDownCounter(
            "process.memory.usage", () => Environment.WorkingSet, "By", "Physical memory that the process uses.");
        if (!hub.IsWorker)
        {
            CreateOfNode(hub);
        }

        if (redis is not null)
        {
            CreateOfRedis(redis);
        }

        if (tls is not null)
        {
            CreateOfTls(tls);
        }
    }

    public Meter Meter { get; } = new(Name, Product.Version);

    /// <summary>The time of every turn is told to it, as long as somebody listens.</summary>
    public Histogram<double> TurnDuration { get; }

    /// <summary>The time of every publish.</summary>
    public DurationHistogram Publishes { get; } = new(PublishBounds);

    /// <summary>Counts a publish that was acknowledged. Any thread.</summary>
    /// <param name="began">A timestamp of <see cref="Stopwatch"/>.</param>
    public void Published(long began)
    {
        var elapsed = Stopwatch.GetTimestamp() - began;
        Publishes.Record(elapsed);
        if (_publishDuration.Enabled)
        {
            _publishDuration.Record((double)elapsed / Stopwatch.Frequency);
        }
    }

    /// <summary>The durations behind the histograms, counted whether or not somebody listens.</summary>
    public IEnumerable<(string Instrument, KeyValuePair<string, string>[] Tags, DurationHistogram Durations)>
        Histograms()
    {
        yield return (_publishDuration.Name, [], Publishes);
        foreach (var reactor in _engine()?.ReactorStates ?? [])
        {
            var tag = new KeyValuePair<string, string>(EngineOptions.ReactorTag, $"{reactor.Number}");
            yield return (TurnDuration.Name, [tag], reactor.Counts.Turns);
        }
    }

    public void Dispose() => Meter.Dispose();

    // Of channels, of which a worker has but copies.
    private void CreateOfNode(Hub hub)
    {
        Meter.CreateObservableUpDownCounter(
            "halley.subscription.count", () => (long)hub.SubscriberCount, "{subscription}", "Subscriptions.");
        Meter.CreateObservableUpDownCounter(
            "halley.channel.count", () => (long)hub.ChannelCount, "{channel}", "Channels.");
        Meter.CreateObservableCounter(
            "halley.message.published", () => hub.PublishedCount, "{message}", "Messages published here.");
        Meter.CreateObservableUpDownCounter(
            "halley.history.count", () => hub.StoredCount, "{message}", "Messages that channels keep.");
        Meter.CreateObservableUpDownCounter(
            "halley.history.size", () => hub.StoredBytes, "By", "Payload of the messages that channels keep.");
    }

    /// <summary>Creates what is told of webhooks; once.</summary>
    /// <param name="webhooks">Null where there are none, and nothing is told.</param>
    public void CreateOfWebhooks(WebhookTeller? webhooks)
    {
        if (webhooks is null)
        {
            return;
        }

        Meter.CreateObservableCounter(
            "halley.webhook.event.delivered",
            () => Each(counts => counts.Delivered),
            "{event}",
            "Events that a webhook has acknowledged.");
        Meter.CreateObservableCounter(
            "halley.webhook.event.lost",
            () => Each(counts => counts.Lost),
            "{event}",
            "Events that found a webhook's queue full, or were given up.");
        Meter.CreateObservableCounter(
            "halley.webhook.request.failed",
            () => Each(counts => counts.Failed),
            "{request}",
            "Requests that a webhook has not answered as it should.");
        Meter.CreateObservableUpDownCounter(
            "halley.webhook.queue.count",
            () => Each(counts => counts.Waiting),
            "{event}",
            "Events that wait for a webhook.");

        IEnumerable<Measurement<long>> Each(Func<WebhookCounts, long?> count) => webhooks.Receivers
            .Select(receiver => (receiver.Name, Count: count(receiver.Counts)))
            .Where(receiver => receiver.Count is not null)
            .Select(receiver => new Measurement<long>(receiver.Count!.Value, Tag(WebhookTag, receiver.Name)));
    }

    private void CreateOfRedis(RedisBroker redis)
    {
        Meter.CreateObservableGauge(
            "halley.redis.ready",
            () => redis.IsReady ? 1L : 0,
            unit: null,
            "1 where Redis can be asked and passes on what is published, else 0.");
        Meter.CreateObservableGauge(
            "halley.redis.round_trip.duration",
            () => redis.RoundTrip is { } time ? [new(time.TotalSeconds)] : Array.Empty<Measurement<double>>(),
            "s",
            "Time that the last message to itself took through Redis.");
    }

    private void CreateOfTls(Func<TlsHost?> tls)
    {
        Meter.CreateObservableUpDownCounter(
            "halley.tls.request.count",
            () => (long)(tls()?.RequestCount ?? 0),
            "{request}",
            "Requests that are answered or held on listeners with TLS.");
        Meter.CreateObservableGauge(
            "halley.tls.certificate.life",
            () => tls() is { } host
                ? [new(host.CertificateLife.TotalSeconds)]
                : Array.Empty<Measurement<double>>(),
            "s",
            "Time until the first certificate ends.");
    }

    /// <summary>The number of answers that are held now; over TLS, those that are answered, too.</summary>
    public long HeldCount => Enum.GetValues<TransportKind>().Sum(Held) + (_tls?.Invoke()?.RequestCount ?? 0);

    private IEnumerable<Measurement<long>> Connections() => (_engine()?.ConnectionCounts ?? [])
        .Concat(_tls?.Invoke()?.ConnectionCounts ?? [])
        .Select(listener => new Measurement<long>(listener.Count, Tag(ListenerTag, $"{listener.EndPoint}")));

    private IEnumerable<Measurement<long>> Answers() => Enum.GetValues<TransportKind>()
        .Select(transport => new Measurement<long>(
            Held(transport),
            Tag(TransportTag, ConnectedClient.NameOf(transport))));

    private long Held(TransportKind transport) =>
        (_engine()?.ReactorStates ?? []).Sum(reactor => reactor.HeldCount(transport))
            + (_tls?.Invoke()?.HeldCount(transport) ?? 0);

    private IEnumerable<Measurement<long>> Closed() => Enum.GetValues<CloseReason>()
        .Select(reason => new Measurement<long>(
            Sum(counts => counts.ClosedFor(reason)), Tag(ReasonTag, SnakeCase.Of($"{reason}"))));

    private IEnumerable<Measurement<long>> Refused() => (_engine()?.ReactorStates ?? [])
        .SelectMany(reactor => reactor.Counts.Refused())
        .Concat(_tls?.Invoke()?.Refused() ?? [])
        .GroupBy(refused => refused.Status, refused => refused.Count)
        .Select(status => new Measurement<long>(status.Sum(), Tag(StatusTag, $"{status.Key}")));

    private static IEnumerable<Measurement<long>> Positions(Hub hub) => Enum.GetValues<PositionNoticeKind>()
        .Select(outcome => new Measurement<long>(
            hub.PositionCount(outcome), Tag(OutcomeTag, SnakeCase.Of($"{outcome}"))));

    private long Sum(Func<ReactorCounts, long> count) =>
        (_engine()?.ReactorStates ?? []).Sum(reactor => count(reactor.Counts));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
