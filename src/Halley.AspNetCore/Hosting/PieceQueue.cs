namespace Halley.AspNetCore.Hosting;

/// <summary>
/// The pieces of an answer that wait for its client: the dispatcher adds, the request's own task takes. While nothing
/// waits it holds next to nothing: most answers wait.
/// </summary>
internal sealed class PieceQueue
{
    private readonly Lock _lock = new();
    private List<Piece>? _waiting;
    private TaskCompletionSource<List<Piece>?>? _taker;
    private State _state;

    private enum State : byte
    {
        Open,
        Whole,
        Aborted,
    }

    /// <returns>False where it is complete.</returns>
    public bool TryAdd(Piece piece)
    {
        TaskCompletionSource<List<Piece>?>? taker;
        lock (_lock)
        {
            if (_state != State.Open)
            {
                return false;
            }

            taker = _taker;
            _taker = null;
            if (taker is null)
            {
                (_waiting ??= []).Add(piece);
            }
        }

        taker?.SetResult([piece]);
        return true;
    }

    /// <summary>Nothing is added any more.</summary>
    /// <param name="isAborted">Whether who takes is told so, once it has taken what waits.</param>
    public void Complete(bool isAborted = false)
    {
        TaskCompletionSource<List<Piece>?>? taker;
        lock (_lock)
        {
            if (_state != State.Open)
            {
                return;
            }

            _state = isAborted ? State.Aborted : State.Whole;
            taker = _taker;
            _taker = null;
        }

        if (isAborted)
        {
            taker?.SetCanceled();
        }
        else
        {
            taker?.SetResult(null);
        }
    }

    /// <summary>Takes all that waits, or the next that comes. One at a time.</summary>
    /// <returns>Null where all is taken, and nothing will come.</returns>
    /// <exception cref="OperationCanceledException">It was aborted.</exception>
    public Task<List<Piece>?> TakeAsync()
    {
        lock (_lock)
        {
            if (_waiting is { } pieces)
            {
                _waiting = null;
                return Task.FromResult<List<Piece>?>(pieces);
            }

            switch (_state)
            {
                case State.Whole:
                    return Task.FromResult<List<Piece>?>(null);
                case State.Aborted:
                    return Task.FromCanceled<List<Piece>?>(new CancellationToken(canceled: true));
            }

            _taker = new TaskCompletionSource<List<Piece>?>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _taker.Task;
        }
    }

    /// <summary>Takes what nobody will any more.</summary>
    public IReadOnlyList<Piece> Clear()
    {
        lock (_lock)
        {
            var left = _waiting ?? [];
            _waiting = null;
            return left;
        }
    }
}

/// <summary>A piece of an answer.</summary>
/// <param name="IsOwn">Whether its bytes are this answer's alone.</param>
internal readonly record struct Piece(ReadOnlyMemory<byte> Bytes, bool IsOwn);
