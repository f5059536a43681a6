using System.Globalization;

namespace Halley.Outbox;

/// <summary>Queues that end with the process, for channels that do.</summary>
public sealed class MemoryOutbox : IOutbox
{
    private readonly OutboxLimits _limits;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Waiting> _queues;
    private readonly long _started;
    private long _last;

    public MemoryOutbox(IEnumerable<string> receivers, OutboxLimits limits, TimeProvider time)
    {
        _limits = limits;
        _time = time;
        _started = Now;
        _queues = receivers.ToDictionary(receiver => receiver, _ => new Waiting());
    }

    /// <inheritdoc/>
    public event Action? Added;

    /// <summary>Adds an event that needs no place in a stream, or has one.</summary>
    public void Add(OutboxEntry entry, StreamPosition? position)
    {
        var text = position is { } place ? entry.At(place) : entry.Whole();
        foreach (var receiver in entry.Receivers)
        {
            var queue = _queues[receiver];
            lock (queue)
            {
                if (queue.Events.Count >= _limits.Events || queue.Bytes + text.Length > _limits.Bytes)
                {
                    queue.Lost++;
                    continue;
                }

                if (queue.Lost > 0)
                {
                    Add(queue, OutboxEntry.Lost(queue.Lost, Now));
                    queue.Lost = 0;
                }

                Add(queue, text);
            }
        }

        Added?.Invoke();
    }

    /// <inheritdoc/>
    public ValueTask SetOccupied(byte[] channel, bool isOccupied, OutboxEntry entry)
    {
        Add(entry, position: null);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<OutboxBatch?> Read(string receiver, int most)
    {
        var queue = _queues[receiver];
        lock (queue)
        {
            return new(new OutboxBatch([.. queue.Events.Take(most)], queue.Events.Count, queue.Lost));
        }
    }

    /// <inheritdoc/>
    public ValueTask Remove(string receiver, OutboxBatch batch, int count)
    {
        var queue = _queues[receiver];
        lock (queue)
        {
            for (; count > 0; count--)
            {
                queue.Bytes -= queue.Events.Dequeue().Text.Length;
            }
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask Leave(string receiver) => default;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    // With the start's time: no id is of two events, not even after a restart.
    private void Add(Waiting queue, byte[] text)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{_started}-{Interlocked.Increment(ref _last)}");
        queue.Events.Enqueue(new OutboxEvent(id, Now, text));
        queue.Bytes += text.Length;
    }

    private sealed class Waiting
    {
        public Queue<OutboxEvent> Events { get; } = [];

        public long Bytes { get; set; }

        public long Lost { get; set; }
    }
}
