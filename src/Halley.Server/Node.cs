using System.Net;
using Halley.Access;
using Halley.Broker;
using Halley.Engine;
using Halley.Protocol.Access;
using Halley.Protocol.Dialects.IComet;
using Halley.Server.Backends;
using Halley.Server.Configuration;
using Halley.Server.Logging;
using Halley.Server.Workers;
using Halley.Workers;

namespace Halley.Server;

/// <summary>
/// One serving process put together: a hub, a dialect, and an engine that listens for both ports. With workers, these listen where subscribers
/// come, and this process has the channels and the port of publishers.
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
    private readonly WorkerPool? _workers;

    /// <exception cref="ConfigurationException">A host name to listen on is unknown.</exception>
    /// <exception cref="ListenException">An address cannot be listened on.</exception>
    /// <exception cref="IoUringException">io_uring was asked for, and there is none.</exception>
    /// <exception cref="WorkerException">The workers do not come up.</exception>
    public Node(HalleyOptions options, LogSink log, TimeProvider time)
    {
        var front = ListenAddress.AddressUnlessOff(options.Front.Listen);
        var admin = ListenAddress.AddressUnlessOff(options.Admin.Listen);
        DemandListener(options, front, admin);
        var limits = HubOptionsOf(options.Front, options.PushStream);
        _hub = new Hub(limits, time);
        var broker = new MemoryBroker(_hub);
        _backend = new HttpBackend(options.Backend.ToOptions());
        var tokens = new TokenAuthority();
        var dialect = new ICometDialect(ICometOptionsOf(options), limits, _hub, broker, tokens);
        var listeners = new List<ListenerOptions>();
        if (front is not null && options.Engine.Workers == 0)
        {
            _frontPlace = listeners.Count;
            listeners.Add(new ListenerOptions(front, dialect.Front)
            {
                MaxRequestHeadBytes = options.Front.MaxRequestHead,
                MaxRequestBodyBytes = options.Front.MaxRequestBody,
                TrustedProxies = TrustedProxies.Of(options.Front.TrustedProxies),
            });
        }

        if (admin is not null)
        {
            _adminPlace = listeners.Count;
            listeners.Add(new ListenerOptions(admin, dialect.Admin)
            {
                MayUseReserve = true,
                MaxRequestHeadBytes = options.Admin.MaxRequestHead,
                MaxRequestBodyBytes = options.Admin.MaxRequestBody,
                TrustedProxies = TrustedProxies.Of(options.Admin.TrustedProxies),
            });
        }

        _ours = listeners.Count;
        listeners.AddRange(Listeners.Compose(options, dialect, _hub, broker, _backend, time));
        _engine = new Engine.Engine(EngineOptionsOf(options.Engine, Environment.ProcessorCount), listeners, time, log.For<Engine.Engine>());
        if (options.Engine.Workers > 0)
        {
            _front = new PortHold(front!);
            var setup = new WorkerSetup(tokens.Key.ToArray(), WorkerOptions.Write(options, _front.EndPoint));
            _workers = new WorkerPool(_engine, _hub, setup, WorkerLimits.ForMain(options.Front.MaxRequestHead), time, log.For<Node>());
        }

        Start(options.Engine.Workers);
    }

    /// <summary>Where subscribers of iComet's protocol come; null for nowhere.</summary>
    public IPEndPoint? Front => _front?.EndPoint ?? (_frontPlace is { } place ? _engine.EndPoints[place] : null);

    /// <summary>Where its publishers and operators come; null for nowhere.</summary>
    public IPEndPoint? Admin => _adminPlace is { } place ? _engine.EndPoints[place] : null;

    /// <summary>Where the operator's own listeners are.</summary>
    public IReadOnlyList<IPEndPoint> Others => [.. _engine.EndPoints.Skip(_ours)];

    /// <summary>Closes every connection; returns when nothing runs any more.</summary>
    public void Dispose()
    {
        _workers?.BeginToEnd();
        _engine.Dispose();
        _workers?.Dispose();
        _front?.Dispose();
        _backend.Dispose();
        _hub.Dispose();
    }

    private static void DemandListener(HalleyOptions options, IPEndPoint? front, IPEndPoint? admin)
    {
        if (front is null && options.Engine.Workers > 0)
        {
            throw new ConfigurationException("engine.workers share front.listen, which is off; give it an address, or set engine.workers to 0");
        }

        if (front is null && admin is null && options.GetListeners().Count == 0)
        {
            throw new ConfigurationException("front.listen and admin.listen are off, and there are no listeners: nobody could come; give one of them an address");
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

    internal static HubOptions HubOptionsOf(FrontSection front, PushStreamSection pushStream) => new()
    {
        MaxChannels = front.MaxChannels,
        MaxSubscribersPerChannel = front.MaxSubscribersPerChannel,
        HistorySize = front.ChannelBufferSize,
        IdleTimeout = TimeSpan.FromSeconds(front.ChannelTimeout),
        MaxStoredBytes = pushStream.SharedMemorySize,
    };

    internal static ICometOptions ICometOptionsOf(HalleyOptions options) => new()
    {
        RequireToken = options.Front.Auth == "token",
        MaxChannelNameBytes = options.Front.MaxChannelName,
        PollingTimeout = TimeSpan.FromSeconds(options.Front.PollingTimeout),
        FrontRules = new AddressRules(options.Front.Allow, options.Front.Deny),
        AdminRules = new AddressRules(options.Admin.Allow, options.Admin.Deny),
    };

    /// <param name="reactors">How many, where the operator leaves that to us.</param>
    internal static EngineOptions EngineOptionsOf(EngineSection engine, int reactors) => new()
    {
        Reactors = engine.Reactors > 0 ? engine.Reactors : reactors,
        ListenBacklog = engine.ListenBacklog,
        RequestTimeout = TimeSpan.FromSeconds(engine.RequestTimeout),
        KeepAliveTimeout = TimeSpan.FromSeconds(engine.KeepAliveTimeout),
        MaxQueuedBytes = engine.MaxQueuedBytes,
        SendBufferBytes = engine.SendBufferBytes,
        IoUring = Enum.Parse<IoUringUse>(engine.IoUring, ignoreCase: true),
    };
}
