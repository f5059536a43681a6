using System.Collections.Concurrent;
using System.Text;
using Halley.Broker;
using Halley.Protocol;
using Halley.Protocol.Links;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// The other nodes that share this Redis: says that this one lives, asks all of them, and hears its own probes, so that
/// it knows whether what is published is passed on to it.
/// </summary>
internal sealed class Peers : IDisposable
{
    // Of the probes of one interval each, before the connections are made anew.
    private const int MostMissing = 2;

    private readonly IRedisLink _link;
    private readonly RedisKeys _keys;
    private readonly RedisOptions _options;
    private readonly Hub _hub;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<long, Survey> _surveys = new();
    private readonly SemaphoreSlim _listening = new(1);
    private readonly ITimer _clock;
    private long _lastSurvey;
    private long _probe;
    private long _heard;
    private long _probedAt;
    private long _lag;
    private long _renewed;
    private bool _isBeating;
    private bool _isListening;

    public Peers(Hub hub, IRedisLink link, RedisKeys keys, RedisOptions options, TimeProvider time, ILogger logger)
    {
        _hub = hub;
        _link = link;
        _keys = keys;
        _options = options;
        _time = time;
        _logger = logger;
        link.Renewed += () => _ = Listen(anew: true);
        link.Restored += () => _ = Listen(anew: false);
        _clock = time.CreateTimer(_ => _ = Beat(), null, options.CheckInterval, options.CheckInterval);
    }

    private enum Kind : byte
    {
        Probe = 1,
        Question = 2,
        Answer = 3,
        Here = 4,
        Gone = 5,
    }

    /// <summary>Whether Redis can be asked, and passes on to this node what is published.</summary>
    public bool IsHearing => _link.IsConnected && Volatile.Read(ref _probe) - Volatile.Read(ref _heard) < MostMissing;

    /// <summary>The time of the last probe that came back, in whole milliseconds; null for none yet.</summary>
    public TimeSpan? RoundTrip => Volatile.Read(ref _heard) == 0
        ? null
        : TimeSpan.FromMilliseconds(Volatile.Read(ref _lag));

    /// <summary>Hears what all nodes hear, and what this one alone does; then says that it lives.</summary>
    public async Task Start()
    {
        await Listen(anew: false).ConfigureAwait(false);
        await Beat().ConfigureAwait(false);
    }

    /// <summary>Tells all nodes that a channel has come or gone, or is still there.</summary>
    public void TellPresence(byte[] channel, bool isHere)
    {
        var output = new ByteBuffer(channel.Length + 1);
        output.WriteByte((byte)(isHere ? Kind.Here : Kind.Gone));
        output.Write(channel);
        _ = Send(_keys.Everybody, output);
    }

    /// <summary>Asks every node that lives; this one too.</summary>
    /// <returns>What those said that answered in time and had something to say.</returns>
    /// <exception cref="BrokerException">Redis has not answered.</exception>
    public async ValueTask<IReadOnlyList<byte[]>> Ask(string question, byte[] argument)
    {
        var nodes = await _link.Ask(database => database.SortedSetRangeByScoreAsync(_keys.Nodes, Now)).ConfigureAwait(
            false);
        var number = Interlocked.Increment(ref _lastSurvey);
        var survey = _surveys[number] = new Survey(nodes.Count(node => node != _options.Node));
        try
        {
            var output = new ByteBuffer(argument.Length + 128);
            output.WriteByte((byte)Kind.Question);
            output.WriteLong(number);
            output.WriteBytes(Encoding.UTF8.GetBytes(_options.Node));
            output.WriteBytes(Encoding.UTF8.GetBytes(question));
            output.Write(argument);
            await Send(_keys.Everybody, output).ConfigureAwait(false);
            var own = await _hub.SurveyHere(question, argument).ConfigureAwait(false);
            return [.. own, .. await survey.Answers(_options.Timeout, _time).ConfigureAwait(false)];
        }
        finally
        {
            _surveys.TryRemove(number, out _);
        }
    }

    /// <summary>This node goes: it is asked no more.</summary>
    public Task Leave() => _link.Ask(database => database.SortedSetRemoveAsync(_keys.Nodes, _options.Node));

