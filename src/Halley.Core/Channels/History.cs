namespace Halley.Channels;

/// <summary>
/// The newest messages of a stream, in a ring. It keeps at least as many as it was asked to: like iComet's, it lets half as many again come
/// before it drops the oldest in one go. Guarded by its channel's lock.
/// </summary>
internal sealed class History
{
    // Small at first: most channels never hold more than a message or two at once.
    private const int FirstCapacity = 2;

    private readonly int _size;
    private Message[] _ring = new Message[FirstCapacity];
    private int _start;

    /// <param name="size">How many messages are kept; at least 1.</param>
    public History(int size) => _size = size;

    public int Count { get; private set; }

    public void Append(Message message)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[(_start + Count) & (_ring.Length - 1)] = message;
        Count++;
        if (Count >= _size + (_size + 1L) / 2)
        {
            DropOldest(Count - _size);
        }
    }

    /// <summary>The messages kept from an offset on, oldest first; all of them where that offset is gone.</summary>
    public Message[] ReadFrom(long offset)
    {
        var oldest = Count == 0 ? 0 : _ring[_start].Offset;
        var skip = (int)Math.Clamp(Math.Max(offset, 0) - oldest, 0, Count);
        var messages = new Message[Count - skip];
        for (var i = 0; i < messages.Length; i++)
        {
            messages[i] = _ring[(_start + skip + i) & (_ring.Length - 1)];
        }

        return messages;
    }

    public void Clear() => DropOldest(Count);

    private void DropOldest(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _ring[(_start + i) & (_ring.Length - 1)] = null!;
        }

        _start = (_start + count) & (_ring.Length - 1);
        Count -= count;
    }

    // Doubled, so that the length stays a power of two, as the masks above need.
    private void Grow()
    {
        var larger = new Message[_ring.Length * 2];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = _ring[(_start + i) & (_ring.Length - 1)];
        }

        _ring = larger;
        _start = 0;
    }
}
