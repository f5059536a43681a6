using System.Collections.Concurrent;
using System.Text;
using Halley.Broker;
using Halley.Protocol;
using Halley.Protocol.Links;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// The other nodes that share this Redis: asks all of them, and hears this one's own probes, so that it knows whether
/// what is published is passed on to it.
/// </summary>
internal sealed class Peers : IDisposable
{
    // One that has not said for longer that it lives is asked, and not waited for.
    private const int BeatsToWaitFor = 3;

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

    /// <summary>Hears what all nodes hear, and what this one alone does.</summary>
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
    /// <param name="patience">The time that those may take to answer who live.</param>
    /// <returns>What those said that answered in time and had something to say.</returns>
    /// <exception cref="BrokerException">Redis has not answered.</exception>
    public async ValueTask<SurveyResult> Ask(string question, byte[] argument, TimeSpan patience)
    {
        var census = await Census.Read(_link, _keys).ConfigureAwait(false);
        var others = census.Nodes.Count(node => node.Name != _options.Node);
        var awaited = census.HeardWithin(_options.BeatInterval * BeatsToWaitFor, _options.LifeLease)
            .Count(node => node != _options.Node);
        var number = Interlocked.Increment(ref _lastSurvey);
        var survey = _surveys[number] = new Survey(awaited);
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
            var (answers, isWhole) = await survey.Answers(patience, _time).ConfigureAwait(false);
            return new SurveyResult([.. own, .. answers], isWhole && awaited == others);
        }
        finally
        {
            _surveys.TryRemove(number, out _);
        }
    }

    public void Dispose()
    {
        _clock.Dispose();
        _listening.Dispose();
    }

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

        public async Task<SurveyResult> Answers(TimeSpan patience, TimeProvider time)
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
                return new SurveyResult([.. _answers], _left <= 0);
            }
        }
    }
}
