using System.Text;
using Halley.Broker;
using Halley.Outbox;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// Events in Redis, a stream for each receiver, which all nodes add to. One node at a time tells a receiver: the one
/// that has its lease; when that node dies, another one takes over within the lease. Any thread.
/// </summary>
public sealed class RedisOutbox : IOutbox
{
    // Of a dead node, at a time.
    private const int MostAtOnce = 100;

    private readonly IRedisLink _link;
    private readonly RedisKeys _keys;
    private readonly RedisOptions _options;

    internal RedisOutbox(IRedisLink link, RedisKeys keys, RedisOptions options)
    {
        _link = link;
        _keys = keys;
        _options = options;
    }

    /// <inheritdoc/>
    public event Action? Added;

    /// <summary>
    /// Is called where another node may have taken this one for dead: what is occupied here is to be noted again. Any
    /// thread.
    /// </summary>
    public event Action? Forgotten;

    /// <inheritdoc/>
    public async ValueTask SetOccupied(byte[] channel, bool isOccupied, OutboxEntry entry)
    {
        if (await SetOccupied(_options.Node, channel, isOccupied, entry).ConfigureAwait(false))
        {
            WasAdded();
        }
    }

    /// <summary>
    /// Notes that nobody listens at nodes that have died, nor did at this one before it was started.
    /// </summary>
    /// <param name="vacated">The event for a channel that nobody listens to any more.</param>
    /// <param name="isStarting">Whether this node has no subscribers yet.</param>
    /// <exception cref="BrokerException">Redis has not answered.</exception>
    public async Task ForgetTheDead(Func<byte[], OutboxEntry> vacated, bool isStarting)
    {
        var noted = await _link.Ask(database => database.SetMembersAsync(_keys.OccupyingNodes)).ConfigureAwait(false);
        var living = (await Census.Read(_link, _keys).ConfigureAwait(false)).Living.ToHashSet();
        foreach (var node in noted.Select(node => (string)node!).Where(
            node => node == _options.Node ? isStarting : !living.Contains(node)))
        {
            await Forget(node, vacated).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<OutboxBatch?> Read(string receiver, int most)
    {
        var result = await _link.Run(
            Script.ReadEvents,
            [.. _keys.Events(receiver), _keys.Teller(receiver)],
            [_options.Node, (long)_options.TellerLease.TotalMilliseconds, most]).ConfigureAwait(false);
        if (result.IsNull)
        {
            return null;
        }

        var parts = (RedisResult[])result!;
        return new OutboxBatch(
            [.. ((RedisResult[])parts[2]!).Select(EventOf)], (long)parts[0], (long)parts[1]);
    }

    /// <inheritdoc/>
    public async ValueTask Remove(string receiver, OutboxBatch batch, int count)
    {
        RedisValue[] ids = [.. batch.Events.Take(count).Select(one => (RedisValue)one.Id)];
        await _link.Ask(
            database => database.StreamDeleteAsync(_keys.Events(receiver)[0], ids)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask Leave(string receiver) =>
        await _link.Run(Script.LeaveEvents, [_keys.Teller(receiver)], [_options.Node]).ConfigureAwait(false);

    internal void WasAdded() => Added?.Invoke();

    internal void WasForgotten() => Forgotten?.Invoke();

    private async Task Forget(string node, Func<byte[], OutboxEntry> vacated)
    {
        while (await _link.Ask(
            database => database.SetRandomMembersAsync(_keys.OccupiedAt(node), MostAtOnce)).ConfigureAwait(false)
            is { Length: > 0 } some)
        {
            await Task.WhenAll(some.Select(name => SetOccupied(node, (byte[])name!, false, vacated((byte[])name!))))
                .ConfigureAwait(false);
        }

        if (node != _options.Node)
        {
            await _link.Ask(database => database.SetRemoveAsync(_keys.OccupyingNodes, node)).ConfigureAwait(false);
        }
    }

    private async Task<bool> SetOccupied(string node, byte[] channel, bool isOccupied, OutboxEntry entry)
    {
        RedisKey[] keys =
        [
            _keys.OccupiedAt(node), _keys.Occupied, _keys.OccupyingNodes, .. entry.Receivers.SelectMany(_keys.Events),
        ];
        RedisValue[] arguments =
            [channel, isOccupied ? 1 : 0, entry.Whole(), _options.OutboxLimits.Events, node];
        return (long)await _link.Run(Script.Occupy, keys, arguments).ConfigureAwait(false) == 1;
    }

    // The id is of the stream: milliseconds and a number.
    private static OutboxEvent EventOf(RedisResult entry)
    {
        var (id, fields) = ((string)entry[0]!, (RedisResult[])entry[1]!);
        return new OutboxEvent(
            id, new Numbers(Encoding.ASCII.GetBytes(id)).Next(), (byte[])fields[1]!);
    }
}
