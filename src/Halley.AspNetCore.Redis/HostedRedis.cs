using Halley.Broker;
using Halley.Redis;
using Microsoft.Extensions.Logging;

namespace Halley.AspNetCore.Redis;

/// <summary>The broker over Redis for as long as the application runs.</summary>
internal sealed class HostedRedis : IHostedBroker
{
    private readonly RedisBroker _broker;

    /// <param name="limits">Those of the channels.</param>
    public HostedRedis(
        Hub hub, HalleyRedisOptions options, HubOptions limits, TimeProvider time, ILogger<RedisBroker> logger)
    {
        var redis = new RedisOptions
        {
            Connection = options.Connection,
            Node = options.Node,
            Version = typeof(HostedRedis).Assembly.GetName().Version?.ToString(3) ?? "",
            Connections = () => hub.ReceiverCount,
            Prefix = options.Prefix,
            IsCluster = options.IsCluster,
            IsFenced = options.IsFenced,
            WaitsForReplica = options.WaitsForReplica,
            Timeout = options.Timeout,
            IdempotencyWindow = limits.IdempotencyWindow,
            MaxChannels = limits.MaxChannels,
            HistorySize = limits.HistorySize,
            IdleTimeout = limits.IdleTimeout,
        };
        _broker = new RedisBroker(hub, redis, time, logger);
    }

    /// <inheritdoc/>
    public IBroker Broker => _broker;

    /// <inheritdoc/>
    public string? Error => _broker.IsReady
        ? null
        : "Redis cannot be reached, or does not pass on what is published.";

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellation) => _broker.Start().WaitAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _broker.DisposeAsync();
}
