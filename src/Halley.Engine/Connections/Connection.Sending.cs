using Halley.Engine.Native;
using Halley.Protocol;

namespace Halley.Engine.Connections;

// How what was written reaches the kernel, and what happens where the client does not take it.
internal sealed partial class Connection
{
    // Bytes; both what counts as much, and the send buffer that then is right.
    private const int LargeQueue = 256 * 1024;

    // Send buffers: some tens of kilobytes, so that a reader is not waited for with each 16 KiB of a megabyte.
    private const int UnsentBuffers = 2;

    // A client's kernel takes what is sent in leaps: on loopback more than 100 KB at first, and nothing then until its client has read most of that.
    private static readonly TimeSpan LeastStretch = TimeSpan.FromSeconds(10);

    /// <summary>Sends what waits, as much as the kernel takes.</summary>
    public void Flush()
    {
        _isDirty = false;
        if (_output is not null)
        {
            Conclude(_output.Send(_fd, Reactor.Staging));
        }
    }

    /// <summary>The first of what waits, for somebody else to send; empty where nothing waits. <see cref="OnSent"/> must follow.</summary>
    public ReadOnlySpan<byte> FirstPiece()
    {
        _isDirty = false;
        return _output is null ? default : _output.FirstPiece(Reactor.Staging);
    }

    /// <summary>The first piece was sent, or was not; what waits behind it is sent now.</summary>
    public void OnSent(int result, int length)
    {
        // Null where it was closed meanwhile, by what another one asked for.
        if (_output is null)
        {
            return;
        }

        var status = result == SendRing.NotTried ? SendStatus.Sent : _output.OnSent(result, length);
        Conclude(status == SendStatus.Sent && _output.Length > 0 ? _output.Send(_fd, Reactor.Staging) : status);
    }

    private void Conclude(SendStatus status)
    {
        switch (status)
        {
            case SendStatus.Sent:
                ReturnOutput();
                AfterSending();
                break;
            case SendStatus.Blocked when !Reactor.Queues.MayWait(_output!):
                CloseTooSlow();
                break;
            case SendStatus.Blocked:
                WidenBuffer(_output!.Length);
                WatchOut();
                WatchRate();
                break;
            default:
                Close(CloseReason.ClientGone);
                break;
        }
    }

    private void AfterSending()
    {
        try
        {
            if (_state == ConnectionState.Closing)
            {
                CloseGently();
            }
            else if (_state == ConnectionState.Reading)
            {
                if (!_awaitsRest)
                {
                    SetTimer(Reactor.Options.KeepAliveTimeout);
                }

                if (_isPaused)
                {
                    ProcessSentAhead();
                }
            }
            else if (_state == ConnectionState.Held && IsWebSocket && _isPaused)
            {
                ProcessSentAhead();
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private bool IsBackedUp => _output is not null && _output.Length > Reactor.Options.MaxQueuedBytes;

    // One message more than the limit is let through, so that a message larger than the limit can be delivered at all.
    private bool HasRoom()
    {
        if (!IsBackedUp)
        {
            return true;
        }

        Close(CloseReason.TooSlow);
        return false;
    }

    private ByteBuffer Output() => OutputQueue().Own;

    private SendQueue OutputQueue()
    {
        MarkDirty();
        return _output ??= Reactor.Queues.Rent();
    }

    private void ReturnOutput()
    {
        if (_output is not null)
        {
            Reactor.Queues.Return(_output);
            _output = null;
        }
    }

    private void MarkDirty()
    {
        if (!_isDirty)
        {
            _isDirty = true;
            Reactor.FlushLater(this);
        }
    }

    // A small buffer is right for small messages. A large one would go through it in steps, one each way there and back.
    private void WidenBuffer(long queued)
    {
        if (!Is(ConnectionTraits.HasLargeBuffer) && queued > LargeQueue)
        {
            _traits |= ConnectionTraits.HasLargeBuffer;
            Socket.SetSendBuffer(_fd, LargeQueue);
            Socket.SetMaxUnsent(_fd, (int)Math.Min((long)UnsentBuffers * Reactor.Options.SendBufferBytes, int.MaxValue));
        }
    }

    // An answer that nobody waits for but its client: it has no other time than that.
    private bool IsDraining =>
        _output is not null && (_state == ConnectionState.Closing || (_state == ConnectionState.Reading && !_awaitsRest));

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
            Reactor.Timers.Schedule(this, _output.WantedBy!.Value);
        }
        else if (isNew && IsHeld)
        {
            SetHeldTimer();
        }
    }

    private void WantSent()
    {
        var stretch = Reactor.Options.RequestTimeout > LeastStretch ? Reactor.Options.RequestTimeout : LeastStretch;
        _output!.Want(Math.Max(1, (long)(Reactor.Options.MinSendRate * stretch.TotalSeconds)), Reactor.Now + Reactor.ToTicks(stretch));
    }

    private void OnDrainingDue(uint now)
    {
        if (!EndWhereTooSlow(now))
        {
            WatchRate();
        }
    }

    // True when that was the end.
    private bool EndWhereTooSlow(uint now)
    {
        if (_output?.WantedBy is not { } due || unchecked((int)(now - due)) < 0)
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
        // Else the kernel would go on sending what it has, as slowly.
        Socket.DiscardUnsent(_fd);
        Close(CloseReason.TooSlow);
    }

    private void WatchOut()
    {
        if (!Is(ConnectionTraits.WatchesOut))
        {
            _traits |= ConnectionTraits.WatchesOut;
            Watch(alsoOut: true);
        }
    }

    // To say again what is watched makes the kernel look again, and tell what is there.
    private void Watch(bool alsoOut) =>
        Reactor.Epoll.Modify(_fd, Epoll.In | (alsoOut ? Epoll.Out : 0) | Epoll.PeerShutdown | Epoll.EdgeTriggered, Key);
}
