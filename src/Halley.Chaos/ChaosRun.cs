using System.Diagnostics;
using Halley.Chaos.Clients;
using Halley.Chaos.Ledgers;
using Halley.Chaos.Servers;
using Halley.Chaos.Wire;

namespace Halley.Chaos;

/// <summary>
/// One server, its publishers at full speed, subscribers by all its transports through proxies of ours, and one fault
/// after another. At the end everything works, and everybody is given time to hear what is owed to them.
/// </summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    // Between two faults: a server that is never well is not tested.
    private const int ShortestRest = 100;
    private const int LongestRest = 1200;

    private readonly Subject _subject;
    private readonly ChaosSettings _settings;
    private readonly Action<string> _progress;
    private readonly Random _dice;
    private readonly Ledger _ledger = new();
    private readonly Dictionary<string, List<FaultyProxy>> _proxies = [];
    private readonly List<Subscriber> _subscribers = [];
    private readonly List<IPublisher> _publishers = [];
    private readonly SortedDictionary<FaultKind, int> _faults = [];
    private readonly SocketsHttpHandler _handler = new()
    {
        UseProxy = false,
        MaxConnectionsPerServer = int.MaxValue,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    };

    /// <param name="progress">Told in a few words how far it is.</param>
    public ChaosRun(Subject subject, ChaosSettings settings, Action<string> progress)
    {
        _subject = subject;
        _settings = settings;
        _progress = progress;
        _dice = new Random(settings.Seed);
    }

    /// <exception cref="ChaosException">The server cannot be started, or does not end when asked to.</exception>
    public async Task<ChaosReport> RunAsync(CancellationToken cancelled)
    {
        var started = Stopwatch.GetTimestamp();
        await _subject.StartAsync().ConfigureAwait(false);
        OpenProxies();
        using var over = new CancellationTokenSource();
        using var ended = new CancellationTokenSource();
        using var http = new HttpMessageInvoker(_handler, disposeHandler: false);
        List<Task> listening = [.. Subscribers(http).Select(subscriber => subscriber.RunAsync(over.Token))];
        List<Task> publishing = [.. Publishers(http, ended.Token)];
        try
        {
            while (!IsEnough(started) && !cancelled.IsCancellationRequested)
            {
                await InflictAsync().ConfigureAwait(false);
                _progress($"{_faults.Values.Sum()} faults, {_ledger.Totals.Delivered} delivered");
                await Task.Delay(_dice.Next(ShortestRest, LongestRest), CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(publishing).ConfigureAwait(false);
            _progress("hearing what is owed");
            await _ledger.UntilHeardAsync(_settings.Patience).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(listening).ConfigureAwait(false);
        }

        _ledger.Close();
        return new ChaosReport(
            _subject.Name,
            _settings,
            Stopwatch.GetElapsedTime(started),
            _ledger.Totals,
            _faults,
            _ledger.Breaches,
            _subscribers.Find(static subscriber => subscriber.Refusal is not null)?.Refusal);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies.Values.SelectMany(static proxies => proxies))
        {
            await proxy.DisposeAsync().ConfigureAwait(false);
        }

        _publishers.ForEach(static publisher => publisher.Dispose());
        _handler.Dispose();
        await _subject.DisposeAsync().ConfigureAwait(false);
    }

    private bool IsEnough(long started)
    {
        var (seconds, faults, deliveries) = (_settings.Seconds, _settings.Faults, _settings.Deliveries);
        return (seconds is null || Stopwatch.GetElapsedTime(started) >= seconds)
            && (faults is null || _faults.Values.Sum() >= faults)
            && (deliveries is null || _ledger.Totals.Delivered >= deliveries);
    }

    private void OpenProxies()
    {
        foreach (var listener in _subject.Transports.Select(static transport => transport.Listener).Distinct())
        {
            _proxies[listener] = [.. _subject.Addresses(listener).Select(static to => new FaultyProxy(to))];
        }
    }

    // Each channel is heard by every transport, as far as there are subscribers.
    private List<Subscriber> Subscribers(HttpMessageInvoker http)
    {
        var transports = _subject.Transports;
        for (var i = 0; i < _settings.Subscribers; i++)
        {
            var transport = transports[(i + (i / _settings.Channels)) % transports.Count];
            var proxies = _proxies[transport.Listener];
            var next = i;
            _subscribers.Add(transport.Open(
                http,
                _ledger.HearingOf(ChannelNames()[i % _settings.Channels], $"{transport.Name} {i}"),
                () => proxies[Interlocked.Increment(ref next) % proxies.Count].Address,
                _settings.Silence));
        }

        return _subscribers;
    }

    private IEnumerable<Task> Publishers(HttpMessageInvoker http, CancellationToken ended)
    {
        for (var i = 0; i < _settings.Publishers; i++)
        {
            var kind = _subject.Publishers[i % _subject.Publishers.Count];
            var publisher = kind.Open(http, _subject.Addresses(kind.Listener), i);
            _publishers.Add(publisher);
            yield return Publishing.RunAsync(
                _ledger, ChannelNames(), new Random(_dice.Next()), publisher.PublishAsync, ended);
        }
    }

    // Names of this run: a server that runs already may have others.
    private string[] ChannelNames() =>
        [.. Enumerable.Range(0, _settings.Channels).Select(number => $"chaos{_settings.Seed}x{number}")];

    private async Task InflictAsync()
    {
        IReadOnlyList<FaultKind> all = [.. _subject.Faults, .. FaultKinds.OfWire];
        FaultKind[] possible = [.. all.Where(kind => _settings.Only?.Contains(kind) ?? true)];
        if (possible.Length == 0)
        {
            throw new ChaosException(
                $"--only has nothing that {_subject.Name} can have: {string.Join(", ", all.Select(FaultKinds.Word))}");
        }

        var fault = possible[_dice.Next(possible.Length)];
        _faults[fault] = _faults.GetValueOrDefault(fault) + 1;
        if (FaultKinds.OfWire.Contains(fault))
        {
            foreach (var proxy in _proxies.Values.SelectMany(static proxies => proxies))
            {
                proxy.Inflict(fault, _dice);
            }
        }
        else
        {
            await _subject.InflictAsync(fault, _dice).ConfigureAwait(false);
        }
    }
}
