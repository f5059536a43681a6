using System.Net;
using Halley.Access;
using Halley.Broker;
using Halley.Engine;
using Halley.Protocol.Dialects.IComet;
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
    private readonly Engine.Engine _engine;
    private readonly PortHold? _front;
    private readonly WorkerPool? _workers;

    /// <exception cref="ConfigurationException">A host name to listen on is unknown.</exception>
    /// <exception cref="ListenException">An address cannot be listened on.</exception>
    /// <exception cref="WorkerException">The workers do not come up.</exception>
    public Node(HalleyOptions options, LogSink log, TimeProvider time)
    {
        var front = AddressOf(options.Front.Listen);
        var admin = AddressOf(options.Admin.Listen);
        var limits = HubOptionsOf(options.Front);
        _hub = new Hub(limits, time);
        var tokens = new TokenAuthority();
        var dialect = new ICometDialect(ICometOptionsOf(options), limits, _hub, new MemoryBroker(_hub), tokens);
        var forSubscribers = new ListenerOptions(front, dialect.Front)
        {
            MaxRequestHeadBytes = options.Front.MaxRequestHead,
            MaxRequestBodyBytes = options.Front.MaxRequestBody,
        };
        var forPublishers = new ListenerOptions(admin, dialect.Admin)
        {
            MayUseReserve = true,
            MaxRequestHeadBytes = options.Admin.MaxRequestHead,
            MaxRequestBodyBytes = options.Admin.MaxRequestBody,
        };
        var hasWorkers = options.Engine.Workers > 0;
        _engine = new Engine.Engine(
            EngineOptionsOf(options.Engine, Environment.ProcessorCount),
            hasWorkers ? [forPublishers] : [forSubscribers, forPublishers],
            time,
            log.For<Engine.Engine>());
        if (hasWorkers)
        {
            _front = new PortHold(front);
            var setup = new WorkerSetup(tokens.Key.ToArray(), WorkerOptions.Write(options, _front.EndPoint));
            _workers = new WorkerPool(_engine, _hub, setup, WorkerLimits.ForMain(options.Front.MaxRequestHead), time, log.For<Node>());
        }

        Start(options.Engine.Workers);
    }

    /// <summary>Where subscribers come.</summary>
    public IPEndPoint Front => _front?.EndPoint ?? _engine.EndPoints[0];

    /// <summary>Where publishers and operators come.</summary>
    public IPEndPoint Admin => _engine.EndPoints[^1];

    /// <summary>Closes every connection; returns when nothing runs any more.</summary>
    public void Dispose()
    {
        _workers?.BeginToEnd();
        _engine.Dispose();
        _workers?.Dispose();
        _front?.Dispose();
        _hub.Dispose();
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

    private static IPEndPoint AddressOf(string listen) => ListenAddress.TryParse(listen, out var address)
        ? address.Resolve()
        : throw new ConfigurationException($"\"{listen}\" is no address to listen on");

    internal static HubOptions HubOptionsOf(FrontSection front) => new()
    {
        MaxChannels = front.MaxChannels,
        MaxSubscribersPerChannel = front.MaxSubscribersPerChannel,
        HistorySize = front.ChannelBufferSize,
        IdleTimeout = TimeSpan.FromSeconds(front.ChannelTimeout),
    };

    internal static ICometOptions ICometOptionsOf(HalleyOptions options) => new()
    {
        RequireToken = options.Front.Auth == "token",
        MaxChannelNameBytes = options.Front.MaxChannelName,
        PollingTimeout = TimeSpan.FromSeconds(options.Front.PollingTimeout),
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
    };
}
