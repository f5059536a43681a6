using Halley.Specifications;
using Halley.Testing;

namespace Halley.Redis.Tests;

/// <summary>The brokers of two nodes over one Redis keep what every broker promises.</summary>
public sealed class RedisBrokerSpecification(
    RedisBrokerSpecification.Server server) : BrokerSpecification, IClassFixture<RedisBrokerSpecification.Server>
{
    protected override SharedChannels Channels { get; } = new RedisNodes(server.Emptied());

    public sealed class Server : IDisposable
    {
        private readonly RedisServer _redis = new();

        public RedisServer Emptied()
        {
            _redis.Ask("FLUSHALL");
            return _redis;
        }

        public void Dispose() => _redis.Dispose();
    }
}
