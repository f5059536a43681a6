using Halley.Broker;

namespace Halley.Sqlite;

/// <summary>The operations that wait for the writer's thread. Any thread posts.</summary>
/// <param name="maxBytes">The memory that they may hold while they wait.</param>
internal sealed class Inbox(long maxBytes)
{
    private static readonly BrokerException Ending = new("The server ends.", mayHaveBeenDone: false);

    private const int Skips = 16;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly object _gate = new();
    private List<Operation> _waiting = [];
    private long _waitingBytes;
    private bool _isIdle;
    private int _wanted;
    private int _skipped;
    private BrokerException? _end;

    /// <summary>Adds an operation to those that wait, or fails it. Locks may be held.</summary>
    public void Post(Operation operation)
    {
        BrokerException refused;
        lock (_gate)
        {
            if (_end is null && (operation.Bytes == 0 || _waitingBytes + operation.Bytes <= maxBytes))
            {
                _waiting.Add(operation);
                _waitingBytes += operation.Bytes;
                if (_isIdle || (_wanted > 0 && _waiting.Count >= _wanted))
                {
                    _isIdle = false;
                    _wanted = 0;
                    Monitor.Pulse(_gate);
                }

                return;
            }

            refused = _end
                ?? new BrokerException("Too much waits for the disk (storage.path).", mayHaveBeenDone: false);
        }

        // The caller may hold locks that who waits for the answer needs.
        ThreadPool.UnsafeQueueUserWorkItem(_ => operation.Fail(refused), null);
    }

    /// <summary>Waits for operations, and takes all that wait. On the writer's thread.</summary>
    /// <param name="batch">An empty list, which is exchanged.</param>
    /// <param name="answered">
    /// The number of publishers that were just answered, where a sync is slow: most publish again at once, and a
    /// moment's wait for them spares a sync. 0 for not waiting.
    /// </param>
    /// <returns>False at the end, when none waits any more.</returns>
    public bool TryTake(ref List<Operation> batch, int answered = 0)
    {
        lock (_gate)
        {
            // Where nobody waits, those who were answered are all there are.
            var wanted = answered == 0 ? 0 : _waiting.Count + answered;
            while (_waiting.Count == 0)
            {
                if (_end is not null)
                {
                    return false;
                }

                _isIdle = true;
                Monitor.Wait(_gate);
            }

            _isIdle = false;
            Gather(wanted);
            (batch, _waiting) = (_waiting, batch);
            _waitingBytes = 0;
            return true;
        }
    }

    /// <summary>Takes the first of those that wait now.</summary>
    public List<Operation> TakeNow(int most)
    {
        lock (_gate)
        {
            var taken = _waiting.GetRange(0, Math.Min(most, _waiting.Count));
            _waiting.RemoveRange(0, taken.Count);
            _waitingBytes -= taken.Sum(static operation => operation.Bytes);
            return taken;
        }
    }

    private void Gather(int wanted)
    {
        if (_waiting.Count >= wanted || wanted < 2)
        {
            return;
        }

        if (_skipped > 0)
        {
            _skipped--;
            return;
        }

        _wanted = wanted;
        if (!Monitor.Wait(_gate, Moment))
        {
            // They did not come back: for a while nobody waits for them.
            _skipped = Skips;
        }

        _wanted = 0;
    }

    /// <summary>Fails some operations, and those that wait, and takes no more.</summary>
    public void FailAll(List<Operation> batch, BrokerException why)
    {
        End(why);
        do
        {
            foreach (var operation in batch)
            {
                try
                {
                    operation.Fail(why);
                }
                catch (InvalidOperationException)
                {
                    // It was answered before.
                }
            }

            batch = [];
        }
        while (TryTake(ref batch));
    }

    /// <summary>Takes no more operations; those that wait are still to be taken.</summary>
    /// <param name="why">What further ones are told; null for that the server ends.</param>
    public void End(BrokerException? why = null)
    {
        lock (_gate)
        {
            _end ??= why ?? Ending;
            Monitor.Pulse(_gate);
        }
    }
}
