using System.Net;
using Halley.Broker;
using Halley.Engine;
using Halley.Protocol.Dialects.IComet;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Benchmarks;

/// <summary>A whole server but for its configuration, with one reactor, in the benchmark's own process.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly Engine.Engine _engine;

    public LoopbackServer(TimeProvider time, IoUringUse ioUring = IoUringUse.Auto)
    {
        var limits = new HubOptions();
        Hub = new Hub(limits, time);
        Broker = new MemoryBroker(Hub);
        Dialect = new ICometDialect(new ICometOptions(), limits, Hub, Broker);
        _engine = new Engine.Engine(
            new EngineOptions { Reactors = 1, IoUring = ioUring },
            [new ListenerOptions(new IPEndPoint(IPAddress.Loopback, 0), Dialect.Front)],
            time,
            NullLogger<Engine.Engine>.Instance);
        _engine.Start();
    }

    public Hub Hub { get; }

    public IBroker Broker { get; }

    public ICometDialect Dialect { get; }

    public IPEndPoint Front => (IPEndPoint)_engine.EndPoints[0];

    /// <summary>Waits, busily, until so many are parked.</summary>
    public void WaitForSubscribers(int count)
    {
        if (!SpinWait.SpinUntil(() => Hub.SubscriberCount == count, TimeSpan.FromSeconds(10)))
        {
            throw new InvalidOperationException(
                $"{Hub.SubscriberCount} subscribers are parked; there should be {count}");
        }
    }

    public void Dispose()
    {
        _engine.Dispose();
        Hub.Dispose();
    }
}
