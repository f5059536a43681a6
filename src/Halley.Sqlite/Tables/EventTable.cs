using System.Globalization;
using System.Text;
using Halley.Outbox;

namespace Halley.Sqlite.Tables;

/// <summary>The events that the operator's own servers are to hear of.</summary>
internal sealed class EventTable : IDisposable
{
    /// <summary>Made where it is missing: earlier versions had no events, and take no notice of these.</summary>
    public static readonly string[] Schema =
    [
        """
        CREATE TABLE IF NOT EXISTS event (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            receiver BLOB NOT NULL,
            added INTEGER NOT NULL,
            text BLOB NOT NULL
        ) STRICT
        """,
        "CREATE INDEX IF NOT EXISTS event_receiver ON event (receiver, id)",
    ];

    private readonly Statement _add;
    private readonly Statement _read;
    private readonly Statement _remove;
    private readonly Statement _count;
    private readonly Dictionary<string, Waiting> _queues = [];

    public EventTable(Database database)
    {
        _add = database.Make("INSERT INTO event (receiver, added, text) VALUES (?, ?, ?)");
        _read = database.Make("SELECT id, added, text FROM event WHERE receiver = ? ORDER BY id LIMIT ?");
        _remove = database.Make("DELETE FROM event WHERE receiver = ? AND id <= ? RETURNING length(text)");
        _count = database.Make("SELECT count(*), total(length(text)) FROM event WHERE receiver = ?");
    }

    /// <summary>Adds an event, or counts it as lost.</summary>
    /// <param name="now">Milliseconds since 1970.</param>
    public void Add(string receiver, byte[] text, OutboxLimits limits, long now)
    {
        var queue = QueueOf(receiver);
        if (queue.Count >= limits.Events || queue.Bytes + text.Length > limits.Bytes)
        {
            queue.Lost++;
            return;
        }

        if (queue.Lost > 0)
        {
            var lost = queue.Lost;
            queue.Lost = 0;
            Add(queue, receiver, OutboxEntry.Lost(lost, now), now);
        }

        Add(queue, receiver, text, now);
    }

    public OutboxBatch Read(string receiver, int most)
    {
        var events = new List<OutboxEvent>();
        _read.With(Encoding.UTF8.GetBytes(receiver)).With(most);
        while (_read.Read())
        {
            events.Add(new OutboxEvent(
                _read.Long(0).ToString(CultureInfo.InvariantCulture), _read.Long(1), _read.Bytes(2)));
        }

        var queue = QueueOf(receiver);
        return new OutboxBatch(events, queue.Count, queue.Lost);
    }

    /// <summary>Removes events up to one of them.</summary>
    public void Remove(string receiver, long last)
    {
        var queue = QueueOf(receiver);
        _remove.With(Encoding.UTF8.GetBytes(receiver)).With(last);
        while (_remove.Read())
        {
            queue.Count--;
            queue.Bytes -= _remove.Long(0);
        }
    }

    /// <summary>
    /// Has the queues counted again when that is needed: what was added or removed may have been undone.
    /// </summary>
    public void Recount()
    {
        foreach (var queue in _queues.Values)
        {
            queue.IsCounted = false;
        }
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_add, _read, _remove, _count])
        {
            statement.Dispose();
        }
    }

    private void Add(Waiting queue, string receiver, byte[] text, long now)
    {
        _add.With(Encoding.UTF8.GetBytes(receiver)).With(now).With(text).Run();
        queue.Count++;
        queue.Bytes += text.Length;
    }

    private Waiting QueueOf(string receiver)
    {
        if (!_queues.TryGetValue(receiver, out var queue))
        {
            _queues.Add(receiver, queue = new Waiting());
        }

        if (!queue.IsCounted && _count.With(Encoding.UTF8.GetBytes(receiver)).Read())
        {
            (queue.Count, queue.Bytes, queue.IsCounted) = (_count.Long(0), _count.Long(1), true);
            _count.End();
        }

        return queue;
    }

    private sealed class Waiting
    {
        public bool IsCounted { get; set; }

        public long Count { get; set; }

        public long Bytes { get; set; }

        public long Lost { get; set; }
    }
}
