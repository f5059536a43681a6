using System.Buffers;
using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Engine.Connections;

/// <summary>
/// The part of a request that has come while the rest has not, or what was sent ahead of an answer. Held by a connection only then; its memory comes
/// from the shared pool and goes back there. Belongs to one reactor.
/// </summary>
internal sealed class ReceiveBuffer : IDisposable
{
    private const int FirstCapacity = 4096;

    private byte[] _bytes;
    private int _start;
    private int _end;
    private int _scanned;
    private ChunkedBody _chunks;

    /// <param name="capacity">Bytes to begin with; it grows as needed.</param>
    public ReceiveBuffer(int capacity = FirstCapacity) => _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>How far the head has been searched for its end.</summary>
    public ref int Scanned => ref _scanned;

    /// <summary>How much must have come before it is worth looking again.</summary>
    public int Needed { get; set; }

    /// <summary>Whether the client was told to go on and send its body.</summary>
    public bool ToldToContinue { get; set; }

    /// <summary>Where the chunks of a body begin: how long the head before them is. 0 where no chunk has been looked for.</summary>
    public int ChunksFrom { get; set; }

    /// <summary>Where the chunks of a body have got to.</summary>
    public ref ChunkedBody Chunks => ref _chunks;

    /// <summary>What the chunks carried; null where the body does not come in chunks.</summary>
    public ByteBuffer? Body { get; set; }

    /// <summary>What has come of a WebSocket's message that is not whole; null where there is none.</summary>
    public MessageReader? Messages { get; set; }

    /// <summary>The tick at which that message began to come.</summary>
    public uint MessageBegan { get; set; }

    /// <summary>To be read, and changed while it is.</summary>
    public Span<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(_start, _end - _start);

    public int Length => _end - _start;

    /// <summary>How much it can hold without growing.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>Whether there is no room to receive into unless it grows.</summary>
    public bool IsFull => _end == _bytes.Length && _start < _bytes.Length / 2;

    /// <summary>Room to receive into, at the end of what is there.</summary>
    public Span<byte> Room()
    {
        if (_end == _bytes.Length)
        {
            MakeRoom();
        }

        return _bytes.AsSpan(_end);
    }

    public void Advance(int count) => _end += count;

    /// <summary>Drops a request that was handled; what follows it is the next.</summary>
    public void Consume(int count)
    {
        _start += count;
        ForgetRequest();
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        _start = _end = 0;
        Messages = null;
        ForgetRequest();
    }

    /// <summary>Moves what a shared buffer holds into one of its own size, for the connection to keep.</summary>
    public static ReceiveBuffer TakeFrom(ReceiveBuffer shared)
    {
        var own = new ReceiveBuffer(shared.Length)
        {
            _scanned = shared._scanned,
            _chunks = shared._chunks,
            Needed = shared.Needed,
            ChunksFrom = shared.ChunksFrom,
            ToldToContinue = shared.ToldToContinue,
            Body = shared.Body,
        };
        own.TakeMessages(shared);
        shared.Bytes.CopyTo(own._bytes);
        own._end = shared.Length;
        shared.Clear();
        return own;
    }

    /// <summary>Goes on with the message that another has the beginning of.</summary>
    public void TakeMessages(ReceiveBuffer other)
    {
        (Messages, MessageBegan) = (other.Messages, other.MessageBegan);
        other.Messages = null;
    }

    /// <summary>Takes bytes out of the middle: chunks whose content has been put aside.</summary>
    public void Remove(int from, int count)
    {
        _bytes.AsSpan(_start + from + count, Length - from - count).CopyTo(_bytes.AsSpan(_start + from));
        _end -= count;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    private void ForgetRequest()
    {
        _scanned = 0;
        _chunks = default;
        Needed = 0;
        ChunksFrom = 0;
        ToldToContinue = false;
        Body = null;
    }

    private void MakeRoom()
    {
        if (!IsFull)
        {
            Bytes.CopyTo(_bytes);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
            Bytes.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        _end -= _start;
        _start = 0;
    }
}
