using Halley.Specifications;
using Halley.Testing;

namespace Halley.Redis.Tests;

/// <summary>The brokers of two nodes over a cluster of three servers keep what every broker promises.</summary>
public sealed class RedisClusterSpecification(RedisClusterSpecification.Cluster cluster)
    : BrokerSpecification, IClassFixture<RedisClusterSpecification.Cluster>
{
    protected override SharedChannels Channels { get; } = new RedisNodes(cluster.Emptied());

    public sealed class Cluster : IDisposable
    {
        private readonly RedisCluster _cluster = new();

        public RedisCluster Emptied()
        {
            _cluster.Empty();
            return _cluster;
        }

        public void Dispose() => _cluster.Dispose();
    }
}
