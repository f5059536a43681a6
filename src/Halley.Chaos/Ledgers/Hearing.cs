using System.Globalization;

namespace Halley.Chaos.Ledgers;

/// <summary>A server's word on a subscriber's place when it comes or comes back.</summary>
public enum Notice
{
    /// <summary>Nothing is missing.</summary>
    Exact,

    /// <summary>Some messages are missing.</summary>
    Gap,

    /// <summary>Voids what it knew: all that is kept comes, and it may know it.</summary>
    Reset,
}

/// <summary>
/// The account of one subscriber of a channel: what it has heard and was told, and its place for when it comes back.
/// Any thread.
/// </summary>
public sealed class Hearing
{
    private const long Never = long.MaxValue;

    private readonly Ledger _ledger;
    private readonly Lock _lock = new();

    // Of each lane the last message that was heard.
    private readonly Dictionary<int, int> _last = [];

    // Those before it that were not, with whether they were counted as lost.
    private readonly List<Skipped> _skipped = [];
    private string _epoch = "0";
    private long _next;
    private long _since = Never;
    private long _heard;
    private long _heardAgain;
    private int _timesTold;

    internal Hearing(Ledger ledger, string channel, string name)
    {
        _ledger = ledger;
        Channel = channel;
        Name = name;
    }

    public string Channel { get; }

    /// <summary>The subscriber's name where something is wrong.</summary>
    public string Name { get; }

    /// <summary>The number of messages that it has heard in all.</summary>
    public long Heard => Volatile.Read(ref _heard);

    /// <summary>The number of those that may have come again, since it was told to forget what it knew.</summary>
    public long HeardAgain => Volatile.Read(ref _heardAgain);

    /// <summary>The number of times that it was told that messages are missing.</summary>
    public int TimesTold => Volatile.Read(ref _timesTold);

    /// <summary>Whether it was ever let in.</summary>
    public bool IsServed
    {
        get
        {
            lock (_lock)
            {
                return _since != Never;
            }
        }
    }

    /// <summary>The place that it comes back with, in a protocol that has epochs and offsets.</summary>
    public (string Epoch, long Next) Place
    {
        get
        {
            lock (_lock)
            {
                return (_epoch, _next);
            }
        }
    }

    /// <summary>Takes what it is told about its place: what was sent until now and does not come is not lost.</summary>
    /// <param name="next">The offset of what it hears next.</param>
    /// <param name="again">With a reset: how many messages come that it may know.</param>
    public void Tell(Notice notice, string epoch = "0", long next = 0, long again = 0)
    {
        lock (_lock)
        {
            (_epoch, _next) = (epoch, next);
            if (notice == Notice.Exact && _since != Never)
            {
                return;
            }

            _timesTold += _since == Never ? 0 : 1;
            _since = _ledger.Sent;
            if (notice == Notice.Reset)
            {
                _heardAgain += again;
                _last.Clear();
                _skipped.Clear();
            }
        }
    }

    /// <summary>Takes a message.</summary>
    /// <param name="offset">Its offset; null in a protocol that has none.</param>
    public void Hear(ReadOnlySpan<char> text, long? offset = null)
    {
        lock (_lock)
        {
            _heard++;
            var isExpected = IsExpected(text);
            if (offset is { } place)
            {
                if (isExpected && place != _next)
                {
                    Note(
                        place > _next ? BreachKind.LostUntold : BreachKind.Repeated,
                        $"{text} at {_epoch}:{place}, where {_next} was to come");
                }

                _next = place + 1;
            }
        }
    }

    /// <summary>Notes something that it should not be told.</summary>
    public void Protest(string what) => Note(BreachKind.OutOfOrder, what);

    /// <summary>Lists the messages that were acknowledged, not heard, and not told to be missing.</summary>
    internal IReadOnlyList<string> Owed()
    {
        lock (_lock)
        {
            if (_since == Never)
            {
                return [$"{Name} {Channel}: never let in"];
            }

            var owed = new List<string>();
            foreach (var lane in _ledger.LanesOf(Channel))
            {
                var messages = lane.OwedOf(_last.GetValueOrDefault(lane.Number) + 1, lane.Acknowledged, _since);
                owed.AddRange(messages.Select(message => $"{Name} {Channel}: {lane.Number}.{message}"));
            }

            return owed;
        }
    }

    private bool IsExpected(ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        if (dot < 0
            || !int.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !int.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var message)
            || _ledger.Find(number) is not { } lane
            || lane.Channel != Channel
            || !lane.Has(message))
        {
            Note(BreachKind.OutOfOrder, $"{text} was never sent here");
            return false;
        }

        var last = _last.GetValueOrDefault(number);
        if (message <= last)
        {
            NoteEarlier(number, message);
            return false;
        }

        _last[number] = message;
        if (message == last + 1)
        {
            return true;
        }

        var lost = lane.OwedOf(last + 1, message - 1, _since);
        _skipped.Add(new Skipped(number, last + 1, message - 1, lost));
        if (lost.Count > 0)
        {
            Note(BreachKind.LostUntold, $"{number}.{lost[0]} to {number}.{lost[^1]}", lost.Count);
        }

        return lost.Count == 0;
    }

    private void NoteEarlier(int lane, int message)
    {
        var found = _skipped.FindIndex(row => row.Lane == lane && message >= row.From && message <= row.To);
        if (found >= 0)
        {
            // It comes after all: too late, and not lost.
            Note(BreachKind.OutOfOrder, $"{lane}.{message} after {lane}.{_skipped[found].To + 1}");
            if (_skipped[found].Lost.Remove(message))
            {
                _ledger.Note(new Breach(BreachKind.LostUntold, ""), -1);
            }
        }
        else
        {
            Note(BreachKind.Repeated, $"{lane}.{message}");
        }
    }

    private void Note(BreachKind kind, string what, long count = 1) =>
        _ledger.Note(new Breach(kind, $"{Name} {Channel}: {what}"), count);

    // Messages of a lane that were not heard when later ones were, and those of them that were counted as lost.
    private readonly record struct Skipped(int Lane, int From, int To, List<int> Lost);
}
