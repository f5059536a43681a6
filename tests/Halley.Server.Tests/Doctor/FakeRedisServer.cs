using Halley.Server.Doctor;

namespace Halley.Server.Tests.Doctor;

/// <summary>A Redis without replicas that lacks nothing, until a test changes something.</summary>
internal sealed class FakeRedisServer : IRedisServer
{
    private readonly Dictionary<string, string?> _info = new()
    {
        ["redis_version"] = "7.0.15",
        ["run_id"] = "0f6d3ad4b1f0a7a3b6ad3cbe7b2d0f9c5ad5e7a1",
        ["master_replid"] = "7b3aa1c9e6f34c1f5a2f8b2f9a38c2d1e4f60718",
        ["connected_slaves"] = "0",
        ["maxmemory_policy"] = "noeviction",
        ["aof_enabled"] = "1",
    };

    private readonly Dictionary<string, string?> _settings = new()
    {
        ["appendonly"] = "yes",
        ["appendfsync"] = "everysec",
        ["save"] = "",
        ["maxmemory-policy"] = "noeviction",
        ["client-output-buffer-limit"] = "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
        ["min-replicas-to-write"] = "0",
    };

    public string Place => "10.0.0.5:6379";

    public TimeSpan RoundTrip { get; init; } = TimeSpan.FromMilliseconds(0.2);

    public string? Info(string field) => _info.GetValueOrDefault(field);

    public string? Setting(string name) => _settings.GetValueOrDefault(name);

    /// <param name="key">A field of INFO, or a setting.</param>
    /// <param name="value">Null: it cannot be read.</param>
    public FakeRedisServer With(string key, string? value)
    {
        (_settings.ContainsKey(key) ? _settings : _info)[key] = value;
        return this;
    }

    public FakeRedisServer WithoutConfig()
    {
        _settings.Clear();
        return this;
    }

    public FakeRedisServer WithoutInfo()
    {
        _info.Clear();
        return this;
    }
}
