using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Halley.Access;
using Halley.Broker;
using Halley.Channels;
using Halley.Following;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// The streams that this node follows. A few are compared with Redis at a time, so that each is within the check
/// interval; all of them when a connection was lost.
/// </summary>
internal sealed class RedisSource : IStreamSource, IDisposable
{
    // Beyond that, who waits for an answer waits for those before it.
    private const int MostReadingsAtOnce = 500;

    private readonly IRedisLink _link;
    private readonly RedisKeys _keys;
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<uint, FollowedStream> _streams = new();
    private readonly ITimer _clock;
    private readonly RedisValue _countField;
    private readonly uint _turns;
    private uint _turn;

    public RedisSource(
        Hub hub, IRedisLink link, RedisKeys keys, RedisOptions options, TimeProvider time, ILogger logger)
    {
        _link = link;
        _keys = keys;
        _options = options;
        _time = time;
        _logger = logger;
        _countField = "n:" + options.Node;
        Followed = new FollowedChannels(hub, this, options.IdleTimeout, time);
        _turns = (uint)Math.Max(1, options.CheckInterval / TimeSpan.FromMilliseconds(100));
        _clock = time.CreateTimer(
            _ => CheckSome(), null, options.CheckInterval / _turns, options.CheckInterval / _turns);
        link.Restored += () => _ = CheckAll(static stream => stream.Check());
        link.Renewed += () => _ = CheckAll(static stream => stream.HearAgain());
    }

    public FollowedChannels Followed { get; }

    public TimeProvider Time => _time;

    /// <summary>Told of a channel that was created for a subscriber here.</summary>
    public Action<byte[]>? Created { get; set; }

    /// <inheritdoc/>
    public void Follow(uint id, ReadOnlySpan<byte> name, bool mayCreate, TimeSpan? idleTimeout, ClientBlock creator)
    {
        var stream = new FollowedStream(this, id, name.ToArray(), mayCreate, idleTimeout);
        _streams[id] = stream;
        _link.DoElsewhere(() => _ = stream.Begin());
    }

    /// <inheritdoc/>
    public void Unfollow(uint id) => Later(id, static (stream, _) => stream.Leave(), 0);

    /// <inheritdoc/>
    public void AskPosition(uint id) => Later(id, static (stream, _) => stream.AskPosition(), 0);

    /// <inheritdoc/>
    public void Count(uint id, int by) => Later(id, static (stream, by) => stream.Count(by), by);

    public Task<IDisposable> Subscribe(byte[] name, Action<RedisValue> hear) =>
        _link.Subscribe(RedisChannel.Literal(_keys.TopicOf(name)), hear);

    public void DoElsewhere(Func<Task> what) => _link.DoElsewhere(() => _ = what());

    public void Forget(FollowedStream stream) => _streams.TryRemove(new(stream.Id, stream));

    /// <summary>Takes this node's subscribers off a channel.</summary>
    public void SayGone(byte[] name) => _ = TryRead(name);

    /// <summary>Reads a stream, and says how many subscribers are here.</summary>
    /// <returns>Null where there is no such channel.</returns>
    /// <exception cref="BrokerException">Redis has not answered.</exception>
    public async Task<StreamReading?> Read(
        byte[] name, long from, int subscribers, bool wants, bool mayCreate, TimeSpan? idleTimeout)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var until = now + (long)_options.Lease.TotalMilliseconds;
        var holds = subscribers == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{subscribers} {until}");
        var result = await Run(name, from, holds, wants, mayCreate, idleTimeout ?? _options.IdleTimeout).ConfigureAwait(
            false);
        if (result.IsNull)
        {
            return null;
        }

        if (result.Resp2Type == ResultType.BulkString)
        {
            return StreamReading.Full;
        }

        var parts = (RedisResult[])result!;
        var (epoch, last, dropped, why) = ((long)parts[0], (long)parts[1], (long)parts[4], (string?)parts[5]);
        var continues = (long)parts[2] is var before and > 0 ? new Continuation(before, (long)parts[3] + 1) : null;
        var kept = new List<CopiedMessage>();
        var expired = why == "x" ? dropped : 0;
        foreach (var entry in (RedisResult[])parts[7]!)
        {
            var pair = (RedisResult[])entry!;
            var offset = new Numbers((byte[])pair[0]!).Next();
            if (MessageFields.TryReadKept(offset, pair[1], now, out var message))
            {
                kept.Add(message);
            }
            else
            {
                expired = Math.Max(expired, offset);
            }
        }

        if ((long)parts[6] == 1)
        {
            Created?.Invoke(name);
        }

        var reason = why == "c" ? LossReason.Cleared : LossReason.Evicted;
        return new StreamReading(
            epoch,
            last + 1,
            new Losses(why == "x" ? 0 : dropped, why == "x" ? default : reason, expired, continues),
            kept);
    }

    public void Dispose()
    {
        _clock.Dispose();
        Followed.Dispose();
    }

    public async Task After(TimeSpan time, Func<Task> what)
    {
        await Task.Delay(time, _time).ConfigureAwait(false);
        await what().ConfigureAwait(false);
    }

    /// <summary>A number that no stream had: a millisecond, and chance.</summary>
    public long NewEpoch() =>
        (_time.GetUtcNow().ToUnixTimeMilliseconds() << 12) | (uint)RandomNumberGenerator.GetInt32(1 << 12);

    private async Task CheckAll(Func<FollowedStream, Task> check)
    {
        var started = _time.GetTimestamp();
        var all = _streams.Values.ToArray();
        foreach (var some in all.Chunk(MostReadingsAtOnce))
        {
            await Task.WhenAll(some.Select(check)).ConfigureAwait(false);
        }

        var took = (long)_time.GetElapsedTime(started).TotalMilliseconds;
        _logger.FollowedAgain(all.Length, took);
    }

    private void CheckSome()
    {
        var turn = _turn = (_turn + 1) % _turns;
        foreach (var (id, stream) in _streams)
        {
            if (id % _turns == turn)
            {
                _ = stream.Check();
            }
        }
    }

    // Locks of those who call are held: what comes of it may need them.
    private void Later(uint id, Action<FollowedStream, int> what, int number)
    {
        if (_streams.TryGetValue(id, out var stream))
        {
            _link.DoElsewhere(() => what(stream, number));
        }
    }

    private async Task TryRead(byte[] name)
    {
        try
        {
            await Run(name, long.MaxValue, "", wants: false, mayCreate: false, _options.IdleTimeout).ConfigureAwait(
                false);
        }
        catch (BrokerException)
        {
            // Its lease ends by itself.
        }
    }

    private Task<RedisResult> Run(byte[] name, long from, string holds, bool wants, bool mayCreate, TimeSpan idle) =>
        _link.Run(
            Script.Read,
            _keys.For(name),
            [
                NewEpoch(), _options.IsFenced ? 1 : 0, mayCreate ? _options.MaxChannels : 0,
                RedisBroker.MillisecondsOf(idle), from, _countField, holds, wants ? 1 : 0,
            ]);
}
