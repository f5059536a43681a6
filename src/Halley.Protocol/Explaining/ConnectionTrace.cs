using Halley.Protocol.Clients;

namespace Halley.Protocol.Explaining;

/// <summary>One thing that happened to a connection that is watched.</summary>
/// <param name="Number">From 1, for each connection.</param>
/// <param name="Event">One word; see <see cref="TraceWords"/>.</param>
/// <param name="Text">A sentence for people.</param>
public sealed record TraceEvent(long Number, DateTimeOffset Time, string Event, string Text);

/// <summary>
/// The newest events of one connection, from when it is watched on. Written on its dispatcher, read on any thread.
/// </summary>
internal sealed class ConnectionTrace(ConnectedClient client, TimeProvider time)
{
    /// <summary>The most events that are remembered; older ones are forgotten.</summary>
    public const int MostEvents = 256;

    private readonly Lock _lock = new();
    private readonly Queue<TraceEvent> _events = new();
    private ConnectedClient _client = client;
    private DateTimeOffset _until;
    private long _number;
    private string? _ended;
    private bool _isWaiting;
    private bool _isOver;

    /// <summary>Whether nobody wants to know any more; nothing is remembered then.</summary>
    public bool IsOver => Volatile.Read(ref _isOver);

    /// <summary>Whether its connection has ended.</summary>
    public bool HasEnded => Volatile.Read(ref _ended) is not null;

    /// <summary>Remembers for so long, and no shorter than was said before.</summary>
    public void Extend(DateTimeOffset until)
    {
        lock (_lock)
        {
            _until = until > _until ? until : _until;
        }
    }

    /// <summary>Forgets everything where its time is over.</summary>
    public void ForgetAt(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_until <= now)
            {
                _isOver = true;
                _events.Clear();
            }
        }
    }

    public void Note(string what, string text)
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            _events.Enqueue(new TraceEvent(++_number, time.GetUtcNow(), what, text));
            if (_events.Count > MostEvents)
            {
                _events.Dequeue();
            }
        }
    }

    /// <summary>Notes how it is now.</summary>
    public void Describe(ConnectedClient client)
    {
        lock (_lock)
        {
            _client = client;
        }
    }

    /// <summary>Notes that bytes wait, or that none do any more, where that is new.</summary>
    public void Waits(long bytes)
    {
        var isWaiting = bytes > 0;
        if (isWaiting != _isWaiting)
        {
            _isWaiting = isWaiting;
            Note(
                isWaiting ? TraceWords.Waits : TraceWords.Taken,
                isWaiting ? $"The client does not take what is sent: {bytes} bytes wait." : "It has taken all of it.");
        }
    }

    /// <summary>Notes the end of its connection.</summary>
    public void End(CloseReason reason, long unsent)
    {
        if (unsent > 0)
        {
            Note(TraceWords.Dropped, $"{unsent} bytes that waited for it were dropped.");
        }

        var why = TraceWords.Of(reason);
        Note(TraceWords.Ended, $"The connection ended: {why}.");
        Volatile.Write(ref _ended, why);
    }

    public TracedClient Read()
    {
        lock (_lock)
        {
            return new TracedClient(_client, _ended, _number - _events.Count, [.. _events]);
        }
    }
}
