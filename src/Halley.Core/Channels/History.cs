namespace Halley.Channels;

/// <summary>
/// The newest messages of a stream, in a ring, in the order of their offsets; some may be left out, since not every
/// message is kept. Guarded by its channel's lock.
/// </summary>
internal sealed class History
{
    // Small at first: most channels never hold more than a message or two at once.
    private const int FirstCapacity = 2;

    // What a message has around its payload on the wire: enough for a slice of empty ones to end.
    private const int BytesAround = 64;

    private Message[] _ring = new Message[FirstCapacity];
    private int _start;

    public int Count { get; private set; }

    /// <summary>Bytes of payload.</summary>
    public long Bytes { get; private set; }

    public (int Count, long Bytes) Size => (Count, Bytes);

    /// <summary>The fate of the messages that it had.</summary>
    public Losses Losses { get; set; }

    /// <summary>The latest tick at which one of its messages expires; 0 where none does.</summary>
    public uint LastExpiry { get; private set; }

    /// <summary>
    /// The tick at which its oldest message expires, or the latest one where that message does not; 0 where none does.
    /// </summary>
    public uint NextExpiry =>
        LastExpiry == 0 || Count == 0 ? 0 : _ring[_start].ExpiresAt is var oldest and > 0 ? oldest : LastExpiry;

    /// <param name="keep">The number of messages that are kept; at least 1.</param>
    /// <param name="slack">
    /// The number of further messages that may come before the oldest are dropped, in one go.
    /// </param>
    public void Append(Message message, int keep, int slack)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[IndexOf(Count)] = message;
        Count++;
        Bytes += message.Payload.Length;
        LastExpiry = Math.Max(LastExpiry, message.ExpiresAt);
        if (Count > (long)keep + slack)
        {
            DropOldest(Count - keep, LossReason.Evicted);
        }
    }

    /// <summary>The messages kept from an offset on, oldest first; all of them where that offset is gone.</summary>
    public Message[] ReadFrom(long offset) => ReadAllFrom(PlaceOf(offset));

    /// <summary>
    /// The messages kept from an offset on, oldest first, until they have as many bytes; one at least.
    /// </summary>
    /// <param name="before">The offset that ends them.</param>
    /// <param name="isAll">Whether there are no more of them.</param>
    public Message[] ReadSlice(long offset, long before, long bytes, out bool isAll)
    {
        var first = PlaceOf(offset);
        var end = first;
        while (end < Count && bytes > 0 && _ring[IndexOf(end)] is var message && message.Offset < before)
        {
            bytes -= message.Payload.Length + BytesAround;
            end++;
        }

        isAll = end == Count || _ring[IndexOf(end)].Offset >= before;
        return Read(first, end);
    }

    /// <summary>The newest messages, oldest first.</summary>
    public Message[] ReadNewest(int count) => ReadAllFrom(Count - Math.Min(count, Count));

    /// <summary>The messages after the last one seen, or from the first later one on; whichever comes first.</summary>
    public Message[] ReadAfter(Func<Message, bool> isLastSeen, Func<Message, bool> isLater)
    {
        for (var i = 0; i < Count; i++)
        {
            var message = _ring[IndexOf(i)];
            if (isLastSeen(message))
            {
                return ReadAllFrom(i + 1);
            }

            if (isLater(message))
            {
                return ReadAllFrom(i);
            }
        }

        return [];
    }

    /// <summary>
    /// The offset of the oldest among that many of the newest messages; <paramref name="next"/> where none is kept.
    /// </summary>
    public long OldestOf(int newest, long next)
    {
        var count = Math.Min(newest, Count);
        return count == 0 ? next : _ring[IndexOf(Count - count)].Offset;
    }

    /// <summary>Whether the message of this offset is kept.</summary>
    public bool Has(long offset) =>
        Count > 0
        && (_ring[IndexOf(Count - 1)].Offset == offset
            || (ReadFrom(offset) is [var first, ..] && first.Offset == offset));

    /// <summary>Drops the messages before an offset.</summary>
    public void DropBefore(long offset, LossReason reason)
    {
        var count = 0;
        while (count < Count && _ring[IndexOf(count)].Offset < offset)
        {
            count++;
        }

        DropOldest(count, reason);
    }

    /// <summary>Drops what has expired.</summary>
    public void DropExpired(uint now)
    {
        if (LastExpiry == 0)
        {
            return;
        }

        var kept = 0;
        var lastExpiry = 0u;
        for (var i = 0; i < Count; i++)
        {
            var message = _ring[IndexOf(i)];
            if (message.ExpiresAt == 0 || unchecked((int)(message.ExpiresAt - now)) > 0)
            {
                _ring[IndexOf(kept++)] = message;
                lastExpiry = Math.Max(lastExpiry, message.ExpiresAt);
            }
            else
            {
                Bytes -= message.Payload.Length;
                Losses = Losses.WithExpired(message.Offset);
            }
        }

        for (var i = kept; i < Count; i++)
        {
            _ring[IndexOf(i)] = null!;
        }

        Count = kept;
        LastExpiry = lastExpiry;
    }

    public void Clear()
    {
        DropOldest(Count, LossReason.Cleared);
        LastExpiry = 0;
    }

    private int IndexOf(int place) => (_start + place) & (_ring.Length - 1);

    // The place of the first message that has this offset or a later one; behind the last where there is none.
    private int PlaceOf(long offset)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _ring[IndexOf(middle)].Offset < offset ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private Message[] ReadAllFrom(int place) => Read(place, Count);

    private Message[] Read(int place, int end)
    {
        var messages = new Message[end - place];
        for (var i = 0; i < messages.Length; i++)
        {
            messages[i] = _ring[IndexOf(place + i)];
        }

        return messages;
    }

    private void DropOldest(int count, LossReason reason)
    {
        if (count > 0)
        {
            Losses = Losses.WithDropped(_ring[IndexOf(count - 1)].Offset, reason);
        }

        for (var i = 0; i < count; i++)
        {
            ref var oldest = ref _ring[IndexOf(i)];
            Bytes -= oldest.Payload.Length;
            oldest = null!;
        }

        _start = IndexOf(count);
        Count -= count;
    }

    // Doubled, so that the length stays a power of two, as the masks above need.
    private void Grow()
    {
        var larger = new Message[_ring.Length * 2];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = _ring[IndexOf(i)];
        }

        _ring = larger;
        _start = 0;
    }
}
