namespace Halley.Protocol.Answers;

/// <summary>
/// The distance of an answer to its channel, and messages of it that are kept for the answer: by reference, and no more
/// bytes than a client may let wait. The others are read from the channel's history in their turn. There only while the
/// answer is behind. Belongs to the answer's dispatcher.
/// </summary>
/// <param name="next">The offset of the first message that was not written.</param>
/// <param name="mostHeld">Bytes that are kept for it.</param>
internal sealed class Lag(long next, long mostHeld)
{
    // What a message costs besides its payload, to count small ones.
    private const int BytesAround = 64;

    private readonly Queue<Message> _held = new();
    private long _heldBytes;

    /// <summary>The offset of the first message that was not written.</summary>
    public long Next { get; set; } = next;

    /// <summary>Whether its client has let too much wait, and is sent nothing until it has taken that.</summary>
    public bool IsSkipping { get; set; }

    /// <summary>The newest message, where its client is to have that one alone; else null.</summary>
    public Message? Newest { get; set; }

    /// <summary>Whether all is kept for it that there is of what it lacks; else the rest has to be read.</summary>
    public bool IsWhole { get; set; } = true;

    public bool HasHeld => _held.Count > 0;

    /// <summary>Keeps a further message, where there is room and all before it are kept.</summary>
    public void Hold(Message message)
    {
        var bytes = BytesAround + message.Payload.Length;
        IsWhole &= _heldBytes + bytes <= mostHeld;
        if (IsWhole)
        {
            _held.Enqueue(message);
            _heldBytes += bytes;
        }
    }

    /// <summary>The first of what is kept, until they have as many bytes; one at least.</summary>
    public Message[] First(long bytes)
    {
        var count = 0;
        foreach (var message in _held)
        {
            if (bytes <= 0)
            {
                break;
            }

            bytes -= BytesAround + message.Payload.Length;
            count++;
        }

        return [.. _held.Take(count)];
    }

    /// <summary>Forgets what was written of it.</summary>
    public void DropWritten()
    {
        while (_held.TryPeek(out var first) && first.Offset < Next)
        {
            _heldBytes -= BytesAround + first.Payload.Length;
            _held.Dequeue();
        }
    }
}
