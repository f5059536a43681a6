using Halley.Engine.Native;
using Halley.Protocol;

namespace Halley.Engine.Connections;

/// <summary>The outcome of an attempt to send.</summary>
internal enum SendStatus
{
    /// <summary>Everything is with the kernel.</summary>
    Sent,

    /// <summary>The kernel's buffer is full: the rest waits until the client has read.</summary>
    Blocked,

    /// <summary>The connection is broken.</summary>
    Failed,
}

/// <summary>
/// The bytes that wait to be sent to one client, in order: those written for it alone, and those shared with others.
/// Lent to a connection while something waits; a parked one has none. Belongs to one reactor.
/// </summary>
internal sealed class SendQueue
{
    // Sent bytes of the client's own are dropped when there are as many, and no fewer than wait.
    private const int MaxSentKept = 64 * 1024;

    // The most that an unlent queue keeps: a thousand of them may wait.
    private const int MaxOwnKept = 8 * 1024;
    private const int MaxSegmentsKept = 64;

    private readonly Queue<Segment> _segments = new();
    private long _ownDropped;
    private int _sealed;
    private int _sentOfFirst;
    private long _queued;
    private long _sent;
    private long _sentWanted;

    /// <summary>
    /// The buffer for this client's own bytes. Nothing else may be appended between two writes that belong together.
    /// </summary>
    public ByteBuffer Own { get; } = new(512, MaxOwnKept) { CanShare = true };

    /// <summary>The number of bytes that wait.</summary>
    public long Length => _queued + Own.SharedLength + Own.Length - _sealed;

    /// <summary>The number of its own bytes that its reactor has counted.</summary>
    public int Counted { get; set; }

    /// <summary>The tick by which the wanted bytes are to be sent; null while none are wanted.</summary>
    public uint? WantedBy { get; private set; }

    /// <summary>Whether the wanted bytes were sent.</summary>
    public bool IsPunctual => _sent >= _sentWanted;

    /// <summary>Wants bytes to be sent by a tick: so many, or all that wait now where they are fewer.</summary>
    public void Want(long bytes, uint by)
    {
        _sentWanted = _sent + Math.Min(bytes, Length);
        WantedBy = by;
    }

    /// <summary>Appends bytes that are shared with other clients; nobody may write to them any more.</summary>
    public void Append(byte[] shared)
    {
        if (shared.Length == 0)
        {
            return;
        }

        Seal();
        Enqueue(shared);
    }

    /// <summary>Sends as much as the kernel takes.</summary>
    /// <param name="staging">
    /// A buffer of the reactor's: pieces that fit are put together there, so that several small ones cost one call.
    /// </param>
    public SendStatus Send(int fd, Span<byte> staging)
    {
        for (var piece = FirstPiece(staging); piece.Length > 0; piece = FirstPiece(staging))
        {
            var sent = Socket.Send(fd, piece);
            if (OnSent(sent >= 0 ? sent : -Errno.Last, piece.Length) is var status and not SendStatus.Sent)
            {
                return status;
            }
        }

        return SendStatus.Sent;
    }

    /// <summary>The bytes to be sent next, in one call; empty where nothing waits.</summary>
    public ReadOnlySpan<byte> FirstPiece(Span<byte> staging)
    {
        Seal();
        return _queued > 0 ? NextPiece(staging) : default;
    }

    /// <summary>Takes note of what became of the first piece.</summary>
    /// <param name="result">The number of bytes that the kernel took, or an error's number below zero.</param>
    /// <param name="length">The number of bytes that it was given.</param>
    public SendStatus OnSent(int result, int length)
    {
        if (result == length)
        {
            Drop(result);
            return SendStatus.Sent;
        }

        if (result < 0 && result != -Errno.TryAgain)
        {
            return SendStatus.Failed;
        }

        Drop(Math.Max(result, 0));
        DropSentOwn();
        return SendStatus.Blocked;
    }

    /// <summary>Forgets everything, to be lent to another connection.</summary>
    public void Clear()
    {
        _segments.Clear();
        if (_segments.Capacity > MaxSegmentsKept)
        {
            _segments.TrimExcess();
        }

        Own.Clear();
        _ownDropped = 0;
        _sealed = 0;
        _sentOfFirst = 0;
        _queued = 0;
        _sent = _sentWanted = 0;
        WantedBy = null;
    }

    // What was written since the last seal becomes segments: the client's own, and what others have between it.
    private void Seal()
    {
        if (Own.SharedLength > 0)
        {
            foreach (var (at, bytes) in Own.Shared)
            {
                SealOwn(at);
                Enqueue(bytes);
            }

            Own.ForgetShared();
        }

        SealOwn(Own.Length);
    }

    private void SealOwn(int end)
    {
        if (end > _sealed)
        {
            _segments.Enqueue(new Segment(null, _ownDropped + _sealed, end - _sealed));
            _queued += end - _sealed;
            _sealed = end;
        }
    }

    private void Enqueue(byte[] shared)
    {
        _segments.Enqueue(new Segment(shared, 0, shared.Length));
        _queued += shared.Length;
    }

    private ReadOnlySpan<byte> NextPiece(Span<byte> staging)
    {
        var first = BytesOf(_segments.Peek())[_sentOfFirst..];
        if (_segments.Count == 1 || first.Length >= staging.Length)
        {
            return first;
        }

        var staged = 0;
        var skip = _sentOfFirst;
        foreach (var segment in _segments)
        {
            var bytes = BytesOf(segment)[skip..];
            skip = 0;
            if (bytes.Length > staging.Length - staged)
            {
                break;
            }

            bytes.CopyTo(staging[staged..]);
            staged += bytes.Length;
        }

        return staged > first.Length ? staging[..staged] : first;
    }

    private ReadOnlySpan<byte> BytesOf(Segment segment) =>
        segment.Shared is null ? Own.Written.Slice((int)(segment.Start - _ownDropped), segment.Length) : segment.Shared;

    private void Drop(int sent)
    {
        _queued -= sent;
        _sent += sent;
        _sentOfFirst += sent;
        while (_segments.TryPeek(out var first) && _sentOfFirst >= first.Length)
        {
            _sentOfFirst -= first.Length;
            _segments.Dequeue();
        }
    }

    // Otherwise all that was ever written would be kept for a client that always leaves something unsent.
    private void DropSentOwn()
    {
        if (Own.Length < MaxSentKept)
        {
            return;
        }

        var kept = _ownDropped + Own.Length;
        foreach (var segment in _segments)
        {
            if (segment.Shared is null)
            {
                kept = segment.Start;
                break;
            }
        }

        var sent = (int)(kept - _ownDropped);
        if (sent >= MaxSentKept && sent >= Own.Length / 2)
        {
            Own.Remove(0, sent);
            _sealed -= sent;
            _ownDropped = kept;
        }
    }

    /// <param name="Shared">Null for bytes that lie in <see cref="Own"/>.</param>
    /// <param name="Start">
    /// The start of the client's own bytes, counted over all that was written since the queue was lent.
    /// </param>
    private readonly record struct Segment(byte[]? Shared, long Start, int Length);
}
