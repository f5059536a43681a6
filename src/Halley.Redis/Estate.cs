using Halley.Broker;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// The things that this node leaves to others should it die, as Redis has them beside its lease: written in batches,
/// one after another, as they come and go. Any thread.
/// </summary>
internal sealed class Estate(IRedisLink link, RedisKeys keys, RedisOptions options)
{
    private const int MostAtOnce = 500;

    private readonly RedisKey _key = keys.Estate(options.Node);
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], byte[]> _all = new(NameComparer.Instance);
    private Dictionary<byte[], byte[]?> _changes = new(NameComparer.Instance);
    private TaskCompletionSource _next = NewCompletion();
    private TaskCompletionSource _current = NewCompletion();
    private bool _isWriting;
    private bool _isOpen;
    private bool _isDoubtful;
    private long _version;

    /// <summary>The number of changes of it, made or written, so far.</summary>
    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    /// <summary>Leaves something, or takes it back. Completes when Redis has it.</summary>
    /// <param name="what">Null takes it back.</param>
    /// <exception cref="BrokerException">Redis has not answered: it is written when it does.</exception>
    public Task Set(byte[] name, byte[]? what)
    {
        lock (_lock)
        {
            if (what is not null)
            {
                _all[name] = what;
            }
            else if (!_all.Remove(name) && !_changes.ContainsKey(name))
            {
                return Task.CompletedTask;
            }

            _version++;
            if (!_isOpen)
            {
                _isDoubtful = true;
                return Task.FromException(
                    new BrokerException("Redis is not connected yet. Try again in a moment.", mayHaveBeenDone: false));
            }

            _changes[name] = what;
            Write();
            return _next.Task;
        }
    }

    /// <summary>It may be written from now on: Redis has nothing of an earlier process of this name.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _isOpen = true;
        }
    }

    /// <summary>Completes when all that was left or taken back so far is written.</summary>
    /// <exception cref="BrokerException">Redis has not answered: it is written when it does.</exception>
    public Task Written()
    {
        lock (_lock)
        {
            return !_isWriting ? Task.CompletedTask : _changes.Count > 0 ? _next.Task : _current.Task;
        }
    }

    /// <summary>Others have taken all of it.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _all.Clear();
            _changes.Clear();
            _version++;
            _isDoubtful = true;
        }
    }

    /// <summary>Writes all of it anew where Redis has something else.</summary>
    /// <param name="count">How much Redis has.</param>
    /// <param name="version">The version at which it was asked.</param>
    /// <exception cref="BrokerException">Redis has not answered.</exception>
    public async Task Compare(long count, long version)
    {
        lock (_lock)
        {
            if (_isWriting || _version != version || (count == _all.Count && !_isDoubtful))
            {
                return;
            }
        }

        var there = await link.Ask(database => database.HashKeysAsync(_key)).ConfigureAwait(false);
        lock (_lock)
        {
            _isDoubtful = false;
            _version++;
            foreach (byte[]? name in there)
            {
                if (!_all.ContainsKey(name!))
                {
                    _changes[name!] = null;
                }
            }

            foreach (var (name, what) in _all)
            {
                _changes[name] = what;
            }

            Write();
        }
    }

    private static TaskCompletionSource NewCompletion() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Under the lock.
    private void Write()
    {
        if (!_isWriting)
        {
            _isWriting = true;
            _ = Task.Run(WriteAll);
        }
    }

    private async Task WriteAll()
    {
        while (true)
        {
            Dictionary<byte[], byte[]?> changes;
            TaskCompletionSource done;
            lock (_lock)
            {
                (done, _current, _next) = (_next, _next, NewCompletion());
                (changes, _changes) = (_changes, new(NameComparer.Instance));
                _version++;
                if (changes.Count == 0)
                {
                    _isWriting = false;
                    done.SetResult();
                    return;
                }
            }

            try
            {
                foreach (var some in changes.Chunk(MostAtOnce))
                {
                    await Write(some).ConfigureAwait(false);
                }

                done.SetResult();
            }
            catch (BrokerException why)
            {
                lock (_lock)
                {
                    _isDoubtful = true;
                }

                done.SetException(why);
            }
        }
    }

    private Task<long> Write(KeyValuePair<byte[], byte[]?>[] some)
    {
        var (wanted, unwanted) = (some.Where(one => one.Value is not null), some.Where(one => one.Value is null));
        HashEntry[] left = [.. wanted.Select(one => new HashEntry(one.Key, one.Value))];
        RedisValue[] back = [.. unwanted.Select(one => (RedisValue)one.Key)];
        return link.Ask(async database =>
        {
            var leaving = left.Length > 0 ? database.HashSetAsync(_key, left) : Task.CompletedTask;
            var takingBack = back.Length > 0 ? database.HashDeleteAsync(_key, back) : Task.FromResult(0L);
            await Task.WhenAll(leaving, takingBack).ConfigureAwait(false);
            return await takingBack.ConfigureAwait(false);
        });
    }
}
