using Halley.Broker;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// Looks for nodes whose lease is over, and gives this one what they left, where no other node does so before. Any
/// thread.
/// </summary>
internal sealed class Heir
{
    private const int MostAtOnce = 500;

    /// <summary>The time for which a node that lived all the same finds out that it had an heir.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    // Should this node die while it takes what there is, another one goes on after that.
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);

    private readonly Hub _hub;
    private readonly IRedisLink _link;
    private readonly RedisKeys _keys;
    private readonly RedisOptions _options;
    private readonly Estate _estate;
    private readonly ILogger _logger;
    private bool _isLooking;

    public Heir(Hub hub, IRedisLink link, RedisKeys keys, RedisOptions options, Estate estate, ILogger logger)
    {
        _hub = hub;
        _link = link;
        _keys = keys;
        _options = options;
        _estate = estate;
        _logger = logger;
    }

    /// <summary>Takes what nodes left whose lease is over.</summary>
    public Task Look() => Once(async () =>
    {
        var census = await Census.Read(_link, _keys).ConfigureAwait(false);
        foreach (var (name, _) in census.Nodes.Where(node => node.Left < TimeSpan.Zero))
        {
            await Take(name, _options.LifeLease).ConfigureAwait(false);
        }
    });

    /// <summary>Takes what an earlier process of this node's name left, or an heir of its own that has died.</summary>
    public Task TakeOwn() => Once(() => Take(_options.Node, TimeSpan.Zero));

    private async Task Once(Func<Task> take)
    {
        if (!_hub.HasHeir || Interlocked.Exchange(ref _isLooking, true))
        {
            return;
        }

        try
        {
            await take().ConfigureAwait(false);
        }
        catch (BrokerException)
        {
            // Next time, or another node.
        }
        finally
        {
            Volatile.Write(ref _isLooking, false);
        }
    }

    private async Task Take(string node, TimeSpan silence)
    {
        var count = 0;
        while (await Claim(node).ConfigureAwait(false) is { Length: > 0 } some)
        {
            RedisValue[] names = [.. some.Chunk(2).Select(one => (RedisValue)(byte[])one[0]!)];
            _hub.Inherit([.. some.Chunk(2).Select(one => (byte[])one[1]!)], silence);
            count += names.Length;

            // Now this node would leave it. Should it die before, another one has it from the one before.
            await _estate.Written().ConfigureAwait(false);
            await _link.Ask(database => database.HashDeleteAsync(_keys.Inheritance(node), names)).ConfigureAwait(false);
        }

        if (count > 0)
        {
            _logger.Inherited(node, count);
        }
    }

    private async Task<RedisResult[]> Claim(string node)
    {
        var result = await _link.Run(
            Script.Claim,
            _keys.OfNode(node),
            [
                node, _options.Node, (long)Turn.TotalMilliseconds, MostAtOnce, (long)Memory.TotalMilliseconds,
            ]).ConfigureAwait(false);
        return result.IsNull ? [] : (RedisResult[])result!;
    }
}
