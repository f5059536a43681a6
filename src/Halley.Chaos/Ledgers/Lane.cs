using System.Globalization;

namespace Halley.Chaos.Ledgers;

/// <summary>
/// Messages that one publisher sends to one channel, each after the one before was acknowledged: their order is known.
/// Whose message was not acknowledged sends it again with the same idempotency key, or opens another lane. One
/// publisher's; any thread reads.
/// </summary>
public sealed class Lane
{
    private readonly Ledger _ledger;
    private readonly Lock _lock = new();

    // Of each message: how many had been sent by everybody, with it.
    private readonly List<long> _sent = [];
    private int _acknowledged;
    private bool _isGivenUp;

    internal Lane(Ledger ledger, int number, string channel)
    {
        _ledger = ledger;
        Number = number;
        Channel = channel;
    }

    public string Channel { get; }

    /// <summary>The number of messages that were acknowledged: the first ones.</summary>
    public int Acknowledged
    {
        get
        {
            lock (_lock)
            {
                return _acknowledged;
            }
        }
    }

    internal int Number { get; }

    /// <summary>The place of the message that waits for its answer among all that were sent; null for none.</summary>
    internal long? UnderWay
    {
        get
        {
            lock (_lock)
            {
                return _isGivenUp || _acknowledged == _sent.Count ? null : _sent[^1];
            }
        }
    }

    /// <summary>The text of the next message; it needs no escaping. Called before it is sent.</summary>
    public string Next()
    {
        lock (_lock)
        {
            _sent.Add(_ledger.CountSent());
            return string.Create(CultureInfo.InvariantCulture, $"{Number}.{_sent.Count}");
        }
    }

    /// <summary>Notes that the last message was acknowledged.</summary>
    public void Acknowledge()
    {
        lock (_lock)
        {
            _acknowledged = _sent.Count;
        }

        _ledger.CountAcknowledged();
    }

    /// <summary>Notes that the last message was answered with an error: no other follows it.</summary>
    public void GiveUp()
    {
        lock (_lock)
        {
            _isGivenUp = true;
        }
    }

    /// <summary>Picks from messages in a row those that were sent later than some time, and are not forgiven.</summary>
    /// <param name="to">The last of them; none behind the last one that was sent.</param>
    internal List<int> OwedOf(int from, int to, long since)
    {
        var owed = new List<int>();
        lock (_lock)
        {
            to = Math.Min(to, _sent.Count);
            if (from <= to)
            {
                var first = _sent.BinarySearch(from - 1, to + 1 - from, since + 1, null);
                for (var message = (first < 0 ? ~first : first) + 1; message <= to; message++)
                {
                    if (!_ledger.IsForgiven(_sent[message - 1]))
                    {
                        owed.Add(message);
                    }
                }
            }
        }

        return owed;
    }

    internal bool Has(int message)
    {
        lock (_lock)
        {
            return message >= 1 && message <= _sent.Count;
        }
    }
}
