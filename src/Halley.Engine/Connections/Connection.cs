using System.Buffers;
using System.Diagnostics;
using System.Net;
using Halley.Channels;
using Halley.Engine.Native;
using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Engine.Connections;

/// <summary>
/// One accepted socket: reads requests, lets a dialect answer them, and holds the answers that last. While it is parked there is this object and
/// nothing else of ours. Belongs to one reactor.
/// </summary>
internal sealed class Connection : Subscription, IExchange
{
    // Bytes; both what counts as much, and the send buffer that then is right.
    private const int LargeQueue = 256 * 1024;

    // Of an inbox each, or of what a large request's own buffer has room for; then others have their turn.
    private const int MaxReadsPerTurn = 16;

    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(2);

    private readonly int _fd;

    private SendQueue? _output;
    private ReceiveBuffer? _input;
    private TransportFormat? _format;
    private int _heartbeat;
    private uint _lastSent;

    private ConnectionState _state;
    private RequestTraits _request;
    private bool _keepAlive;
    private bool _isProcessing;
    private bool _isDirty;
    private bool _awaitsRest;
    private bool _watchesOut;
    private bool _hasLargeBuffer;
    private bool _peerEnded;
    private bool _isPaused;
    private bool _mustLinger;

    public Connection(Listener listener, int fd)
    {
        Listener = listener;
        _fd = fd;
        Key = listener.Reactor.Connections.Add(this);
    }

    /// <summary>What its events carry; see <see cref="ConnectionTable"/>.</summary>
    public ulong Key { get; }

    /// <inheritdoc/>
    public IDispatcher Dispatcher => Reactor;

    /// <inheritdoc/>
    public Subscription Subscription => this;

    /// <inheritdoc/>
    public IPAddress RemoteAddress => Socket.RemoteAddress(_fd);

    /// <inheritdoc/>
    public bool IsAdmitted { get; set; }

    private Reactor Reactor => Listener.Reactor;

    private bool IsHttp11 => _request.HasFlag(RequestTraits.Http11);

    private Framing Framing => new(IsHttp11);

    /// <summary>Where it was accepted.</summary>
    public Listener Listener { get; }

