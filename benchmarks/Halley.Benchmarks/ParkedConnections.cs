using System.Net;
using System.Net.Sockets;
using Halley.Broker;
using Halley.Engine;
using Halley.Engine.Connections;
using Halley.Engine.Native;
using Halley.Protocol.Dialects.IComet;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Benchmarks;

/// <summary>
/// Parked connections by the million where descriptors are few: all of them receive their request from one socket and
/// answer through it. Every object is there that a server would have, parked by the server's own code; only the
/// kernel's half is missing. One thread plays reactor and client.
/// </summary>
internal sealed class ParkedConnections : IDisposable
{
    private readonly Hub _hub;
    private readonly Reactor _reactor;
    private readonly Listener _listener;
    private readonly TcpListener _shared = new(IPAddress.Loopback, 0);
    private readonly LoopbackClient _client;
    private readonly System.Net.Sockets.Socket _accepted;

    public ParkedConnections()
    {
        var limits = new HubOptions();
        _hub = new Hub(limits, TimeProvider.System);
        var dialect = new ICometDialect(new ICometOptions(), limits, _hub, new MemoryBroker(_hub));
        var state = new EngineState(new EngineOptions(), TimeProvider.System, NullLogger.Instance);
        _reactor = new Reactor(0, state);
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        _listener = _reactor.Listen(
            Engine.Native.Socket.OpenAndBind(any, sharesPort: false),
            place: 0,
            new ListenerOptions(any, dialect.Front));
        _shared.Start();
        _client = new LoopbackClient((IPEndPoint)_shared.LocalEndpoint);
        _accepted = _shared.AcceptSocket();
        _accepted.Blocking = false;
    }

    public int Count => _hub.SubscriberCount;

    /// <summary>Parks one more.</summary>
    public void Park(string channel)
    {
        _client.Send(LoopbackClient.Get($"/stream?cname={channel}&seq=1"));
        new Connection(_listener, (int)_accepted.Handle).OnEvents(Epoll.In);
        _reactor.Flush();
        _client.Expect("HTTP/1.1 200 OK\r\n"u8);
        _client.Expect("\r\n\r\n"u8);
    }

    public void Dispose()
    {
        _reactor.Dispose();
        _client.Dispose();
        _accepted.Dispose();
        _shared.Dispose();
        _hub.Dispose();
    }
}
