using System.Collections.Concurrent;
using Halley.Broker;
using Halley.Outbox;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// Events over a cluster, where the queues of receivers do not lie where channels do. The step that gives a message its
/// place stages its event with its channel; from there it is moved to the queues, in its order and once, by the node
/// that published, and by another one should that die before. Any thread.
/// </summary>
internal sealed class StagedEvents : IDisposable
{
    // Of a channel at a time; its events may be large.
    private const int MostEvents = 100;

    private const int MostMovers = 16;

    // Beyond that it is left to who looks for what was never told.
    private const int MostQueued = 100_000;

    private const int MostWatched = 10_000;
    private const int MostLookedAt = 100;

    /// <summary>The time for which a channel's staged events are kept that nobody can move.</summary>
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(1);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly IRedisLink _link;
    private readonly RedisKeys _keys;
    private readonly RedisOptions _options;
    private readonly Action _added;
    private readonly TimeProvider _time;
    private readonly ITimer _clock;
    private readonly ConcurrentDictionary<byte[], long> _watched = new(NameComparer.Instance);
    private readonly Lock _lock = new();
    private readonly HashSet<byte[]> _isQueued = new(NameComparer.Instance);
    private readonly Queue<byte[]> _queue = [];
    private int _movers;
    private bool _isLooking;
    private long _refused = long.MinValue;

    /// <param name="added">Called when events were added to queues.</param>
    public StagedEvents(IRedisLink link, RedisKeys keys, RedisOptions options, Action added, TimeProvider time)
    {
        _link = link;
        _keys = keys;
        _options = options;
        _added = added;
        _time = time;
        _clock = time.CreateTimer(_ => _ = LookAtWatched(), null, LookEvery, LookEvery);
    }

    /// <summary>The last arguments of <see cref="Script.Publish"/>.</summary>
    public static RedisValue[] ArgumentsFor(OutboxEntry told) =>
        [string.Join(',', told.Receivers), (long)KeepFor.TotalMilliseconds];

    /// <summary>
    /// Has other nodes look for a channel's events; before one is staged. Where that cannot be noted now, this node
    /// alone moves them, and whoever publishes there next.
    /// </summary>
    public async Task Watch(byte[] channel)
    {
        var now = _time.GetTimestamp();
        if ((_watched.TryGetValue(channel, out var since)
                && _time.GetElapsedTime(since, now) < _options.StagedPatience / 2)
            || (_refused != long.MinValue && _time.GetElapsedTime(Volatile.Read(ref _refused), now) < LookEvery))
        {
            return;
        }

        try
        {
            await _link.Run(
                Script.Watch,
                [_keys.Watched],
                [channel, (long)(_options.StagedPatience + _options.Timeout).TotalMilliseconds]).ConfigureAwait(false);
            if (_watched.Count >= MostWatched)
            {
                _watched.Clear();
            }

            _watched[channel] = now;
        }
        catch (BrokerException)
        {
            Volatile.Write(ref _refused, _time.GetTimestamp());
        }
    }

    /// <summary>Moves a channel's events soon: one was staged.</summary>
    public void Move(byte[] channel)
    {
        lock (_lock)
        {
            if (_queue.Count >= MostQueued || !_isQueued.Add(channel))
            {
                return;
            }

            _queue.Enqueue(channel);
            if (_movers < MostMovers)
            {
                _movers++;
                _ = Task.Run(MoveQueued);
            }
        }
    }

    public void Dispose() => _clock.Dispose();

    private async Task MoveQueued()
    {
        while (true)
        {
            byte[]? channel;
            lock (_lock)
            {
                if (!_queue.TryDequeue(out channel))
                {
                    _movers--;
                    return;
                }

                _isQueued.Remove(channel);
            }

            await TryMoveAll(channel).ConfigureAwait(false);
        }
    }

    /// <returns>Whether nothing is staged any more.</returns>
    private async Task<bool> TryMoveAll(byte[] channel)
    {
        try
        {
            while (await MoveSome(channel).ConfigureAwait(false) is var moved and > 0)
            {
                _added();
                if (moved < MostEvents)
                {
                    break;
                }
            }

            return true;
        }
        catch (BrokerException)
        {
            // They stay where they are: somebody looks for them.
            return false;
        }
    }

    /// <returns>How many were moved, where there may be more.</returns>
    private async Task<int> MoveSome(byte[] channel)
    {
        RedisKey[] staged = [_keys.Staged(channel), _keys.Meta(channel)];
        var read = (RedisResult[])(await _link.Run(Script.ReadStaged, staged, [MostEvents]).ConfigureAwait(false))!;
        var events = ((RedisResult[])read[0]!).Select(StagedEvent.Read).ToList();
        var losses = ((RedisResult[])read[1]!).Chunk(2).Select(
            loss => (Receiver: (string)loss[0]!, Count: (RedisValue)loss[1])).ToList();
        if (events.Count + losses.Count == 0)
        {
            return 0;
        }

        List<string> receivers =
        [
            .. events.SelectMany(one => one.Receivers).Concat(losses.Select(loss => loss.Receiver)).Distinct(),
        ];
        await _link.Run(
            Script.Tell,
            [_keys.LastTold(channel), .. receivers.SelectMany(_keys.Events)],
            [
                _options.OutboxLimits.Events, (long)KeepFor.TotalMilliseconds, losses.Count,
                .. losses.SelectMany(loss => (RedisValue[])[receivers.IndexOf(loss.Receiver) + 1, loss.Count]),
                .. events.SelectMany(one => (RedisValue[])
                [
                    one.Place, string.Join(' ', one.Receivers.Select(name => receivers.IndexOf(name) + 1)), one.Text,
                ]),
            ]).ConfigureAwait(false);
        await _link.Run(
            Script.ForgetStaged,
            staged,
            [
                losses.Count, .. losses.SelectMany(loss => (RedisValue[])[loss.Receiver, loss.Count]),
                .. events.Select(one => one.Id),
            ]).ConfigureAwait(false);
        return events.Count;
    }

    // What a node has staged and not moved: it has died, or could not.
    private async Task LookAtWatched()
    {
        if (Interlocked.Exchange(ref _isLooking, true))
        {
            return;
        }

        try
        {
            while (await TakeWatched().ConfigureAwait(false) is { Channels.Length: > 0 } some)
            {
                await Task.WhenAll(some.Channels.Select(channel => Look(channel, some.Till))).ConfigureAwait(false);
                if (some.Channels.Length < MostLookedAt)
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

    private async Task<(RedisValue Till, byte[][] Channels)> TakeWatched()
    {
        var taken = (RedisResult[])(await _link.Run(
            Script.TakeWatched,
            [_keys.Watched],
            [MostLookedAt, (long)_options.StagedPatience.TotalMilliseconds]).ConfigureAwait(false))!;
        return ((RedisValue)taken[0], [.. ((RedisResult[])taken[1]!).Select(channel => (byte[])channel!)]);
    }

    private async Task Look(byte[] channel, RedisValue till)
    {
        if (await TryMoveAll(channel).ConfigureAwait(false))
        {
            await _link.Run(Script.Unwatch, [_keys.Watched], [channel, till]).ConfigureAwait(false);
        }
    }

    /// <summary>An event with its channel.</summary>
    private readonly record struct StagedEvent(RedisValue Id, RedisValue Place, string[] Receivers, RedisValue Text)
    {
        public static StagedEvent Read(RedisResult entry)
        {
            var fields = (RedisResult[])entry[1]!;
            return new StagedEvent(
                (RedisValue)entry[0], (RedisValue)fields[1], ((string)fields[3]!).Split(','), (RedisValue)fields[5]);
        }
    }
}