    public void Dispose()
    {
        _clock.Dispose();
        _listening.Dispose();
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    // One after another: who listens twice hears every answer twice.
    private async Task Listen(bool anew)
    {
        await _listening.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isListening && !anew)
            {
                return;
            }

            _isListening = false;
            await _link.Subscribe(_keys.Everybody, Hear).ConfigureAwait(false);
            await _link.Subscribe(_keys.OneNode(_options.Node), Hear).ConfigureAwait(false);
            _isListening = true;
        }
        catch (BrokerException)
        {
            // Not connected: the probes will be missing.
        }
        finally
        {
            _listening.Release();
        }
    }

    private async Task Beat()
    {
        if (Interlocked.Exchange(ref _isBeating, true))
        {
            return;
        }

        try
        {
            // New connections are given as many intervals again; until a probe is heard over them, this node is not
            // ready.
            if (_link.IsConnected && _probe - Math.Max(Volatile.Read(ref _heard), _renewed) >= MostMissing)
            {
                _logger.RedisIsDeaf(MostMissing);
                _renewed = _probe;
                await _link.Renew().ConfigureAwait(false);
            }

            await Probe().ConfigureAwait(false);
            var until = Now + (long)_options.Lease.TotalMilliseconds;
            await _link.Ask(database => database.SortedSetAddAsync(_keys.Nodes, _options.Node, until)).ConfigureAwait(
                false);
            await _link.Ask(
                database => database.SortedSetRemoveRangeByScoreAsync(_keys.Nodes, double.NegativeInfinity, Now))
                .ConfigureAwait(false);
            await SayHowItIs().ConfigureAwait(false);
        }
        catch (BrokerException)
        {
            // Said where the connection is watched.
        }
        finally
        {
            Volatile.Write(ref _isBeating, false);
        }
    }

    // First of all: where all that is asked takes too long, the probe is missing, too.
    private Task Probe()
    {
        if (!_link.IsConnected)
        {
            return Task.CompletedTask;
        }

        _probedAt = _time.GetTimestamp();
        var output = new ByteBuffer(16);
        output.WriteByte((byte)Kind.Probe);
        output.WriteLong(Interlocked.Increment(ref _probe));
        return Send(_keys.OneNode(_options.Node), output);
    }

    private async Task SayHowItIs()
    {
        var key = _keys.Node(_options.Node);
        var lease = new NodeLease(
            _options.Node,
            _options.Version,
            _options.Connections(),
            _hub.SubscriberCount,
            _hub.ChannelCount,
            _heard > 0 && IsHearing ? Volatile.Read(ref _lag) : null);
        await _link.Ask(async database =>
        {
            await database.HashSetAsync(key, lease.ToFields()).ConfigureAwait(false);
            return await database.KeyExpireAsync(key, _options.Lease).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async Task Send(RedisChannel topic, ByteBuffer what)
    {
        try
        {
            await _link.Ask(database => database.PublishAsync(topic, what.Written.ToArray())).ConfigureAwait(false);
        }
        catch (BrokerException)
        {
            // Who waits for an answer does so for a while only.
        }
    }

    private void Hear(RedisValue heard)
    {
        byte[] bytes = heard!;
        var reader = new FrameReader(bytes);
        var kind = (Kind)reader.ReadByte();
        switch (kind)
        {
            case Kind.Probe:
                Volatile.Write(ref _heard, reader.ReadLong());
                Volatile.Write(ref _lag, (long)_time.GetElapsedTime(Volatile.Read(ref _probedAt)).TotalMilliseconds);
                break;
            case Kind.Question:
                var (number, asker) = (reader.ReadLong(), Encoding.UTF8.GetString(reader.ReadBytes()));
                if (asker != _options.Node)
                {
                    var question = Encoding.UTF8.GetString(reader.ReadBytes());
                    _ = Answer(number, asker, question, reader.ReadRest().ToArray());
                }

                break;
            case Kind.Answer when _surveys.TryGetValue(reader.ReadLong(), out var survey):
                var answers = new List<byte[]>();
                while (!reader.IsWhole && answers.Count < byte.MaxValue)
                {
                    answers.Add(reader.ReadBytes().ToArray());
                }

                survey.Add(answers);
                break;
            case Kind.Here or Kind.Gone:
                _hub.TellPresence(reader.ReadRest(), kind == Kind.Here);
                break;
        }
    }

    private async Task Answer(long number, string asker, string question, byte[] argument)
    {
        var output = new ByteBuffer(256);
        output.WriteByte((byte)Kind.Answer);
        output.WriteLong(number);
        foreach (var answer in await _hub.SurveyHere(question, argument).ConfigureAwait(false))
        {
            output.WriteBytes(answer);
        }

        await Send(_keys.OneNode(asker), output).ConfigureAwait(false);
    }

    private sealed class Survey(int nodes)
    {
        private readonly Lock _lock = new();
        private readonly List<byte[]> _answers = [];
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = nodes;

        public void Add(List<byte[]> answers)
        {
            lock (_lock)
            {
                _answers.AddRange(answers);
                if (--_left == 0)
                {
                    _all.SetResult();
                }
            }
        }

        public async Task<IReadOnlyList<byte[]>> Answers(TimeSpan patience, TimeProvider time)
        {
            if (Volatile.Read(ref _left) > 0)
            {
                try
                {
                    await _all.Task.WaitAsync(patience, time).ConfigureAwait(false);
                }
                catch (TimeoutException)
                {
                    // One has just died, or stands still: the others count.
                }
            }

            lock (_lock)
            {
                return [.. _answers];
            }
        }
    }
}
