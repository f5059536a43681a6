namespace Halley.Engine.Connections;

/// <summary>
/// Lends send queues to connections, and counts the bytes in them that are not shared. Belongs to one reactor.
/// </summary>
internal sealed class SendQueuePool
{
    private const int MaxSpare = 1024;

    // Bytes that may wait for any client, whatever waits for the others.
    private const int LittleUnshared = 64 * 1024;

    private readonly Stack<SendQueue> _spare = new();
    private long _unshared;

    /// <summary>The most unshared bytes that may wait for the reactor's clients.</summary>
    public required long MaxUnshared { get; set; }

    public SendQueue Rent() => _spare.TryPop(out var queue) ? queue : new SendQueue();

    /// <summary>Counts the unshared bytes that wait in a queue.</summary>
    /// <returns>
    /// Whether they may wait: all clients together keep no more than allowed, or this one keeps little.
    /// </returns>
    public bool MayWait(SendQueue queue)
    {
        _unshared += queue.Own.Length - queue.Counted;
        queue.Counted = queue.Own.Length;
        return queue.Counted <= LittleUnshared || _unshared <= MaxUnshared;
    }

    public void Return(SendQueue queue)
    {
        _unshared -= queue.Counted;
        queue.Counted = 0;
        if (_spare.Count < MaxSpare)
        {
            queue.Clear();
            _spare.Push(queue);
        }
    }
}
