using System.Net;
using System.Security.Cryptography;
using Halley.Access;
using Halley.Broker;
using Halley.Engine;
using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Http;
using Halley.Redis;
using Halley.Server.Backends;
using Halley.Server.Configuration;
using Halley.Server.Configuration.Listeners;
using Halley.Server.Logging;
using Halley.Server.Memory;
using Halley.Server.Workers;
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
    private readonly HttpBackend _backend;
    private readonly Engine.Engine _engine;
    private readonly int? _frontPlace;
    private readonly int? _adminPlace;
    private readonly int _ours;
    private readonly PortHold? _front;
    private readonly PortHold[] _others = [];
    private readonly WorkerPool? _workers;
    private readonly ILogger _logger;
    private readonly SpareMemory? _memory;
    private readonly RedisBroker? _redis;

    /// <exception cref="ConfigurationException">A host name to listen on is unknown.</exception>
    /// <exception cref="ListenException">An address cannot be listened on.</exception>
    /// <exception cref="IoUringException">io_uring was asked for, and there is none.</exception>
    /// <exception cref="WorkerException">The workers do not come up.</exception>
    public Node(HalleyOptions options, LogSink log, TimeProvider time)
    {
        var front = ListenAddress.PlaceUnlessOff(options.Front.Listen, options.Front.UnixMode);
        var admin = ListenAddress.PlaceUnlessOff(options.Admin.Listen, options.Admin.UnixMode);
        ListenersCheck.RequireSome(options, front, admin);
        _logger = log.For<Node>();
        var limits = options.Front.ToHubOptions(options.PushStream);
        _hub = new Hub(limits, time);
        _redis = options.Redis.IsUsed ? RedisOf(options.Redis.ToOptions(limits), log, time) : null;
        _redis?.Start().Wait();
        var broker = _hub.Broker;
        _backend = new HttpBackend(options.Backend.ToOptions());
        var tokens = TokensOf(options, _redis);
        var dialect = new ICometDialect(options.ToICometOptions(), limits, _hub, broker, tokens);
        var icometAdmin = new FormReader(dialect.Admin);
        var listeners = new List<ListenerOptions>();
        if (front is not null && options.Engine.Workers == 0)
        {
            _frontPlace = listeners.Count;
            listeners.Add(Ports.Front(options, front, dialect.Front));
        }

        if (admin is not null)
        {
            _adminPlace = listeners.Count;
            listeners.Add(Ports.Admin(options, admin, icometAdmin, _hub, ReasonsNotReady));
        }

        // Made also where workers listen there: what they count and tell is counted and told here.
        var own = Listeners.Compose(options, dialect.Front, icometAdmin, _hub, broker, _backend, time).ToList();
        _ours = listeners.Count;
        listeners.AddRange(options.Engine.Workers == 0 ? own : []);
        _engine = new Engine.Engine(
            options.Engine.ToOptions(Environment.ProcessorCount), listeners, time, log.For<Engine.Engine>());
        if (options.Engine.Workers > 0)
        {
            _front = front is null ? null : new PortHold((IPEndPoint)front);
            _others = [.. own.Select(listener => new PortHold((IPEndPoint)listener.EndPoint, listener.IsIPv6Only))];
            var setup = new WorkerSetup(
                tokens.Key.ToArray(),
                WorkerOptions.Write(options, _front?.EndPoint, _others.Select(hold => hold.EndPoint)));
            _workers = new WorkerPool(
                _engine,
                _hub,
                setup,
                options.ToLinkOptions(),
                TimeSpan.FromSeconds(options.Engine.WorkerPatience),
                time,
                log.For<Node>());
        }

        Start(options.Engine.Workers);
        _memory = new SpareMemory(
            () => _hub.HeldBytes + (_engine.ConnectionCount * SpareMemory.BytesPerConnection),
            new ManagedHeap(),
            time,
            _logger);
    }

    /// <summary>Where subscribers of iComet's protocol come; null for nowhere.</summary>
    public EndPoint? Front => _front?.EndPoint ?? (_frontPlace is { } place ? _engine.EndPoints[place] : null);

    /// <summary>Where its publishers and operators come; null for nowhere.</summary>
    public EndPoint? Admin => _adminPlace is { } place ? _engine.EndPoints[place] : null;

    /// <summary>Where the operator's own listeners are.</summary>
    public IReadOnlyList<EndPoint> Others =>
        _workers is null ? [.. _engine.EndPoints.Skip(_ours)] : [.. _others.Select(hold => hold.EndPoint)];

    /// <summary>Closes every connection; returns when nothing runs any more.</summary>
    public void Dispose()
    {
        _memory?.Dispose();
        _workers?.BeginToEnd();
        _engine.Dispose();
        _workers?.Dispose();
        _front?.Dispose();
        Array.ForEach(_others, hold => hold.Dispose());
        _backend.Dispose();
        _redis?.DisposeAsync().AsTask().Wait();
        _hub.Dispose();
    }

    private IReadOnlyList<string> ReasonsNotReady() => _redis is { IsReady: false }
        ? ["Redis cannot be reached, or does not pass on what is published (redis.url)."]
        : [];

    private RedisBroker RedisOf(RedisOptions options, LogSink log, TimeProvider time)
    {
        var ours = options with { Version = Product.Version, Connections = () => _engine?.ConnectionCount ?? 0 };
        return new RedisBroker(_hub, ours, time, log.For<RedisBroker>());
    }

    // Over Redis subscribers come to any node, with the token that another one gave out.
    private static TokenAuthority TokensOf(HalleyOptions options, RedisBroker? redis)
    {
        if (redis is null || !options.IComet.RequireToken)
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
                $"front.auth is token, whose key lies in Redis (redis.url): {gone.Message}");
        }
    }

    private void Start(int workers)
    {
        try
        {
            _engine.Start();
            _workers?.Start(workers);
        }
        catch
        {
            Dispose();
            throw;
        }
    }
}
