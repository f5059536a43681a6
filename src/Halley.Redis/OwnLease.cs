using Halley.Broker;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// This node's lease: says that it lives, finds out whether others took it for dead meanwhile, and looks for those that
/// are. Any thread.
/// </summary>
/// <remarks>
/// After Redis was away nobody's lease is worth anything: a node takes others for dead only where it has had its own,
/// without a break, for so long that every node that lives has said so.
/// </remarks>
internal sealed class OwnLease : IDisposable
{
    /// <summary>The time for which the things that nodes leave wait for an heir, where no node lives.</summary>
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(1);

    private readonly Hub _hub;
    private readonly IRedisLink _link;
    private readonly RedisKeys _keys;
    private readonly RedisOptions _options;
    private readonly Estate _estate;
    private readonly Heir _heir;
    private readonly Func<NodeLease> _account;
    private readonly TimeProvider _time;
    private readonly ITimer _clock;
    private readonly ITimer _looking;
    private readonly Lock _lock = new();
    private Task _beat = Task.CompletedTask;
    private bool _hasStarted;
    private string _taken = "";
    private long _since;
    private long _last;

    /// <param name="account">The node's account of itself.</param>
    public OwnLease(
        Hub hub,
        IRedisLink link,
        RedisKeys keys,
        RedisOptions options,
        Estate estate,
        Heir heir,
        Func<NodeLease> account,
        TimeProvider time)
    {
        _hub = hub;
        _link = link;
        _keys = keys;
        _options = options;
        _estate = estate;
        _heir = heir;
        _account = account;
        _time = time;
        _clock = time.CreateTimer(_ => Start(), null, options.BeatInterval, options.BeatInterval);
        _looking = time.CreateTimer(_ => Look(), null, options.BeatInterval / 2, options.BeatInterval / 2);
    }

    /// <summary>
    /// Told where the lease had ended: others may have forgotten what Redis had of this node. Any thread.
    /// </summary>
    public event Action? Ended;

    /// <summary>Says that this node lives, from now on.</summary>
    public Task Start()
    {
        lock (_lock)
        {
            return _beat.IsCompleted ? _beat = Beat() : _beat;
        }
    }

    /// <summary>This node goes: it is asked no more, and what it could not say is left to others.</summary>
    /// <exception cref="BrokerException">Redis has not answered.</exception>
    public async Task Leave()
    {
        // With one that is under way it would live again.
        await _beat.ConfigureAwait(false);
        await _estate.Written().ConfigureAwait(false);
        await _link.Run(Script.Depart, _keys.OfNode(_options.Node), [_options.Node]).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _clock.Dispose();
        _looking.Dispose();
    }

    private async Task Beat()
    {
        try
        {
            var version = _estate.Version;
            var asked = _time.GetTimestamp();
            var said = (RedisResult[])(await _link.Run(
                Script.Beat,
                _keys.OfNode(_options.Node),
                [
                    _options.Node, Milliseconds(_options.LifeLease), _hasStarted ? 0 : 1, Milliseconds(KeepFor),
                    Milliseconds(KeepFor), .. _account().ToFields(),
                ]).ConfigureAwait(false))!;
            await Hear(
                asked,
                hadLease: (long)said[0] == 1,
                taken: (string)said[1]!,
                left: (long)said[2],
                version,
                isInheritance: (long)said[3] == 1).ConfigureAwait(false);
        }
        catch (BrokerException)
        {
            // Said where the connection is watched.
        }
    }

    private async Task Hear(long asked, bool hadLease, string taken, long left, long version, bool isInheritance)
    {
        if (!_hasStarted || !hadLease || _time.GetElapsedTime(_last, asked) > _options.LifeLease / 2)
        {
            Volatile.Write(ref _since, asked);
        }

        Volatile.Write(ref _last, asked);
        if (!_hasStarted)
        {
            (_hasStarted, _taken) = (true, taken);
            _estate.Open();
        }
        else if (!hadLease)
        {
            Ended?.Invoke();
        }

        // None where Redis has lost it, or it is long ago.
        if (taken.Length > 0 && taken != _taken)
        {
            _taken = taken;
            _estate.Clear();
            _ = _hub.SurveyHere(Hub.WasTakenForDead, []).AsTask();
        }
        else
        {
            await _estate.Compare(left, version).ConfigureAwait(false);
        }

        if (isInheritance)
        {
            _ = _heir.TakeOwn();
        }
    }

    private void Look()
    {
        if (_hasStarted
            && _time.GetElapsedTime(Volatile.Read(ref _since)) >= _options.LifeLease
            && _time.GetElapsedTime(Volatile.Read(ref _last)) < _options.LifeLease / 2)
        {
            _ = _heir.Look();
        }
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
