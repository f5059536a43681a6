using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Engine.Connections;

/// <summary>
/// The part of a request that has come while the rest has not, or bytes that were sent ahead of an answer. Held by a
/// connection only then. Belongs to one reactor.
/// </summary>
/// <param name="capacity">Bytes to begin with; it grows as needed.</param>
/// <param name="count">Counts its memory; null where it does not count.</param>
internal sealed class ReceiveBuffer(int capacity = ReceiveBuffer.FirstCapacity, UnfinishedBytes? count = null)
    : IDisposable
{
    private const int FirstCapacity = 4096;

    // Bytes. The content of a chunk does not stay here, so this never grows: a body would come in pieces as small as
    // its head.
    private const int RoomForChunks = 16 * 1024;

    private readonly HeldMemory _memory = new(capacity, count);
    private int _start;
    private int _end;
    private int _scanned;
    private ChunkedBody _chunks;

    /// <summary>The bytes of the head that were searched for its end.</summary>
    public ref int Scanned => ref _scanned;

    /// <summary>The length that must have come before it is worth looking again.</summary>
    public int Needed { get; set; }

    /// <summary>Whether the client was told to go on and send its body.</summary>
    public bool ToldToContinue { get; set; }

    /// <summary>
    /// The start of a body's chunks, which is the length of the head. 0 before any chunk is looked for.
    /// </summary>
    public int ChunksFrom { get; set; }

    /// <summary>The state of reading the chunks of a body.</summary>
    public ref ChunkedBody Chunks => ref _chunks;

    /// <summary>The content of the chunks; null where the body does not come in chunks.</summary>
    public HeldStore? Body { get; private set; }

    /// <summary>The reader with the beginning of a WebSocket's message; null where there is none.</summary>
    public MessageReader? Messages { get; set; }

    /// <summary>The tick at which that message began.</summary>
    public uint MessageBegan { get; set; }

    /// <summary>The bytes to be read, which may be changed while they are.</summary>
    public Span<byte> Unread => _memory.Bytes[_start.._end];

    public ReadOnlySpan<byte> Bytes => Unread;

    public int Length => _end - _start;

    /// <summary>The bytes that it can hold without growing.</summary>
    public int Capacity => _memory.Capacity;

    /// <summary>Whether it, or the message or body that it has begun, takes a large block of memory.</summary>
    public bool IsLarge =>
        _memory.IsLarge || Body is { IsLarge: true } || Messages?.Store is HeldStore { IsLarge: true };

    /// <summary>Whether there is no room to receive into unless it grows.</summary>
    public bool IsFull => _end == Capacity && _start < Capacity / 2;

    /// <summary>Room to receive into, at the end of what is there.</summary>
    public Span<byte> Room()
    {
        if (_end == Capacity)
        {
            MakeRoom();
        }

        return _memory.Bytes[_end..];
    }

    public void Advance(int length) => _end += length;

    /// <summary>Drops a request that was handled; the next one follows.</summary>
    public void Consume(int length)
    {
        _start += length;
        ForgetRequest();
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        _start = _end = 0;
        DropMessages();
        ForgetRequest();
    }

    /// <summary>Begins a body that comes in chunks.</summary>
    public HeldStore BeginBody() => Body ??= new HeldStore(count);

    /// <summary>Drops the message that has begun, and its memory.</summary>
    public void DropMessages()
    {
        (Messages?.Store as HeldStore)?.Dispose();
        Messages = null;
    }

    /// <summary>Moves the content of a shared buffer into one of its size, for the connection to keep.</summary>
    /// <param name="count">Counts its memory.</param>
    public static ReceiveBuffer TakeFrom(ReceiveBuffer shared, UnfinishedBytes count)
    {
        var own = new ReceiveBuffer(shared.Length + (shared.ChunksFrom > 0 ? RoomForChunks : 0), count)
        {
            _scanned = shared._scanned,
            _chunks = shared._chunks,
            Needed = shared.Needed,
            ChunksFrom = shared.ChunksFrom,
            ToldToContinue = shared.ToldToContinue,
            Body = shared.Body,
        };
        own.TakeMessages(shared);
        shared.Body = null;
        shared.Bytes.CopyTo(own._memory.Bytes);
        own._end = shared.Length;
        shared.Clear();
        return own;
    }

    /// <summary>Takes over the message that another buffer has begun.</summary>
    public void TakeMessages(ReceiveBuffer other)
    {
        (Messages, MessageBegan) = (other.Messages, other.MessageBegan);
        other.Messages = null;
    }

    /// <summary>Takes bytes out of the middle: chunks whose content has been put aside.</summary>
    public void Remove(int from, int length)
    {
        Unread[(from + length)..].CopyTo(Unread[from..]);
        _end -= length;
    }

    public void Dispose()
    {
        DropMessages();
        Body?.Dispose();
        Body = null;
        _memory.Dispose();
    }

    private void ForgetRequest()
    {
        _scanned = 0;
        _chunks = default;
        Needed = 0;
        ChunksFrom = 0;
        ToldToContinue = false;
        Body?.Dispose();
        Body = null;
    }

    private void MakeRoom()
    {
        if (IsFull)
        {
            _memory.Grow(Capacity + 1);
        }

        Bytes.CopyTo(_memory.Bytes);
        _end -= _start;
        _start = 0;
    }
}