    /// <summary>Takes up a socket just accepted: its first bytes are usually there already.</summary>
    public void Open()
    {
        try
        {
            Receive(untilEnd: false);
            if (_state != ConnectionState.Closed && !Reactor.Epoll.Add(_fd, Epoll.In | Epoll.PeerShutdown | Epoll.EdgeTriggered, Key))
            {
                Close(CloseReason.InternalError);
            }

            if (_state == ConnectionState.Reading && !_awaitsRest)
            {
                SetTimer(Reactor.Options.KeepAliveTimeout);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <summary>Something happened to the socket.</summary>
    public void OnEvents(uint events)
    {
        try
        {
            if ((events & Epoll.Out) != 0 && _output is not null)
            {
                MarkDirty();
            }

            if (_isPaused && (events & (Epoll.HangUp | Epoll.Error)) != 0)
            {
                Close(CloseReason.ClientGone);
            }
            else if ((events & ~Epoll.Out) != 0)
            {
                Receive(untilEnd: (events & ~(Epoll.In | Epoll.Out)) != 0);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <inheritdoc/>
    public void Reply(ResponseHead head, ReadOnlySpan<byte> body)
    {
        if (_state != ConnectionState.Answering)
        {
            return;
        }

        _keepAlive &= !head.Closes;
        var output = Output();
        ResponseWriter.Write(output, head, IsHttp11, ConnectionField(head), body.Length, Reactor.Date);
        if (!_request.HasFlag(RequestTraits.Head))
        {
            output.Write(body);
        }

        FinishAnswer();
    }

    /// <inheritdoc/>
    public ByteBuffer Start(ResponseHead head, out Framing framing)
    {
        framing = Framing;
        if (_state != ConnectionState.Answering)
        {
            return new ByteBuffer();
        }

        // Without chunks, only the end of the connection can end the answer.
        _keepAlive &= IsHttp11 && !head.Closes;
        _state = ConnectionState.Started;
        var output = Output();
        ResponseWriter.Write(output, head, IsHttp11, ConnectionField(head), contentLength: null, Reactor.Date);
        return output;
    }

    /// <inheritdoc/>
    public void End()
    {
        if (_state == ConnectionState.Started)
        {
            Framing.EndAll(Output());
            FinishAnswer();
        }
    }

    /// <inheritdoc/>
    public void Hold(TransportFormat format, int heartbeat)
    {
        if (_state != ConnectionState.Started)
        {
            Detach();
            return;
        }

        _state = ConnectionState.Held;
        _format = format;
        _heartbeat = heartbeat;
        _lastSent = Reactor.Now;
        if (format.HeartbeatInterval is { } interval)
        {
            SetTimer(interval);
        }
        else
        {
            ClearTimer();
        }
    }

    /// <inheritdoc/>
    protected override void Deliver(Message message)
    {
        try
        {
            if (_state == ConnectionState.Held && HasRoom())
            {
                _lastSent = Reactor.Now;
                OutputQueue().Append(Reactor.Encoded.Get(message, Channel!.Name, _format!, Framing));
                if (_format!.EndsWithMessage)
                {
                    FinishAnswer();
                }
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <inheritdoc/>
    protected override void End(Channel channel, CloseReason reason, StreamPosition position)
    {
        try
        {
            if (_state == ConnectionState.Held && HasRoom())
            {
                var output = Output();
                _format!.WriteEnd(channel.Name, reason, position, Framing, output);
                Framing.EndAll(output);
                FinishAnswer();
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <summary>Sends what waits, as much as the kernel takes. Called once a turn.</summary>
    public void Flush()
    {
        _isDirty = false;
        if (_output is null)
        {
            return;
        }

        switch (_output.Send(_fd, Reactor.Staging))
        {
            case SendStatus.Sent:
                ReturnOutput();
                AfterSending();
                break;
            case SendStatus.Blocked:
                WidenBuffer(_output.Length);
                WatchOut();
                break;
            default:
                Close(CloseReason.ClientGone);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnDue(uint now)
    {
        if (_state != ConnectionState.Held)
        {
            Close(_state == ConnectionState.Lingering ? CloseReason.Done : CloseReason.TimedOut);
            return;
        }

        try
        {
            Heartbeat(now);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <summary>The one way that a connection ends. A second call does nothing.</summary>
    public void Close(CloseReason reason)
    {
        if (_state == ConnectionState.Closed)
        {
            return;
        }

        _state = ConnectionState.Closed;
        ClearTimer();
        Detach();
        ReturnOutput();
        _input?.Dispose();
        _input = null;
        Reactor.Remove(this, reason);
        Socket.Close(_fd);
    }

    // What fails here is a bug of ours: this connection ends, and no other one notices.
    private void Fail(Exception exception)
    {
        Reactor.State.Logger.Failed(exception);
        Reactor.Inbox.Clear();
        Close(CloseReason.InternalError);
    }

    // ---- Receiving

    private void Receive(bool untilEnd)
    {
        if (_isPaused)
        {
            // A subscriber that has ended its side is gone. Anybody else may still take the answers that are due, and what it sent is read then.
            if (untilEnd && _state == ConnectionState.Held)
            {
                Close(CloseReason.ClientGone);
            }

            return;
        }

        Debug.Assert(Reactor.Inbox.Capacity == Reactor.InboxBytes, "the inbox never grows: what is large is its connection's own");
        var input = _input ?? Reactor.Inbox;
        for (var reads = 0; !_isPaused; reads++)
        {
            if (reads == MaxReadsPerTurn)
            {
                // Others have their turn; the kernel tells us again.
                Watch(_watchesOut);
                break;
            }

            if (_input is null && input.IsFull)
            {
                input = _input = ReceiveBuffer.TakeFrom(input);
            }

            var room = input.Room();
            var received = Socket.Receive(_fd, room);
            if (received > 0)
            {
                input.Advance(received);
                Take(input);
                if (_state == ConnectionState.Closed)
                {
                    input.Clear();
                    return;
                }

                if (received == room.Length || untilEnd)
                {
                    continue;
                }
            }
            else if (received == 0)
            {
                _peerEnded = true;
            }
            else if (Errno.Last is var errno and not Errno.TryAgain)
            {
                if (errno == Errno.Interrupted)
                {
                    continue;
                }

                input.Clear();
                Close(CloseReason.ClientGone);
                return;
            }

            break;
        }

        Stow(input);
        if (_peerEnded)
        {
            OnPeerEnded();
        }
    }

    // What the bytes are for depends on what the connection is doing.
    private void Take(ReceiveBuffer input)
    {
        if (_state is ConnectionState.Closing or ConnectionState.Lingering)
        {
            _mustLinger = true;
            input.Clear();
            return;
        }

        Process(input);
        _isPaused = MustPause(input.Length);
    }

    // Sent ahead of an answer: kept for later, up to the size of a request. And who does not take answers need not ask for more.
    private bool MustPause(int sentAhead) => _state switch
    {
        ConnectionState.Reading => IsBackedUp,
        ConnectionState.Answering or ConnectionState.Started or ConnectionState.Held => sentAhead > Listener.Options.MaxRequestHeadBytes,
        _ => false,
    };

    // Handles one request after another, as long as each is answered at once and the answers are taken.
    private void Process(ReceiveBuffer input)
    {
        _isProcessing = true;
        while (_state == ConnectionState.Reading && input.Length > 0 && !IsBackedUp && TryHandleNext(input))
        {
        }

        _isProcessing = false;
    }

    private bool TryHandleNext(ReceiveBuffer input)
    {
        var limits = Listener.Options;
        var status = RequestReader.ReadFurtherChunks(input, limits.MaxRequestBodyBytes, out var error);
        if (status != OperationStatus.Done)
        {
            if (error is not null)
            {
                Refuse(error);
            }

            return false;
        }

        status = RequestReader.ReadHead(input, limits.MaxRequestHeadBytes, out var head, out var headLength, out error);
        var length = headLength;
        var keepAlive = head.KeepAlive;
        if (status == OperationStatus.Done && (head.IsChunked || head.ContentLength > 0))
        {
            if (!limits.Handler.TakesBodyFrom(this))
            {
                keepAlive = false;
                _mustLinger = true;
            }
            else
            {
                status = RequestReader.ReadBody(input, head, headLength, limits.MaxRequestBodyBytes, out length, out error);
                if (status == OperationStatus.NeedMoreData && head.ExpectsContinue && !input.ToldToContinue)
                {
                    input.ToldToContinue = true;
                    Output().Write("HTTP/1.1 100 Continue\r\n\r\n"u8);
                }
            }
        }

        switch (status)
        {
            case OperationStatus.Done:
                Handle(head, keepAlive, RequestReader.Body(input, headLength, length));
                if (_state != ConnectionState.Closed)
                {
                    input.Consume(length);
                }

                return true;
            case OperationStatus.NeedMoreData:
                return false;
            default:
                Refuse(error!);
                return false;
        }
    }

    private void Handle(in RequestHead head, bool keepAlive, ReadOnlySpan<byte> body)
    {
        _state = ConnectionState.Answering;
        _request = (head.IsHttp11 ? RequestTraits.Http11 : 0)
            | (head.Method == RequestMethod.Head ? RequestTraits.Head : 0)
            | (head.AsksKeepAlive ? RequestTraits.AsksKeepAlive : 0);
        _keepAlive = keepAlive;
        var path = UrlEncoding.IsEncoded(head.Path, plusIsSpace: false) ? UrlEncoding.Decode(head.Path, plusIsSpace: false) : head.Path;
        Listener.Options.Handler.Handle(new HttpRequest(head, path, body), this);
        if (_state is ConnectionState.Answering or ConnectionState.Started)
        {
            // The answer comes later: no fault of the client's.
            ClearTimer();
        }
    }

    // Answers what cannot be understood, and closes: where the next request would begin, nobody knows.
    private void Refuse(RequestError error)
    {
        _state = ConnectionState.Answering;
        _request = RequestTraits.Http11;
        _keepAlive = false;
        _mustLinger = true;
        Reply(Refusals.HeadFor(error), Refusals.BodyFor(error));
    }

    // Puts away what is left for later, or lets the buffer go.
    private void Stow(ReceiveBuffer input)
    {
        if (_state is ConnectionState.Closing or ConnectionState.Lingering)
        {
            input.Clear();
        }

        if (input.Length == 0)
        {
            input.Clear();
            _input?.Dispose();
            _input = null;
            return;
        }

        _input ??= ReceiveBuffer.TakeFrom(input);
        if (_state == ConnectionState.Reading && !_awaitsRest)
        {
            // From its first byte on, and not again with each further one.
            _awaitsRest = true;
            SetTimer(Reactor.Options.RequestTimeout);
        }
    }

    private void OnPeerEnded()
    {
        switch (_state)
        {
            case ConnectionState.Answering or ConnectionState.Started:
                // The answer comes later; then we are here again.
                break;
            case ConnectionState.Reading when _output is not null:
                // It has ended its side after its last request: it still gets the answer.
                CloseWhenSent();
                break;
            case ConnectionState.Closing when _output is not null:
                _mustLinger = false;
                break;
            default:
                Close(CloseReason.ClientGone);
                break;
        }
    }

    // ---- Answering

    private void FinishAnswer()
    {
        Detach();
        _format = null;
        if (!_keepAlive)
        {
            CloseWhenSent();
            return;
        }

        _state = ConnectionState.Reading;
        _awaitsRest = false;
        SetTimer(Reactor.Options.KeepAliveTimeout);
        if (_isProcessing)
        {
            return;
        }

        if (_input is not null || _isPaused)
        {
            ProcessSentAhead();
        }

        if (_peerEnded && !_isPaused)
        {
            OnPeerEnded();
        }
    }

    // The answer came later than its request, or was not taken at once: what was sent behind it has waited.
    private void ProcessSentAhead()
    {
        var wasPaused = _isPaused;
        if (_input is { } input)
        {
            Process(input);
            if (_state == ConnectionState.Closed)
            {
                return;
            }

            Stow(input);
        }

        _isPaused = MustPause(_input?.Length ?? 0);
        if (wasPaused && !_isPaused)
        {
            Receive(untilEnd: true);
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
            else if (_isPaused && _state == ConnectionState.Reading)
            {
                ProcessSentAhead();
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void CloseWhenSent()
    {
        _state = ConnectionState.Closing;
        if (_output is null)
        {
            CloseGently();
        }
        else
        {
            SetTimer(Reactor.Options.RequestTimeout);
        }
    }

    // Closing while the client's bytes lie unread would reset the connection, and the answer might be lost on the way.
    private void CloseGently()
    {
        if (!_mustLinger || _peerEnded)
        {
            Close(CloseReason.Done);
            return;
        }

        _state = ConnectionState.Lingering;
        _isPaused = false;
        Socket.ShutdownWrites(_fd);
        SetTimer(LingerTime);
    }

    private void Heartbeat(uint now)
    {
        var interval = Reactor.ToTicks(_format!.HeartbeatInterval!.Value);
        var quiet = now - _lastSent;
        if (quiet < interval)
        {
            Reactor.Timers.Schedule(this, _lastSent + interval);
            return;
        }

        if (!HasRoom())
        {
            return;
        }

        _lastSent = now;
        var output = Output();
        _format.WriteHeartbeat(Channel!.Name, _heartbeat++, Framing, output);
        if (_format.EndsWithMessage)
        {
            Framing.EndAll(output);
            FinishAnswer();
        }
        else
        {
            SetTimer(_format.HeartbeatInterval.Value);
        }
    }

    private string? ConnectionField(ResponseHead head) =>
        !_keepAlive ? "close" : head.SaysKeepAlive || (!IsHttp11 && _request.HasFlag(RequestTraits.AsksKeepAlive)) ? "keep-alive" : null;

    // ---- Sending

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
        if (!_hasLargeBuffer && queued > LargeQueue)
        {
            _hasLargeBuffer = true;
            Socket.SetSendBuffer(_fd, LargeQueue);
        }
    }

    private void WatchOut()
    {
        if (!_watchesOut)
        {
            _watchesOut = true;
            Watch(alsoOut: true);
        }
    }

    // To say again what is watched makes the kernel look again, and tell what is there.
    private void Watch(bool alsoOut) =>
        Reactor.Epoll.Modify(_fd, Epoll.In | (alsoOut ? Epoll.Out : 0) | Epoll.PeerShutdown | Epoll.EdgeTriggered, Key);

    private void SetTimer(TimeSpan delay) => Reactor.Timers.Schedule(this, Reactor.Now + Reactor.ToTicks(delay));

    private void ClearTimer() => Reactor.Timers.Cancel(this);
}
