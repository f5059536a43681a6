using Halley.Redis;
using Halley.Simulation.Tests.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Halley.Simulation.Tests;

/// <summary>Two processes that share their channels through Redis, and connections and a Redis that fail.</summary>
internal sealed class RedisServers : Servers
{
    private const int Processes = 2;

    private readonly World _world;
    private readonly RedisDouble _redis;
    private readonly Node?[] _nodes = new Node?[Processes];
    private readonly SimulatedLink[] _links = new SimulatedLink[Processes];
    private readonly RedisBroker[] _brokers = new RedisBroker[Processes];
    private bool _answers = true;

    // How much had been sent, all of it answered, when Redis had all of it where it is not lost.
    private long _saved;

    public RedisServers(World world)
        : base(world.Dice)
    {
        _world = world;
        _redis = new RedisDouble(() => Now.ToUnixTimeMilliseconds());
        for (var i = 0; i < Processes; i++)
        {
            Start(i);
        }
    }

    public override IReadOnlyList<Node?> Nodes => _nodes;

    public override bool Step()
    {
        if (_world.IsQuiet && Dice.Next(4) == 0)
        {
            _redis.Save();
            _saved = _world.Ledger.Sent;
        }

        var isMore = false;
        foreach (var link in _links)
        {
            for (var i = Dice.Next(1, 4); i > 0; i--)
            {
                isMore |= link.Step(Dice, _answers);
            }
        }

        return isMore;
    }

    public override void Pass(TimeSpan time)
    {
        base.Pass(time);
        foreach (var link in _links)
        {
            link.TimeOut();
        }
    }

    public override string Fail()
    {
        var which = Dice.Next(Processes);
        var link = _links[which];
        switch (Dice.Next(9))
        {
            case 0:
                Kill(which);
                Start(which);
                return $"process {which} dies, and another takes its place";
            case 1:
                link.BreakTopics();
                link.Restore();
                return $"process {which} has not heard for a moment";
            case 2:
                link.IsDeaf = true;
                return $"process {which} hears nothing";
            case 3:
                link.Break(isDone: Dice.Next(2) == 0);
                return $"process {which} cannot ask";
            case 4:
                _answers = !_answers;
                return $"Redis answers: {_answers}";
            case 5 or 6:
                RestartRedis(losesEnd: true);
                return "Redis has lost its end";
            case 7:
                RestartRedis(losesEnd: false);
                return "Redis is another one";
            default:
                RestoreAll();
                return "everybody is connected";
        }
    }

    public override void Heal()
    {
        _answers = true;
        RestoreAll();
    }

    public override void Dispose()
    {
        for (var i = 0; i < Processes; i++)
        {
            Kill(i);
        }
    }

    public override string ToString() => "Redis";

    private void RestartRedis(bool losesEnd)
    {
        foreach (var link in _links)
        {
            link.Break(isDone: Dice.Next(2) == 0);
        }

        _redis.Restart(losesEnd);
        if (losesEnd)
        {
            // Redis does not promise to keep what it has acknowledged.
            _world.Ledger.Forgive(_saved);
        }
    }

    private void RestoreAll()
    {
        foreach (var link in _links.Where(static link => !link.IsConnected))
        {
            link.Restore();
        }
    }

    private void Start(int which)
    {
        var time = NewClock();
        var hub = new Hub(MemoryServers.Limits, time);
        var options = new RedisOptions
        {
            Connection = new ConfigurationOptions(),
            Node = $"node{which}",
            HistorySize = MemoryServers.Limits.HistorySize,
            IdleTimeout = MemoryServers.Limits.IdleTimeout,
        };
        _links[which] = new SimulatedLink(_redis, () => Now);
        _brokers[which] = new RedisBroker(hub, options, _links[which], time, NullLogger.Instance);
        _ = _brokers[which].Start();
        _nodes[which] = new Node(hub, time);
    }

    private void Kill(int which)
    {
        _nodes[which]?.Die();
        _nodes[which]?.Hub.Dispose();
        _nodes[which] = null;
        _links[which].Break(isDone: Dice.Next(2) == 0);
        _ = _brokers[which].DisposeAsync().AsTask();
    }
}
