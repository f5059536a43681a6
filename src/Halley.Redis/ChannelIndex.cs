using Halley.Broker;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// The channels that exist, for listing them and for telling of their comings and goings. A channel lies in one sorted
/// set of all, by when somebody is to look whether it is still there; every node takes a few of those whose time has
/// come, so that a node that dies in the middle only delays that.
/// </summary>
internal sealed class ChannelIndex : IDisposable
{
    private const int MostAtOnce = 200;

    // Until then another node takes what this one has not finished.
    private static readonly TimeSpan Claim = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    // KEYS: 1 the set. ARGV: 1 now, 2 until when those taken are claimed, 3 how many.
    private const string TakeDue = """
        local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
        for _, name in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], name) end
        return due
        """;

    private readonly IRedisLink _link;
    private readonly RedisKeys _keys;
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<byte[], bool> _tell;
    private readonly ITimer _clock;
    private bool _isLooking;

    /// <param name="tell">Told of a channel that has come or gone, or is still there; on one node.</param>
    public ChannelIndex(
        IRedisLink link, RedisKeys keys, RedisOptions options, TimeProvider time, Action<byte[], bool> tell)
    {
        _link = link;
        _keys = keys;
        _options = options;
        _time = time;
        _tell = tell;
        _clock = time.CreateTimer(_ => _ = LookAtDue(), null, Interval, Interval);
    }

    /// <summary>A channel was created by this node. Any thread.</summary>
    public void Add(byte[] name)
    {
        _tell(name, true);
        _ = Try(database => database.SortedSetAddAsync(_keys.Index, name, Milliseconds(_options.IdleTimeout)));
    }

    /// <summary>A channel was closed by this node. Any thread.</summary>
    public void Remove(byte[] name)
    {
        _tell(name, false);
        _ = Try(database => database.SortedSetRemoveAsync(_keys.Index, name));
    }

    /// <summary>The number of channels; some may just have gone.</summary>
    /// <exception cref="BrokerException">Redis has not answered.</exception>
    public Task<long> Count() => _link.Ask(database => database.SortedSetLengthAsync(_keys.Index));

    /// <summary>All that begin so; some may just have gone.</summary>
    /// <exception cref="BrokerException">Redis has not answered.</exception>
    public async Task<IReadOnlyList<byte[]>> List(byte[] prefix)
    {
        var all = await _link.Ask(database => database.SortedSetRangeByRankAsync(_keys.Index)).ConfigureAwait(false);
        return [.. all.Select(name => (byte[])name!).Where(name => name.AsSpan().StartsWith(prefix))];
    }

    public void Dispose() => _clock.Dispose();

    private async Task LookAtDue()
    {
        if (Interlocked.Exchange(ref _isLooking, true))
        {
            return;
        }

        try
        {
            while (true)
            {
                var due = (RedisValue[])(await _link.Ask(database => database.ScriptEvaluateAsync(
                    TakeDue,
                    [_keys.Index],
                    [Milliseconds(TimeSpan.Zero), Milliseconds(Claim), MostAtOnce])).ConfigureAwait(false))!;
                await Task.WhenAll(due.Select(name => Look((byte[])name!))).ConfigureAwait(false);
                if (due.Length < MostAtOnce)
                {
                    return;
                }
            }
        }
        catch (BrokerException)
        {
            // Next time.
        }
        finally
        {
            Volatile.Write(ref _isLooking, false);
        }
    }

    private async Task Look(byte[] name)
    {
        var meta = _keys.Meta(name);
        var left = await _link.Ask(database => database.KeyTimeToLiveAsync(meta)).ConfigureAwait(false);
        if (left is { } time)
        {
            await _link.Ask(
                database => database.SortedSetAddAsync(
                    _keys.Index, name, Milliseconds(time < _options.IdleTimeout ? time : _options.IdleTimeout)))
                .ConfigureAwait(false);
            _tell(name, true);
        }
        else if (await _link.Ask(database => database.SortedSetRemoveAsync(_keys.Index, name)).ConfigureAwait(false))
        {
            _tell(name, false);
        }
    }

    private async Task Try<T>(Func<IDatabase, Task<T>> command)
    {
        try
        {
            await _link.Ask(command).ConfigureAwait(false);
        }
        catch (BrokerException)
        {
            // Whoever follows the channel next adds it again.
        }
    }

    private long Milliseconds(TimeSpan fromNow) => (_time.GetUtcNow() + fromNow).ToUnixTimeMilliseconds();
}
