using System.Net;
using System.Security.Cryptography;
using Halley.Access;
using Halley.Broker;
using Halley.Engine;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Api;
using Halley.Protocol.Explaining;
using Halley.Redis;
using Halley.Server.Configuration;
using Halley.Server.Configuration.Listeners;
using Halley.Server.Logging;
using Halley.Server.Memory;
using Halley.Server.Metrics;
using Halley.Server.Status;
using Halley.Server.Tls;
using Halley.Server.Webhooks;
using Halley.Server.Workers;
using Halley.Sqlite;
using Halley.Workers;
using Microsoft.Extensions.Logging;

namespace Halley.Server;

/// <summary>
/// One serving process put together: a hub, the dialects, and an engine that listens for all ports. With workers, these
/// listen where subscribers come and at the operator's own listeners; this process has the channels and the port of
/// iComet's publishers.
/// </summary>
internal sealed class Node : IDisposable
{
    private readonly Hub _hub;
    private readonly Serving _serving;
    private readonly Engine.Engine _engine;
    private readonly EndPoint? _frontAt;
    private readonly EndPoint? _adminAt;
    private readonly int _workerCount;
    private readonly Func<Task<Reloaded>> _reload;
    private readonly bool _isFrontTls;
    private readonly bool[] _areTls;
    private readonly TlsHost? _tls;
    private readonly PortHold? _front;
    private readonly PortHold[] _others = [];
    private readonly WorkerPool? _workers;
    private readonly ILogger _logger;
    private readonly SpareMemory? _memory;
    private readonly ProcessMetrics _metrics;
    private readonly IDisposable? _export;
    private readonly RedisBroker? _redis;
    private readonly SqliteBroker? _storage;
    private readonly StatusFeed _status;
    private readonly WebhookTeller? _webhooks;
    private volatile bool _isDraining;

    /// <param name="reload">Has the configuration read again, for who asks over the HTTP API.</param>
    /// <param name="handed">Sockets that listen already; null for none.</param>
    /// <exception cref="ConfigurationException">
    /// A host name to listen on is unknown, or the storage or a certificate cannot be used.
    /// </exception>
    /// <exception cref="ListenException">An address cannot be listened on.</exception>
    /// <exception cref="IoUringException">io_uring was asked for, and there is none.</exception>
    /// <exception cref="WorkerException">The workers do not come up.</exception>
    public Node(
        HalleyOptions options,
        LogSink log,
        TimeProvider time,
        Func<Task<Reloaded>> reload,
        HandedSockets? handed = null)
    {
        _frontAt = ListenAddress.PlaceUnlessOff(options.Front.Listen, options.Front.UnixMode);
        _adminAt = ListenAddress.PlaceUnlessOff(options.Admin.Listen, options.Admin.UnixMode);
        ListenersCheck.RequireSome(options, _frontAt, _adminAt);
        _workerCount = options.Engine.Workers;
        _isFrontTls = _frontAt is not null && options.Front.Tls.IsUsed;
        _areTls = [.. options.GetListeners().Select(listener => listener.Tls.IsUsed)];
        _reload = reload;
        _logger = log.For<Node>();
        var limits = options.ToHubOptions();
        _hub = new Hub(limits, time);
        var told = WebhookTeller.RulesOf(options, time);
        _redis = options.Redis.IsUsed ? RedisOf(options.Redis.ToOptions(limits), told, log, time) : null;
        _redis?.Start().Wait();
        _storage = options.Storage.IsUsed ? StorageOf(options, limits, told, log, time) : null;
        _webhooks = WebhookTeller.Begin(options, told, _hub, _redis, _storage, time, _logger);
        _metrics = new ProcessMetrics(_hub, () => _engine, _redis, options.HasTls ? () => _tls : null);
        _metrics.Meter.CreateOfWebhooks(_webhooks);
        _export = OtlpExport.Begin(options.Otlp, _logger);
        var tokens = TokensOf(options, _redis, _storage);
        ConfigurationAnswer.AnswerFor(_hub, Name, options);
        _status = new StatusFeed(
            _metrics, () => _engine!.Incidents, _workerCount, _redis, ReasonsNotReady, time, _logger);
        _serving = new Serving(options, _hub, _metrics, tokens, time, _logger);
        var served = _serving.Compose(options);
        _tls = options.HasTls
            ? new TlsHost(options, served.WithTls(_frontAt), handed, time, log.For<TlsHost>())
            : null;
        var listeners = ListenersOf(served);
        _engine = new Engine.Engine(EngineOptionsOf(options), listeners, time, log.For<Engine.Engine>());
        _tls?.TellOperators(_engine.Refusals, _engine.Incidents);
        IConnectedClients clients = _tls is null ? _engine.Clients : new ClientsOfHosts(_engine.Clients, _tls.Clients);
        ConnectionSurvey.AnswerFor(clients, _hub);
        ExplainSurvey.AnswerFor(clients, _hub);
        NodeSurvey.AnswerForNode(_hub, Name, Product.Version, time);
        TellSockets(handed, [.. listeners.Select(listener => listener.EndPoint)]);
        if (_workerCount > 0)
        {
            _front = _frontAt is null || _isFrontTls ? null : new PortHold((IPEndPoint)_frontAt);
            _others =
            [
                .. served.WithoutTls.Select(
                    listener => new PortHold((IPEndPoint)listener.EndPoint, listener.IsIPv6Only)),
            ];
            _workers = new WorkerPool(
                _engine,
                _hub,
                new WorkerSetup(tokens.Key.ToArray(), WriteForWorkers(options)),
                options.ToLinkOptions(),
                TimeSpan.FromSeconds(options.Engine.WorkerPatience),
                time,
                log.For<Node>());
            _metrics.Workers = _workers.AskEach;
        }

        Start(options.Engine.Workers, handed);
        _memory = new SpareMemory(
            () => _hub.HeldBytes + (_engine.ConnectionCount * SpareMemory.BytesPerConnection),
            new ManagedHeap(),
            time,
            _logger);
    }

