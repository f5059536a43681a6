using System.Net;
using System.Security.Cryptography;
using Halley.Access;
using Halley.Broker;
using Halley.Engine;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Http;
using Halley.Protocol.Links;
using Halley.Redis;
using Halley.Server.Backends;
using Halley.Server.Configuration;
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
        DemandListener(options, front, admin);
        _logger = log.For<Node>();
        var limits = HubOptionsOf(options.Front, options.PushStream);
        _hub = new Hub(limits, time);
        _redis = options.Redis.IsUsed
            ? new RedisBroker(
                _hub,
                options.Redis.ToOptions(limits) with
                {
                    Version = Product.Version,
                    Connections = () => _engine?.ConnectionCount ?? 0,
                },
                time,
                log.For<RedisBroker>())
            : null;
        _redis?.Start().Wait();
        var broker = _hub.Broker;
        _backend = new HttpBackend(options.Backend.ToOptions());
        var tokens = _redis is null
            ? new TokenAuthority()
            : new TokenAuthority(SharedKeyOf(_redis, options.IComet.RequireToken));
        var dialect = new ICometDialect(ICometOptionsOf(options), limits, _hub, broker, tokens);
        var adminHandler = new FormReader(dialect.Admin);
        var listeners = new List<ListenerOptions>();
        if (front is not null && options.Engine.Workers == 0)
        {
            _frontPlace = listeners.Count;
            listeners.Add(new ListenerOptions(front, dialect.Front)
            {
                RequiresHost = options.Front.RequireHost,
                MaxRequestHeadBytes = options.Front.MaxRequestHead,
                MaxRequestBodyBytes = options.Front.MaxRequestBody,
                TrustedProxies = TrustedProxies.Of(options.Front.TrustedProxies),
            });
        }

        if (admin is not null)
        {
            _adminPlace = listeners.Count;
            listeners.Add(new ListenerOptions(admin, Guarded(adminHandler, options, options.Admin.Allow))
            {
                MayUseReserve = true,
                RequiresHost = options.Admin.RequireHost,
                MaxRequestHeadBytes = options.Admin.MaxRequestHead,
                MaxRequestBodyBytes = options.Admin.MaxRequestBody,
                TrustedProxies = TrustedProxies.Of(options.Admin.TrustedProxies),
            });
        }

        // Made also where workers listen there: what they count and tell is counted and told here.
        var own = Listeners.Compose(options, dialect.Front, adminHandler, _hub, broker, _backend, time).ToList();
        _ours = listeners.Count;
        listeners.AddRange(options.Engine.Workers == 0 ? own : []);
        _engine = new Engine.Engine(
            EngineOptionsOf(options.Engine, Environment.ProcessorCount), listeners, time, log.For<Engine.Engine>());
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
                LinkLimitsOf(options),
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

    // Subscribers come to any node with the token that another one gave out.
    private static byte[] SharedKeyOf(RedisBroker redis, bool isNeeded)
    {
        var own = RandomNumberGenerator.GetBytes(TokenAuthority.KeyLength);
        try
        {
            return isNeeded ? redis.ShareKey(own).GetAwaiter().GetResult() : own;
        }
        catch (BrokerException gone)
        {
            throw new ConfigurationException(
                $"front.auth is token, whose key lies in Redis (redis.url): {gone.Message}");
        }
    }

    private static void DemandListener(HalleyOptions options, EndPoint? front, EndPoint? admin)
    {
        if (options.Engine.Workers > 0
            && options
            .GetListeners()
            .Select(listener => listener.Listen)
            .Append(options.Front.Listen)
            .FirstOrDefault(UnixPath.IsMeant) is { } socket)
        {
            throw new ConfigurationException(
                $"engine.workers share ports, and {socket} is none; give it an address, or set engine.workers to 0");
        }

        if (front is null && options.GetListeners().Count == 0 && options.Engine.Workers > 0)
        {
            throw new ConfigurationException(
                "engine.workers share front.listen, which is off, and listeners, of which there are none; give it "
                    + "an address, or set engine.workers to 0");
        }

        if (front is null && admin is null && options.GetListeners().Count == 0)
        {
            throw new ConfigurationException(
                "front.listen and admin.listen are off, and there are no listeners: nobody could come; give one of "
                    + "them an address");
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

    /// <summary>
    /// What publishers and operators are served by, unless the pages of other sites may come too, as everybody may.
    /// </summary>
    /// <param name="allow">Who may come where it is served.</param>
    internal static IRequestHandler Guarded(IRequestHandler admin, HalleyOptions options, IEnumerable<string> allow) =>
        AdminSection.IsOpen(allow)
        ? admin
        : new SiteGuard(
            admin,
            new SiteRules(options.Admin.AllowedOrigins),
            ["/info", "/check"],
            options.IComet.RequireToken ? [] : ["/sign"]);

    internal static HubOptions HubOptionsOf(FrontSection front, PushStreamOptions pushStream) => new()
    {
        MaxChannels = front.MaxChannels,
        MaxChannelsPerAddress = front.MaxChannelsPerAddress,
        MaxChannelBytes = front.MaxChannelMemory,
        MaxSubscribersPerChannel = front.MaxSubscribersPerChannel,
        HistorySize = front.ChannelBufferSize,
        IdleTimeout = TimeSpan.FromSeconds(front.ChannelTimeout),
        MaxStoredBytes = pushStream.SharedMemorySize,
        IdempotencyWindow = TimeSpan.FromSeconds(front.IdempotencyWindow),
        MaxIdempotencyKeys = front.MaxIdempotencyKeys,
    };

    /// <summary>What the operator chose about iComet, and who may come to its two ports.</summary>
    internal static ICometOptions ICometOptionsOf(HalleyOptions options)
    {
        options.IComet.FrontRules = new AddressRules(options.Front.Allow, options.Front.Deny);
        options.IComet.AdminRules = new AddressRules(options.Admin.Allow, options.Admin.Deny);
        return options.IComet;
    }

    /// <summary>What comes over a worker's link: whatever may come to that.</summary>
    private static LinkOptions LinkLimitsOf(HalleyOptions options) => WorkerLimits.For(
        options
            .GetListeners()
            .Select(listener => listener.MaxRequestHead)
            .Append(options.Front.MaxRequestHead)
            .Append(options.Admin.MaxRequestHead)
            .Max(),
        options
            .GetListeners()
            .Select(listener => listener.MaxRequestBody)
            .Append(options.Front.MaxRequestBody)
            .Append(options.Admin.MaxRequestBody)
            .Max());

    /// <param name="reactors">How many, where the operator leaves that to us.</param>
    internal static EngineOptions EngineOptionsOf(EngineSection engine, int reactors) => new()
    {
        Reactors = engine.Reactors > 0 ? engine.Reactors : reactors,
        ListenBacklog = engine.ListenBacklog,
        MaxConnectionsPerAddress = engine.MaxConnectionsPerAddress,
        RequestTimeout = TimeSpan.FromSeconds(engine.RequestTimeout),
        MinSendRate = engine.MinSendRate,
        KeepAliveTimeout = TimeSpan.FromSeconds(engine.KeepAliveTimeout),
        TcpKeepAlive = TimeSpan.FromSeconds(engine.TcpKeepAlive),
        MaxQueuedBytes = engine.MaxQueuedBytes,
        MaxUnfinishedBytes = engine.MaxUnfinishedBytes,
        MaxUnsharedBytes = engine.MaxUnsharedBytes,
        SendBufferBytes = engine.SendBufferBytes,
        IoUring = Enum.Parse<IoUringUse>(engine.IoUring, ignoreCase: true),
    };
}
