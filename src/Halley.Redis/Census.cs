using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>All nodes that share a Redis, as it knows them at one moment.</summary>
/// <param name="Nodes">Each with the time that its lease lasts still; negative where it is over.</param>
internal readonly record struct Census(IReadOnlyList<(string Name, TimeSpan Left)> Nodes)
{
    /// <summary>Those that live, as far as is known.</summary>
    public IEnumerable<string> Living => Nodes.Where(node => node.Left >= TimeSpan.Zero).Select(node => node.Name);

    /// <summary>Those that said so no longer ago than a time that is shorter than a lease.</summary>
    public IEnumerable<string> HeardWithin(TimeSpan time, TimeSpan lease) =>
        Nodes.Where(node => node.Left >= lease - time).Select(node => node.Name);

    /// <exception cref="Broker.BrokerException">Redis has not answered.</exception>
    public static async Task<Census> Read(IRedisLink link, RedisKeys keys) =>
        Of(await link.Run(Script.Census, [keys.Nodes], []).ConfigureAwait(false));

    /// <exception cref="RedisException">Redis does not answer, or not as it should.</exception>
    public static async Task<Census> Read(IDatabase database, RedisKeys keys) =>
        Of(await database.ScriptEvaluateAsync(Script.Census.Text, [keys.Nodes]).ConfigureAwait(false));

    private static Census Of(RedisResult result)
    {
        var now = (double)result[0];
        return new Census(
        [
            .. ((RedisResult[])result[1]!).Chunk(2).Select(
                node => ((string)node[0]!, TimeSpan.FromMilliseconds((double)node[1] - now))),
        ]);
    }
}