    /// <summary>The address for subscribers of iComet's protocol; null for none.</summary>
    public EndPoint? Front => _isFrontTls
        ? _tls!.EndPoints[0]
        : _front?.EndPoint ?? (_frontAt is null ? null : _engine.EndPoints[0]);

    /// <summary>The address for its publishers and operators; null for none.</summary>
    public EndPoint? Admin => _adminAt is null ? null : _engine.EndPoints[ListensForFront ? 1 : 0];

    /// <summary>The addresses of the operator's own listeners.</summary>
    public IReadOnlyList<EndPoint> Others
    {
        get
        {
            var plain = new Queue<EndPoint>(_workers is not null
                ? _others.Select(hold => hold.EndPoint)
                : _engine.EndPoints.Skip((ListensForFront ? 1 : 0) + (_adminAt is null ? 0 : 1)));
            var tls = new Queue<EndPoint>(_tls?.EndPoints.Skip(_isFrontTls ? 1 : 0) ?? []);
            return [.. _areTls.Select(isTls => isTls ? tls.Dequeue() : plain.Dequeue())];
        }
    }

    /// <summary>The number of subscriptions, on all channels, of workers too.</summary>
    public int SubscriberCount => _hub.SubscriberCount;

    /// <summary>The threads of this process that serve.</summary>
    public IReadOnlyList<IDispatcher> Dispatchers => _engine.Dispatchers;

    /// <inheritdoc cref="Engine.Engine.HandOver"/>
    public bool HandOver(int socket) => _engine.HandOver(socket, _tls?.Descriptors ?? []);

    /// <summary>Whether no connection of this process has anything under way, of those that were drained.</summary>
    public bool IsDrained => _engine.IsDrained && _tls is null or { RequestCount: 0 };

    /// <summary>
    /// Begins to end all connections, those of workers too; see <see cref="Engine.Engine.Drain"/>. Completes when
    /// nothing is under way.
    /// </summary>
    public Task Drain(TimeSpan within)
    {
        _isDraining = true;
        return Task.WhenAll(
            _engine.Drain(within),
            _workers?.Drain(within) ?? Task.CompletedTask,
            _tls?.Drain(within) ?? Task.CompletedTask);
    }

    /// <summary>
    /// Takes over what other options say, but for what is fixed: every process of this server, or none. What is held
    /// stays as it is held.
    /// </summary>
    /// <exception cref="ConfigurationException">A file that they name cannot be used; nothing has changed.</exception>
    /// <exception cref="WorkerException">A worker cannot take it over; nothing has changed.</exception>
    public async Task Change(HalleyOptions options)
    {
        var served = _serving.Compose(options);
        if (_workers is not null)
        {
            await _workers.Change(WriteForWorkers(options), options.ToLinkOptions());
        }

        _serving.TakeOver(served);
        ConfigurationAnswer.AnswerFor(_hub, Name, options);
        _storage?.Change(served.Limits);
        _tls?.Change(served.WithTls(_frontAt));
        await _engine.Change(EngineOptionsOf(options), ListenersOf(served));
    }

