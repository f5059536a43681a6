using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>A node's account of itself, kept while it lives.</summary>
/// <param name="Lag">Milliseconds from when it published its last probe to when it heard it; null where it has heard
/// none, or misses some.</param>
public sealed record NodeLease(
    string Name, string Version, long Connections, long Subscribers, long Channels, long? Lag)
{
    /// <summary>All nodes that share a Redis and live, by name.</summary>
    /// <exception cref="RedisException">Redis does not answer, or not as it should.</exception>
    public static async Task<IReadOnlyList<NodeLease>> ReadAll(RedisOptions options)
    {
        var keys = new RedisKeys(options);
        options.Connection.ConnectTimeout = options.Connection.AsyncTimeout = (int)options.Timeout.TotalMilliseconds;
        var redis = await ConnectionMultiplexer.ConnectAsync(options.Connection).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            return await ReadAll(redis.GetDatabase(), keys).ConfigureAwait(false);
        }
    }

    internal static async Task<IReadOnlyList<NodeLease>> ReadAll(IDatabase database, RedisKeys keys)
    {
        var census = await Census.Read(database, keys).ConfigureAwait(false);
        var leases = await Task.WhenAll(
            census.Living.Select(name => Read(database, keys, name))).ConfigureAwait(false);
        return [.. leases.OfType<NodeLease>().OrderBy(lease => lease.Name, StringComparer.Ordinal)];
    }

    /// <summary>Fields and values, one after another.</summary>
    internal RedisValue[] ToFields() =>
    [
        "version", Version, "connections", Connections, "subscribers", Subscribers, "channels", Channels,
        "lag", Lag ?? -1,
    ];

    private static async Task<NodeLease?> Read(IDatabase database, RedisKeys keys, string name)
    {
        var fields = (await database.HashGetAllAsync(keys.Node(name)).ConfigureAwait(false)).ToDictionary(
            field => (string)field.Name!, field => field.Value);
        return fields.Count == 0
            ? null
            : new NodeLease(
                name,
                Text("version"),
                Number("connections"),
                Number("subscribers"),
                Number("channels"),
                Number("lag") is var lag and >= 0 ? lag : null);

        string Text(string field) => fields.TryGetValue(field, out var value) ? (string)value! : "";

        long Number(string field) =>
            fields.TryGetValue(field, out var value) && value.TryParse(out long number) ? number : 0;
    }
}
