using System.Net;
using Halley.Broker;
using Halley.Engine;
using Halley.Protocol.Dialects.IComet;
using Halley.Server.Configuration;
using Halley.Server.Logging;

namespace Halley.Server;

/// <summary>One serving process put together: a hub, a dialect, and an engine that listens for both ports.</summary>
internal sealed class Node : IDisposable
{
    private readonly Hub _hub;
    private readonly Engine.Engine _engine;

    /// <exception cref="ConfigurationException">A host name to listen on is unknown.</exception>
    /// <exception cref="ListenException">An address cannot be listened on.</exception>
    /// <exception cref="IoUringException">io_uring was asked for, and there is none.</exception>
    public Node(HalleyOptions options, LogSink log, TimeProvider time)
    {
        var front = ListenAddress.AddressOf(options.Front.Listen);
        var admin = ListenAddress.AddressOf(options.Admin.Listen);
        var limits = HubOptionsOf(options.Front, options.PushStream);
        _hub = new Hub(limits, time);
        var broker = new MemoryBroker(_hub);
        var dialect = new ICometDialect(ICometOptionsOf(options), limits, _hub, broker);
        _engine = new Engine.Engine(
            EngineOptionsOf(options.Engine),
            [
                new ListenerOptions(front, dialect.Front)
                {
                    MaxRequestHeadBytes = options.Front.MaxRequestHead,
                    MaxRequestBodyBytes = options.Front.MaxRequestBody,
                },
                new ListenerOptions(admin, dialect.Admin)
                {
                    MayUseReserve = true,
                    MaxRequestHeadBytes = options.Admin.MaxRequestHead,
                    MaxRequestBodyBytes = options.Admin.MaxRequestBody,
                },
                .. Listeners.Compose(options, dialect, _hub, broker, time),
            ],
            time,
            log.For<Engine.Engine>());
        Start();
    }

    /// <summary>Where subscribers come.</summary>
    public IPEndPoint Front => _engine.EndPoints[0];

    /// <summary>Where publishers and operators come.</summary>
    public IPEndPoint Admin => _engine.EndPoints[1];

    /// <summary>Where the operator's own listeners are.</summary>
    public IReadOnlyList<IPEndPoint> Others => [.. _engine.EndPoints.Skip(2)];

    /// <summary>Closes every connection; returns when nothing runs any more.</summary>
    public void Dispose()
    {
        _engine.Dispose();
        _hub.Dispose();
    }

    private void Start()
    {
        try
        {
            _engine.Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private static HubOptions HubOptionsOf(FrontSection front, PushStreamSection pushStream) => new()
    {
        MaxChannels = front.MaxChannels,
        MaxSubscribersPerChannel = front.MaxSubscribersPerChannel,
        HistorySize = front.ChannelBufferSize,
        IdleTimeout = TimeSpan.FromSeconds(front.ChannelTimeout),
        MaxStoredBytes = pushStream.SharedMemorySize,
    };

    private static ICometOptions ICometOptionsOf(HalleyOptions options) => new()
    {
        RequireToken = options.Front.Auth == "token",
        MaxChannelNameBytes = options.Front.MaxChannelName,
        PollingTimeout = TimeSpan.FromSeconds(options.Front.PollingTimeout),
        AdminRules = new AddressRules(options.Admin.Allow, options.Admin.Deny),
    };

    private static EngineOptions EngineOptionsOf(EngineSection engine) => new()
    {
        Reactors = engine.Reactors > 0 ? engine.Reactors : Environment.ProcessorCount,
        ListenBacklog = engine.ListenBacklog,
        RequestTimeout = TimeSpan.FromSeconds(engine.RequestTimeout),
        KeepAliveTimeout = TimeSpan.FromSeconds(engine.KeepAliveTimeout),
        MaxQueuedBytes = engine.MaxQueuedBytes,
        SendBufferBytes = engine.SendBufferBytes,
        IoUring = Enum.Parse<IoUringUse>(engine.IoUring, ignoreCase: true),
    };
}