    /// <summary>Closes every connection; returns when nothing runs any more.</summary>
    public void Dispose()
    {
        _memory?.Dispose();
        _status.Dispose();
        _export?.Dispose();
        _workers?.BeginToEnd();
        _tls?.Dispose();
        _engine.Dispose();
        _workers?.Dispose();
        _serving.Dispose();
        _front?.Dispose();
        Array.ForEach(_others, hold => hold.Dispose());
        _webhooks?.Dispose();
        _redis?.DisposeAsync().AsTask().Wait();
        _storage?.Dispose();
        _metrics.Dispose();
        _hub.Dispose();
    }

    // Those that nobody takes are closed before workers hold the same ports.
    private void TellSockets(HandedSockets? handed, IReadOnlyCollection<EndPoint> wanted)
    {
        if (handed?.CloseAllBut(wanted) is { Count: > 0 } closed)
        {
            _logger.SocketsClosed(string.Join(", ", closed));
        }

        if (handed?.EndPoints is { Count: > 0 } taken)
        {
            _logger.SocketsTaken(string.Join(", ", taken));
        }
    }

    private string Name => _redis?.Node ?? Environment.MachineName;

    private bool ListensForFront => _frontAt is not null && _workerCount == 0 && !_isFrontTls;

    private EngineOptions EngineOptionsOf(HalleyOptions options)
    {
        var engine = options.ToEngineOptions(Environment.ProcessorCount, _metrics.Meter.TurnDuration);
        engine.OthersDescriptors = _tls is null ? 0 : TlsHost.MaxConnectionsOf(options);
        return engine;
    }

    private byte[] WriteForWorkers(HalleyOptions options) =>
        WorkerOptions.Write(options, _front?.EndPoint, _others.Select(hold => hold.EndPoint));

    // Of this process: workers have those where subscribers come.
    private List<ListenerOptions> ListenersOf(Served served)
    {
        var listeners = new List<ListenerOptions>();
        if (ListensForFront)
        {
            listeners.Add(Ports.Front(served.Options, _frontAt!, served.Front, served.Requests));
        }

        if (_adminAt is not null)
        {
            listeners.Add(
                Ports.Admin(
                    served.Options, _adminAt, served.Admin, _hub, _metrics, _status, ReasonsNotReady, _reload));
        }

        listeners.AddRange(_workerCount == 0 ? served.WithoutTls : []);
        listeners.AddRange(_tls?.Redirects ?? []);
        return listeners;
    }

    private IReadOnlyList<string> ReasonsNotReady() => _isDraining
        ? ["The server is to end: it takes no new subscribers, and tells the others to come back (drain.within)."]
        : _redis is { IsReady: false }
        ? ["Redis cannot be reached, or does not pass on what is published (redis.url)."]
        : _storage?.Error is { } error ? [error]
        : [];

    private SqliteBroker StorageOf(
        HalleyOptions options, HubOptions limits, WebhookRules? told, LogSink log, TimeProvider time)
    {
        var storage = options.Storage.ToOptions(limits) with
        {
            TellOf = told is null ? null : told.OfPublication,
            OutboxLimits = WebhookTeller.Limits,
        };
        try
        {
            return new SqliteBroker(_hub, storage, time, log.For<SqliteBroker>());
        }
        catch (StorageException unusable)
        {
            throw new ConfigurationException(unusable.Message);
        }
    }

    private RedisBroker RedisOf(RedisOptions options, WebhookRules? told, LogSink log, TimeProvider time)
    {
        var ours = options with
        {
            Version = Product.Version,
            Connections = () => _engine?.ConnectionCount ?? 0,
            TellOf = told is null ? null : told.OfPublication,
            OutboxLimits = WebhookTeller.Limits,
        };
        return new RedisBroker(_hub, ours, time, log.For<RedisBroker>());
    }

    // Over Redis subscribers come to any node, with the token that another one gave out; and where channels outlive the
    // process, its tokens do.
    private static TokenAuthority TokensOf(HalleyOptions options, RedisBroker? redis, SqliteBroker? storage)
    {
        if (storage is not null)
        {
            return new TokenAuthority(storage.Secret);
        }

        if (redis is null || !options.RequiresToken)
        {
            return new TokenAuthority();
        }

        try
        {
            var proposed = RandomNumberGenerator.GetBytes(TokenAuthority.KeyLength);
            return new TokenAuthority(redis.ShareKey(proposed).GetAwaiter().GetResult());
        }
        catch (BrokerException gone)
        {
            throw new ConfigurationException(
                $"auth says token, whose key lies in Redis (redis.url): {gone.Message}");
        }
    }

    private void Start(int workers, HandedSockets? handed)
    {
        try
        {
            _engine.Start(handed);
            _workers?.Start(workers);
            _tls?.Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }
}
