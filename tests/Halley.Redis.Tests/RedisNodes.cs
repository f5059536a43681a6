using System.Diagnostics;
using System.Text;
using Halley.Broker;
using Halley.Specifications;
using Halley.Testing;
using Halley.Testing.Doubles;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

// The cases mostly wait for failovers and timeouts: more of them at a time than there are processors.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]

namespace Halley.Redis.Tests;

/// <summary>
/// Two nodes over one Redis, each with a hub and connections of its own; the test is the thread of their subscribers.
/// </summary>
internal sealed class RedisNodes : SharedChannels
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Hub[] _hubs = new Hub[2];
    private readonly ManualDispatcher[] _dispatchers = [new(), new()];
    private readonly RedisBroker[] _brokers = new RedisBroker[2];
    private readonly RedisOptions[] _options = new RedisOptions[2];

    public RedisNodes(RedisServer server, Func<RedisOptions, RedisOptions>? change = null)
        : this([server], isCluster: false, change)
    {
    }

    public RedisNodes(RedisCluster cluster, Func<RedisOptions, RedisOptions>? change = null)
        : this(cluster.Servers, isCluster: true, change)
    {
    }

    private RedisNodes(IEnumerable<RedisServer> servers, bool isCluster, Func<RedisOptions, RedisOptions>? change)
    {
        for (var node = 0; node < 2; node++)
        {
            _hubs[node] = new Hub(Limits, TimeProvider.System);
            var connection = new ConfigurationOptions();
            foreach (var server in servers)
            {
                connection.EndPoints.Add(server.Address);
            }

            var options = new RedisOptions
            {
                Connection = connection,
                IsCluster = isCluster,
                Node = $"node{node}",
                HistorySize = 1000,
                CheckInterval = TimeSpan.FromSeconds(1),
            };
            _options[node] = change?.Invoke(options) ?? options;
            _brokers[node] = new RedisBroker(_hubs[node], _options[node], TimeProvider.System, NullLogger.Instance);
        }

        Task.WaitAll(_brokers.Select(broker => broker.Start()));
    }

    public RedisBroker this[int node] => _brokers[node];

    public RedisOptions OptionsOf(int node) => _options[node];

    public override Hub HubOf(int process) => _hubs[process];

    public override ManualDispatcher DispatcherOf(int process) => _dispatchers[process];

    public override Task Until(Func<bool> condition, string what) => Until(condition, () => what);

    /// <summary>
    /// Runs what there is to run until something holds; says what there is instead where it never does.
    /// </summary>
    public async Task Until(Func<bool> condition, Func<string> what)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            Array.ForEach(_dispatchers, dispatcher => dispatcher.RunAll());
            if (condition())
            {
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, what());
            await Task.Delay(5);
        }
    }

    // Whatever was asked of Redis before is done when Redis has answered what is asked now, over the same connection.
    public override async Task Settle()
    {
        _ = await BrokerOf(0).Info("settled"u8);
        _ = await BrokerOf(1).Info("settled"u8);
    }

    public Task<PublishResult> Publish(int node, string channel, string text) =>
        _brokers[node].Publish(Encoding.UTF8.GetBytes(channel), new Publication(Encoding.UTF8.GetBytes(text))).AsTask();

    /// <summary>Publishes as soon as that can be done; it was done once.</summary>
    public async Task<PublishResult> PublishWhenItCan(int node, string channel, string text)
    {
        Task<PublishResult>? result = null;
        await Until(
            () =>
            {
                if (result is null
                    or { IsFaulted: true, Exception.InnerException: BrokerException { MayHaveBeenDone: false } })
                {
                    result = Publish(node, channel, text);
                }

                return result.IsCompletedSuccessfully
                    || result.Exception is { InnerException: not BrokerException { MayHaveBeenDone: false } };
            },
            "it can be published");
        return await result!;
    }

    public override Task Pass(int seconds) => Task.Delay(TimeSpan.FromSeconds(seconds));

    public override void Dispose()
    {
        foreach (var broker in _brokers)
        {
            broker.DisposeAsync().AsTask().Wait();
        }

        Array.ForEach(_hubs, hub => hub.Dispose());
    }
}
