namespace Halley.Server.Webhooks;

/// <summary>The counts of one receiver, for operators. Counted by its sender alone; any thread reads.</summary>
internal sealed class WebhookCounts
{
    private long _delivered;
    private long _lost;
    private long _failed;
    private long _waiting;

    /// <summary>Events that it has acknowledged.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>Events that were given up or found the queue full.</summary>
    public long Lost => Volatile.Read(ref _lost) + NotToldLost;

    /// <summary>Requests that it has not answered as it should.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Events that wait for it; null where another node tells it.</summary>
    public long? Waiting
    {
        get => Volatile.Read(ref _waiting) is var count and >= 0 ? count : null;
        set => Volatile.Write(ref _waiting, value ?? -1);
    }

    /// <summary>Events that found the queue full, of which it has not been told yet.</summary>
    public long NotToldLost { get; set; }

    public void CountDelivered(int events) => Interlocked.Add(ref _delivered, events);

    public void CountLost(long events) => Interlocked.Add(ref _lost, events);

    public void CountFailed() => Interlocked.Increment(ref _failed);
}
