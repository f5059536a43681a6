namespace Halley.Load.Clients;

/// <summary>
/// Follows the numbers each subscriber was given: they should be 1, 2, 3 and so on, for messages to its channel and for
/// messages to everybody apart. 8 bytes a subscriber, and what is missing.
/// </summary>
internal sealed class DeliveryCheck(int subscribers)
{
    /// <summary>
    /// Missing messages known by number; what is beyond is only counted, and arriving late it would count as repeated.
    /// </summary>
    private const int MissingLimit = 1_000_000;

    private readonly int[] _last = new int[2 * subscribers];
    private readonly HashSet<(int Line, int Number)> _missing = [];
    private long _missingBeyond, _duplicated, _outOfOrder, _damaged, _ended;

    /// <summary>Good deliveries: each number of each subscriber once.</summary>
    public long Delivered { get; private set; }

    public DeliveryErrors Errors => new(_missing.Count + _missingBeyond, _duplicated, _outOfOrder, _damaged, _ended);

    /// <summary>True: a message the subscriber had not had.</summary>
    public bool Take(int subscriber, bool isToEverybody, int number)
    {
        var line = Line(subscriber, isToEverybody);
        if (number > _last[line])
        {
            ExpectUpTo(subscriber, isToEverybody, number - 1);
            _last[line] = number;
        }
        else if (_missing.Remove((line, number)))
        {
            _outOfOrder++;
        }
        else
        {
            _duplicated++;
            return false;
        }

        Delivered++;
        return true;
    }

    /// <summary>Counts a piece that was no message of this run, or of another channel.</summary>
    public void TakeDamaged() => _damaged++;

    /// <summary>The server ended a connection it should have held.</summary>
    public void ConnectionEnded() => _ended++;

    /// <summary>Says what should have come by now, so that what is missing at the end counts too.</summary>
    public void ExpectUpTo(int subscriber, bool isToEverybody, int number)
    {
        var line = Line(subscriber, isToEverybody);
        for (var missing = _last[line] + 1; missing <= number; missing++)
        {
            if (_missing.Count < MissingLimit)
            {
                _missing.Add((line, missing));
            }
            else
            {
                _missingBeyond++;
            }
        }

        _last[line] = Math.Max(_last[line], number);
    }

    /// <summary>The subscriber was away and does not resume: what was published meanwhile is not due to it.</summary>
    public void SkipTo(int subscriber, bool isToEverybody, int number)
    {
        ref var last = ref _last[Line(subscriber, isToEverybody)];
        last = Math.Max(last, number);
    }

    private static int Line(int subscriber, bool isToEverybody) => (2 * subscriber) + (isToEverybody ? 1 : 0);
}
