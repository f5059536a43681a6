using Halley.Engine.Native;
using Halley.Protocol;
using Halley.Protocol.Answers;
using Halley.Time;

namespace Halley.Engine.Connections;

/// <summary>
/// The sending half of a connection: how what was written reaches the kernel, and what happens where the client does
/// not take it. A base class, so that a parked connection is one object.
/// </summary>
internal abstract class ConnectionOutput : HeldAnswer
{
    // Bytes; both a queue that counts as large, and the send buffer that is right for it.
    private const int LargeQueue = 256 * 1024;

    // Send buffers: some tens of kilobytes, so that a reader is not waited for with each 16 KiB of a megabyte.
    private const int UnsentBuffers = 2;

    // A client's kernel takes what is sent in leaps: on loopback more than 100 KB at first, and then nothing until its
    // client has read most of that.
    private static readonly TimeSpan LeastStretch = TimeSpan.FromSeconds(10);

    private readonly int _fd;
    private SendQueue? _output;
    private Traits _traits;

    protected ConnectionOutput(Listener listener, int fd)
    {
        Listener = listener;
        _fd = fd;
    }

    [Flags]
    private enum Traits : byte
    {
        /// <summary>It waits to be flushed.</summary>
        IsDirty = 1,

        /// <summary>The kernel was asked to say when there is room to send.</summary>
        WatchesOut = 2,

        HasLargeBuffer = 4,
    }

    /// <summary>The listener that accepted it.</summary>
    public Listener Listener { get; }

    /// <summary>The key of its events; see <see cref="ConnectionTable"/>.</summary>
    public ulong Key { get; protected init; }

    /// <summary>The socket.</summary>
    public int Descriptor => _fd;

    /// <inheritdoc/>
    protected sealed override HeldAnswers Shared => Listener.Host.Answers;

    /// <inheritdoc/>
    protected sealed override ByteBuffer Output => OutputQueue().Own;

    /// <inheritdoc/>
    protected sealed override bool IsBackedUp => _output is not null && _output.Length > Sending.Options.MaxQueuedBytes;

    /// <inheritdoc/>
    protected sealed override long MaxUntaken => Sending.Options.MaxQueuedBytes;

    /// <summary>Whether nothing waits to be sent.</summary>
    protected bool IsAllSent => _output is null;

    /// <summary>The bytes that wait to be sent.</summary>
    protected long UnsentBytes => _output?.Length ?? 0;

    /// <summary>The tick by which the client must have taken some of what waits; null where nothing waits.</summary>
    protected uint? UnsentWantedBy => _output?.WantedBy;

    /// <summary>Whether nobody waits for what is sent but its client, so that it has no other time than that.</summary>
    protected abstract bool IsDraining { get; }

    private Sending Sending => Listener.Host.Sending;

    /// <summary>Sends what waits, as much as the kernel takes.</summary>
    public void Flush()
    {
        _traits &= ~Traits.IsDirty;
        if (_output is not null)
        {
            Conclude(_output.Send(_fd, Sending.Staging));
        }
    }

    /// <summary>
    /// The first of what waits, for somebody else to send; empty where nothing waits. <see cref="OnSent"/> must follow.
    /// </summary>
    public ReadOnlySpan<byte> FirstPiece()
    {
        _traits &= ~Traits.IsDirty;
        return _output is null ? default : _output.FirstPiece(Sending.Staging);
    }

    /// <summary>Takes note of what became of the first piece, and sends what waits behind it.</summary>
    public void OnSent(int result, int length)
    {
        // Null where it was closed meanwhile, by what another one asked for.
        if (_output is null)
        {
            return;
        }

        var status = result == SendRing.NotTried ? SendStatus.Sent : _output.OnSent(result, length);
        Conclude(status == SendStatus.Sent && _output.Length > 0 ? _output.Send(_fd, Sending.Staging) : status);
    }

    /// <summary>Everything that was written is with the kernel.</summary>
    protected abstract void OnAllSent();

    /// <summary>The one way that a connection ends. A second call does nothing.</summary>
    public abstract void Close(CloseReason reason);

