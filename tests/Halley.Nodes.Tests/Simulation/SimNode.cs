using System.Text;
using Halley.Access;
using Halley.Broker;
using Halley.Protocol;
using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Http;
using Halley.Protocol.Links;
using Halley.Testing.Doubles;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Nodes.Tests.Simulation;

/// <summary>One process of a node: all of it but sockets. It has a clock of its own, which stands still while the process does.</summary>
internal sealed class SimNode : INodeHost, IDisposable
{
    private readonly SimWorld _world;
    private readonly Queue<(IRequestHandler Handler, string Target, RecordingExchange Exchange)> _arrived = new();
    private readonly List<(IRequestHandler Handler, string Target, RecordingExchange Exchange)> _postponed = [];
    private readonly ManualDispatcher[] _dispatchers = [new(), new()];
    private TimeSpan _stoodStill;
    private int _given;

    public SimNode(SimWorld world, string name, NodeList list, NodeOptions options)
    {
        _world = world;
        Name = name;
        Time = new ManualTime { Start = world.Now };
        var limits = new HubOptions { EpochMark = list.EpochMark };
        Hub = new Hub(limits, Time);
        Cluster = new Cluster(list, options, Hub, Time, NullLogger.Instance);
        var dialect = new ICometDialect(new ICometOptions { FrontUrl = list.Own.Front }, limits, Hub, new MemoryBroker(Hub), new TokenAuthority());
        Front = Cluster.StandBeforeFront(dialect.Front);
        Admin = Cluster.StandBeforeAdmin(dialect.Admin);
        Cluster.Start(this);
    }

    public string Name { get; }

    public ManualTime Time { get; }

    public Hub Hub { get; }

    public Cluster Cluster { get; }

    public IRequestHandler Front { get; }

    public IRequestHandler Admin { get; }

    public IReadOnlyList<IDispatcher> Dispatchers => _dispatchers;

    public bool IsDead { get; private set; }

    public bool IsStopped { get; private set; }

    public void Dial(string host, int port, IDispatcher dispatcher, LinkOptions options, Func<Link, ILinkHandler> handler, Action whenFailed) =>
        _world.Connect(this, host, dispatcher, options, handler);

    /// <summary>The thread whose turn it is to get something.</summary>
    public IDispatcher NextDispatcher() => _dispatchers[_given++ % _dispatchers.Length];

    /// <summary>A request arrives, and is handled when the process runs.</summary>
    public RecordingExchange Ask(IRequestHandler handler, string target)
    {
        var exchange = new RecordingExchange(NextDispatcher());
        _arrived.Enqueue((handler, target, exchange));
        return exchange;
    }

    /// <summary>The process does what there is to do.</summary>
    public void Run()
    {
        if (IsDead || IsStopped)
        {
            return;
        }

        while (_arrived.TryDequeue(out var request))
        {
            Handle(request);
        }

        while (_dispatchers.Any(dispatcher => dispatcher.Waiting > 0))
        {
            foreach (var dispatcher in _dispatchers)
            {
                dispatcher.RunAll(slice: 64);
            }
        }

        foreach (var request in _postponed.Where(request => request.Exchange.TimesToGoOn > 0).ToList())
        {
            _postponed.Remove(request);
            Handle(request);
        }
    }

    public void Advance(TimeSpan by)
    {
        if (IsStopped)
        {
            _stoodStill += by;
        }
        else if (!IsDead)
        {
            Time.Advance(by);
        }
    }

    public void Stop() => IsStopped = true;

    /// <summary>Goes on: its clock has gone on without it, and what has arrived is handled before or after it notices.</summary>
    public void Continue(bool noticesFirst)
    {
        IsStopped = false;
        if (!noticesFirst)
        {
            Run();
        }

        Time.Jump(_stoodStill);
        _stoodStill = TimeSpan.Zero;
    }

    public void Kill()
    {
        IsDead = true;
        Dispose();
    }

    public void Dispose()
    {
        Cluster.Dispose();
        Hub.Dispose();
    }

    private void Handle((IRequestHandler Handler, string Target, RecordingExchange Exchange) request)
    {
        Assert.True(RequestParser.TryParse(RequestMethod.Get, Encoding.UTF8.GetBytes(request.Target), out var head));
        request.Handler.Handle(new HttpRequest(head, head.Path, default), request.Exchange);
        if (request.Exchange is { Head: null, Postponed: not null, TimesToGoOn: 0 })
        {
            _postponed.Add(request);
        }
    }
}
