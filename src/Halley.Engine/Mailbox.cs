namespace Halley.Engine;

/// <summary>
/// Work posted to a reactor by other threads, in order. It is taken all at once: the lock is held for a swap of two
/// lists.
/// </summary>
internal sealed class Mailbox
{
    private readonly Lock _lock = new();
    private List<IWork> _posted = [];
    private List<IWork> _taken = [];

    /// <summary>Adds work. Any thread.</summary>
    public void Post(IWork work)
    {
        lock (_lock)
        {
            _posted.Add(work);
        }
    }

    /// <summary>Whether nothing waits. Any thread; exact only for work posted before.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _posted.Count == 0;
            }
        }
    }

    /// <summary>Moves what was posted to the end of a queue. On the reactor.</summary>
    public void MoveTo(Queue<IWork> queue)
    {
        lock (_lock)
        {
            (_posted, _taken) = (_taken, _posted);
        }

        foreach (var work in _taken)
        {
            queue.Enqueue(work);
        }

        _taken.Clear();
    }
}