    private void Conclude(SendStatus status)
    {
        switch (status)
        {
            case SendStatus.Sent:
                TraceWaiting(0);
                ReturnOutput();
                OnAllSent();
                break;
            case SendStatus.Blocked when !Sending.Queues.MayWait(_output!):
                CloseTooSlow();
                break;
            case SendStatus.Blocked:
                TraceWaiting(_output!.Length);
                WidenBuffer(_output!.Length);
                WatchOut();
                WatchRate();
                break;
            default:
                Close(CloseReason.ClientGone);
                break;
        }
    }

    /// <inheritdoc/>
    protected sealed override void EndTooSlow() => Close(CloseReason.TooSlow);

    /// <inheritdoc/>
    protected sealed override void Append(byte[] shared) => OutputQueue().Append(shared);

    private SendQueue OutputQueue()
    {
        MarkDirty();
        return _output ??= Sending.Queues.Rent();
    }

    /// <summary>Drops what was not sent.</summary>
    protected void ReturnOutput()
    {
        if (_output is not null)
        {
            Sending.Queues.Return(_output);
            _output = null;
        }
    }

    /// <summary>Has what waits sent soon.</summary>
    protected void MarkDirty()
    {
        if ((_traits & Traits.IsDirty) == 0)
        {
            _traits |= Traits.IsDirty;
            Sending.FlushLater(this);
        }
    }

    // A small buffer is right for small messages. A large one would go through it in steps, one each way there and
    // back; so would the slices of what a client has missed.
    private void WidenBuffer(long queued)
    {
        if ((_traits & Traits.HasLargeBuffer) == 0 && (queued > LargeQueue || IsLagging))
        {
            _traits |= Traits.HasLargeBuffer;
            Socket.SetSendBuffer(_fd, LargeQueue);
            Socket.SetMaxUnsent(
                _fd, (int)Math.Min((long)UnsentBuffers * Sending.Options.SendBufferBytes, int.MaxValue));
        }
    }

    // From the first bytes that the client does not take at once until it has taken all.
    private void WatchRate()
    {
        var isNew = _output!.WantedBy is null;
        if (isNew)
        {
            WantSent();
        }

        if (IsDraining)
        {
            Shared.Clock.Timers.Schedule(this, _output.WantedBy!.Value);
        }
        else if (isNew && IsHeld)
        {
            ScheduleNext();
        }
    }

    private void WantSent()
    {
        var options = Sending.Options;
        var stretch = options.RequestTimeout > LeastStretch ? options.RequestTimeout : LeastStretch;
        _output!.Want(Math.Max(1, (long)(options.MinSendRate * stretch.TotalSeconds)), Shared.Clock.After(stretch));
    }

    /// <summary>Looks whether an answer that is sent to its end is taken fast enough.</summary>
    protected void OnDrainingDue(uint now)
    {
        if (!EndWhereTooSlow(now))
        {
            WatchRate();
        }
    }

    /// <summary>Closes the connection where the client has not taken enough in time.</summary>
    /// <returns>Whether that was the end.</returns>
    protected bool EndWhereTooSlow(uint now)
    {
        if (_output?.WantedBy is not { } due || !TickClock.IsPast(due, now))
        {
            return false;
        }

        if (!_output.IsPunctual)
        {
            CloseTooSlow();
            return true;
        }

        WantSent();
        return false;
    }

    private void CloseTooSlow()
    {
        // Otherwise the kernel would go on sending what it has, as slowly.
        Socket.DiscardUnsent(_fd);
        Close(CloseReason.TooSlow);
    }

    private void WatchOut()
    {
        if ((_traits & Traits.WatchesOut) == 0)
        {
            _traits |= Traits.WatchesOut;
            WatchAgain();
        }
    }

    /// <summary>Says again what is watched: the kernel then looks again, and reports what is there.</summary>
    protected void WatchAgain()
    {
        var alsoOut = (_traits & Traits.WatchesOut) != 0 ? Epoll.Out : 0;
        Sending.Epoll.Modify(_fd, Epoll.In | alsoOut | Epoll.PeerShutdown | Epoll.EdgeTriggered, Key);
    }
}
