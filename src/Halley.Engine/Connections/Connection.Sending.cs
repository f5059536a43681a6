using Halley.Engine.Native;
using Halley.Protocol;

namespace Halley.Engine.Connections;

// How what was written reaches the kernel, and what happens where the client does not take it.
internal sealed partial class Connection
{
    // Bytes; both what counts as much, and the send buffer that then is right.
    private const int LargeQueue = 256 * 1024;

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
            case SendStatus.Blocked:
                WidenBuffer(_output!.Length);
                WatchOut();
                LimitTimeToTake();
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
        return _output ??= Reactor.RentQueue();
    }

    private void ReturnOutput()
    {
        if (_output is not null)
        {
            Reactor.ReturnQueue(_output);
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

    // A small buffer is right for small messages. A large one would go through it in steps, each waiting for an acknowledgement, which a
    // receiver on the same machine delays by 40 ms.
    private void WidenBuffer(long queued)
    {
        if (!Is(ConnectionTraits.HasLargeBuffer) && queued > LargeQueue)
        {
            _traits |= ConnectionTraits.HasLargeBuffer;
            Socket.SetSendBuffer(_fd, LargeQueue);
        }
    }

    // Anew whenever some of it was taken. A subscriber that is held has no such limit: there it is the bytes that wait that end it.
    private void LimitTimeToTake()
    {
        if (_state == ConnectionState.Closing || (_state == ConnectionState.Reading && !_awaitsRest))
        {
            SetTimer(Reactor.Options.RequestTimeout);
        }
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
