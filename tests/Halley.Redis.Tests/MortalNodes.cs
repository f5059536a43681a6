using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Halley.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Halley.Redis.Tests;

/// <summary>Nodes over one Redis that inherit from each other, and die.</summary>
/// <param name="more">Further options.</param>
internal sealed class MortalNodes(
    IReadOnlyList<RedisServer> servers, bool isCluster, Func<RedisOptions, RedisOptions>? more = null)
    : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<MortalNode> _all = [];

    /// <summary>What was inherited, by whichever node.</summary>
    public IEnumerable<string> Inherited => _all.SelectMany(node => node.Inherited);

    public async Task<MortalNode> Start(string name)
    {
        var connection = new ConfigurationOptions();
        foreach (var server in servers)
        {
            connection.EndPoints.Add(server.Address);
        }

        var options = new RedisOptions
        {
            Connection = connection,
            IsCluster = isCluster,
            Node = name,
            BeatInterval = TimeSpan.FromMilliseconds(200),
        };
        var node = new MortalNode(more?.Invoke(options) ?? options);
        _all.Add(node);
        await node.Broker.Start();
        return node;
    }

    public static async Task Until(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, what);
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _all)
        {
            await node.DisposeAsync();
        }
    }
}

/// <summary>One of them.</summary>
internal sealed class MortalNode : IAsyncDisposable
{
    private readonly MortalLink _link;

    public MortalNode(RedisOptions options)
    {
        Hub = new Hub(new HubOptions(), TimeProvider.System);
        _link = new MortalLink(new RedisLink(options, NullLogger.Instance));
        Broker = new RedisBroker(Hub, options, _link, TimeProvider.System, NullLogger.Instance);
        Hub.Inherits((left, silence) =>
        {
            foreach (var one in left)
            {
                Inherited.Enqueue(Encoding.UTF8.GetString(one));
                _ = Broker.Bequeath(one, one).AsTask();
            }
        });
        Hub.Answers(Hub.WasTakenForDead, _ =>
        {
            TakenForDead++;
            return null;
        });
    }

    public Hub Hub { get; }

    public RedisBroker Broker { get; }

    /// <summary>What it inherited, which it leaves in its turn.</summary>
    public ConcurrentQueue<string> Inherited { get; } = [];

    /// <summary>How often it was told that others took it for dead.</summary>
    public int TakenForDead { get; private set; }

    /// <summary>Whether nothing is heard of it any more.</summary>
    public bool IsSilent
    {
        get => _link.IsCut;
        set => _link.IsCut = value;
    }

    /// <inheritdoc cref="MortalLink.Refuses"/>
    public Func<Script, bool> Refuses
    {
        set => _link.Refuses = value;
    }

    /// <inheritdoc cref="MortalLink.Refused"/>
    public int Refused => _link.Refused;

    public async Task Bequeath(params IEnumerable<string> what)
    {
        var bequeathed = await Task.WhenAll(what.Select(
            one => Broker.Bequeath(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(one)).AsTask()));
        Assert.All(bequeathed, Assert.True);
    }

    public Task TakeBack(string what) => Broker.Bequeath(Encoding.UTF8.GetBytes(what), null).AsTask();

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        Hub.Dispose();
    }
}
