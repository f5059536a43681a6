namespace Halley.Load.Clients;

/// <summary>Follows the numbers each subscriber was given: they should be 1, 2, 3 and so on.</summary>
internal sealed class DeliveryCheck(Payload payload)
{
    private readonly int[] _last = new int[Native.Poller.MaxDescriptors];
    private readonly HashSet<(int Subscriber, int Number)> _missing = [];
    private long _duplicated, _outOfOrder, _damaged, _ended;

    /// <summary>Good deliveries: each number of each subscriber once.</summary>
    public long Delivered { get; private set; }

    public DeliveryErrors Errors => new(_missing.Count, _duplicated, _outOfOrder, _damaged, _ended);

    /// <summary>One chunk of a subscriber's response. True: a message it had not had. The server's own messages (noop and such) pass by.</summary>
    public bool Take(int subscriber, ReadOnlySpan<byte> chunk)
    {
        if (chunk.IndexOf("\"type\":\"data\""u8) < 0)
        {
            return false;
        }

        var start = chunk.IndexOf("\"content\":\""u8) + "\"content\":\""u8.Length;
        var length = chunk[start..].IndexOf((byte)'"');
        if (length < 0 || !payload.TryRead(chunk.Slice(start, length), out var number))
        {
            _damaged++;
            return false;
        }

        return Take(subscriber, number);
    }

    /// <summary>The server ended a connection it should have held.</summary>
    public void ConnectionEnded() => _ended++;

    /// <summary>Says what should have come by now, so that what is missing at the end counts too.</summary>
    public void ExpectUpTo(int subscriber, int number)
    {
        for (var missing = _last[subscriber] + 1; missing <= number; missing++)
        {
            _missing.Add((subscriber, missing));
        }

        _last[subscriber] = Math.Max(_last[subscriber], number);
    }

    private bool Take(int subscriber, int number)
    {
        if (number > _last[subscriber])
        {
            ExpectUpTo(subscriber, number - 1);
            _last[subscriber] = number;
        }
        else if (_missing.Remove((subscriber, number)))
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
}
