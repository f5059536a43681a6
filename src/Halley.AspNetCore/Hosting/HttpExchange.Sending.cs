namespace Halley.AspNetCore.Hosting;

// What waits for the client, and what it may let wait.
internal sealed partial class HttpExchange
{
    // Bytes. Nothing is heard from a client that does not take what it was sent: its pings would only make more.
    private const int MaxUntakenToListen = 16 << 10;

    // Bytes of its own that a client may let wait also where all together let too much wait.
    private const int AlwaysUnshared = 64 << 10;

    private TaskCompletionSource? _room;
    private long _unsent;
    private long _unsentOwn;
    private volatile bool _isBlocked;

    // Whether it is to catch up once nothing is unsent.
    private bool _catchesUp;

    /// <summary>The pieces of the answer; complete when it is whole, aborted where it is cut off.</summary>
    public PieceQueue Pieces { get; } = new();

    /// <summary>The budget for what all clients of the host have sent that is not whole.</summary>
    public Budget Unfinished => exchanges.Unfinished;

    /// <summary>The clock of its host.</summary>
    public TimeProvider Time => exchanges.Time;

    /// <summary>The time that a message of a WebSocket may take to come whole.</summary>
    public TimeSpan MessageTimeout => options.MessageTimeout;

    /// <inheritdoc/>
    protected override bool IsBackedUp => Interlocked.Read(ref _unsent) > options.MaxQueuedBytes
        || (exchanges.Unshared.IsOver && Interlocked.Read(ref _unsentOwn) > AlwaysUnshared);

    /// <inheritdoc/>
    protected override long MaxUntaken => options.MaxQueuedBytes;

    /// <summary>A piece has been taken by the client, or never will be. Any thread.</summary>
    public void Sent(Piece piece)
    {
        var length = piece.Bytes.Length;
        if (piece.IsOwn)
        {
            Interlocked.Add(ref _unsentOwn, -length);
            exchanges.Unshared.Take(-length);
        }

        var left = Interlocked.Add(ref _unsent, -length);
        if (left <= MaxUntakenToListen)
        {
            Interlocked.Exchange(ref _room, null)?.TrySetResult();
        }

        if (_isBlocked && left == 0)
        {
            _isBlocked = false;
            loop.Post(new Call(() => TraceWaiting(0)));
        }

        if (left == 0)
        {
            CatchUpIfWanted();
        }
    }

    /// <summary>The client does not take what is sent. On the request's own task.</summary>
    public void Block()
    {
        _isBlocked = true;
        loop.Post(new Call(() => TraceWaiting(Interlocked.Read(ref _unsent))));
    }

    /// <summary>Completes when the client has taken enough of what it was sent to be heard. One at a time.</summary>
    public Task UntilTakenAsync()
    {
        if (Interlocked.Read(ref _unsent) <= MaxUntakenToListen)
        {
            return Task.CompletedTask;
        }

        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _room, room);
        if (Interlocked.Read(ref _unsent) <= MaxUntakenToListen)
        {
            // Taken meanwhile, perhaps before anybody could see that it is waited for.
            room.TrySetResult();
        }

        return room.Task;
    }

    /// <summary>Nobody takes anything any more: what waits is given back. Any thread, once all else is over.</summary>
    public void Forget() => loop.Post(new Call(() =>
    {
        Cut(CloseReason.ClientGone, isAborted: true);
        foreach (var piece in Pieces.Clear())
        {
            Sent(piece);
        }
    }));

    private void CatchUpWhenTaken()
    {
        Volatile.Write(ref _catchesUp, true);
        Interlocked.MemoryBarrier();
        if (Interlocked.Read(ref _unsent) == 0)
        {
            // Taken meanwhile, perhaps before anybody could see that it is waited for.
            CatchUpIfWanted();
        }
    }

    private void CatchUpIfWanted()
    {
        if (Interlocked.Exchange(ref _catchesUp, false))
        {
            loop.Post(new Call(CatchUp));
        }
    }

    private void Write(ReadOnlyMemory<byte> bytes, bool isOwn)
    {
        var piece = new Piece(bytes, isOwn);
        Interlocked.Add(ref _unsent, bytes.Length);
        if (isOwn)
        {
            Interlocked.Add(ref _unsentOwn, bytes.Length);
            exchanges.Unshared.Take(bytes.Length);
        }

        if (!Pieces.TryAdd(piece))
        {
            Sent(piece);
        }
    }
}
