using System.Buffers;
using System.Diagnostics;
using System.Text;
using Halley.Broker;
using Halley.Engine.Native;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Engine.Connections;

// How bytes become requests, and what happens to those that come too early or not at all.
internal sealed partial class Connection
{
    // Of an inbox each, or of what a large request's own buffer has room for; then others have their turn.
    private const int MaxReadsPerTurn = 16;

    // ---- Receiving

    private void Receive(bool untilEnd)
    {
        if (_isPaused)
        {
            // A subscriber that has ended its side is gone. Anybody else may still take the answers that are due, and what it sent is read then.
            if (untilEnd && ((IsHeld && !ReadsLater) || AwaitsInVain))
            {
                Close(CloseReason.ClientGone);
            }

            return;
        }

        Debug.Assert(Reactor.Inbox.Capacity == Reactor.InboxBytes, "the inbox never grows: what is large is its connection's own");
        var input = Unstow();
        Reactor.MessageWork.BeginConnection();
        for (var reads = 0; !_isPaused; reads++)
        {
            if (IsWebSocket && _state == ConnectionState.Held && MustReadLater)
            {
                ReadLater();
                break;
            }

            if (reads == MaxReadsPerTurn)
            {
                // Others have their turn; the kernel tells us again.
                Watch(Is(ConnectionTraits.WatchesOut));
                break;
            }

            if (_input is null && input.IsFull)
            {
                input = _input = ReceiveBuffer.TakeFrom(input, Reactor.State.Unfinished);
            }

            if (input.IsFull && Reactor.State.Unfinished.IsOver(isLarge: true))
            {
                RefuseUnfinished(input);
                break;
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
                _traits |= ConnectionTraits.PeerEnded;
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
        if (Is(ConnectionTraits.PeerEnded))
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
        ConnectionState.Held when IsWebSocket => IsDeaf || ReadsLater,
        ConnectionState.Answering or ConnectionState.Started or ConnectionState.Held or ConnectionState.Waiting => sentAhead > Listener.Options.MaxRequestHeadBytes,
        ConnectionState.Postponed => sentAhead > 2L * Listener.Options.MaxRequestHeadBytes + Listener.Options.MaxRequestBodyBytes,
        _ => false,
    };

    // Handles one request after another, as long as each is answered at once and the answers are taken.
    private void Process(ReceiveBuffer input)
    {
        _traits |= ConnectionTraits.IsProcessing;
        while (_state == ConnectionState.Reading && input.Length > 0 && !IsBackedUp && TryHandleNext(input))
        {
        }

        if (_state == ConnectionState.Held && IsWebSocket)
        {
            ReadMessages(input);
        }

        _traits &= ~ConnectionTraits.IsProcessing;
        if (_state == ConnectionState.Closed)
        {
            // Until here what it said may have been looked at.
            DropInput();
        }
    }

    private bool TryHandleNext(ReceiveBuffer input)
    {
        var limits = Listener.Options;
        var status = RequestReader.ReadFurtherChunks(input, limits.MaxRequestBodyBytes, out var error);
        if (status != OperationStatus.Done)
        {
            if (error is not null)
            {
                Refuse(error, default);
            }

            return false;
        }

        status = RequestReader.ReadHead(input, limits.MaxRequestHeadBytes, out var head, out var headLength, out error);
        if (status == OperationStatus.Done && limits.RequiresHost && head.IsHttp11 && !head.NamesHost)
        {
            (status, error) = (OperationStatus.InvalidData, RequestError.NoHost);
        }

        var length = headLength;
        var keepAlive = head.KeepAlive;
        if (status == OperationStatus.Done && (head.IsChunked || head.ContentLength > 0))
        {
            if (!limits.Handler.TakesBodyFrom(head, this))
            {
                keepAlive = false;
                _mustLinger = true;
            }
            else
            {
                status = RequestReader.ReadBody(input, head, headLength, limits.MaxRequestBodyBytes, out length, out error);
                if (status == OperationStatus.NeedMoreData && head.ExpectsContinue && head.IsHttp11 && !input.ToldToContinue)
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
                if (_state == ConnectionState.Postponed)
                {
                    return false;
                }

                ForgetPostponed();
                if (_state != ConnectionState.Closed)
                {
                    input.Consume(length);
                }

                return true;
            case OperationStatus.NeedMoreData:
                return false;
            default:
                Refuse(error!, head.Method);
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
        try
        {
            Listener.Options.Handler.Handle(new HttpRequest(head, path, body), this);
        }
        catch (BrokerException refused) when (_state == ConnectionState.Answering)
        {
            DetachAll();
            Reply(Refusals.HeadFor(refused), Encoding.UTF8.GetBytes(refused.Message + "\n"));
        }

        if (_state is ConnectionState.Answering or ConnectionState.Started)
        {
            // The answer comes later: no fault of the client's.
            ClearTimer();
        }
    }

    // Answers what cannot be understood, and closes: where the next request would begin, nobody knows.
    private void Refuse(RequestError error, RequestMethod method)
    {
        _state = ConnectionState.Answering;
        _request = RequestTraits.Http11 | (method == RequestMethod.Head ? RequestTraits.Head : 0);
        _keepAlive = false;
        _mustLinger = true;
        Reply(Refusals.HeadFor(error), Refusals.BodyFor(error));
    }

    // There is too much of what has not come whole, of all connections together. What comes behind a request that is being answered waits with the kernel.
    private bool RefuseUnfinished(ReceiveBuffer input)
    {
        switch (_state)
        {
            case ConnectionState.Reading:
                Refuse(RequestError.NoRoom, default);
                return true;
            case ConnectionState.Held when IsWebSocket && input.Messages is not null:
                EndWebSocket(CloseCode.TryAgainLater, "There is no room for messages that have not come whole. Send it again later."u8);
                return true;
            default:
                _isPaused = true;
                return false;
        }
    }

    private void DropInput()
    {
        _input?.Dispose();
        _input = null;
    }

    // Where to receive. What lies ready of a message lies in its reader, and more of it goes through the inbox as everything does.
    private ReceiveBuffer Unstow()
    {
        if (_input is { Length: 0 } input)
        {
            Reactor.Inbox.TakeMessages(input);
            DropInput();
        }

        return _input ?? Reactor.Inbox;
    }

    // Puts away what is left for later, or lets the buffer go.
    private void Stow(ReceiveBuffer input)
    {
        if (_state is ConnectionState.Closing or ConnectionState.Lingering)
        {
            input.Clear();
        }

        if (input.Length == 0 && input.Messages is null)
        {
            input.Clear();
            DropInput();
            return;
        }

        _input ??= ReceiveBuffer.TakeFrom(input, Reactor.State.Unfinished);
        if (Reactor.State.Unfinished.IsOver(_input.IsLarge) && RefuseUnfinished(_input))
        {
            _input?.Clear();
            DropInput();
            return;
        }

        if (_state == ConnectionState.Reading && !_awaitsRest)
        {
            // From its first byte on, and not again with each further one.
            _awaitsRest = true;
            SetTimer(Reactor.Options.RequestTimeout);
        }
        else if (_state == ConnectionState.Held && _input.Messages is not null)
        {
            SetHeldTimer();
        }
    }

    private void OnPeerEnded()
    {
        switch (_state)
        {
            case ConnectionState.Answering or ConnectionState.Postponed when AwaitsInVain:
                Close(CloseReason.ClientGone);
                break;
            case ConnectionState.Answering or ConnectionState.Started or ConnectionState.Postponed:
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
                Close(_state == ConnectionState.Lingering ? CloseReason.Done : CloseReason.ClientGone);
                break;
        }
    }

    // The answer came later than its request, or was not taken at once: what was sent behind it has waited.
    private void ProcessSentAhead()
    {
        var wasPaused = _isPaused;
        Reactor.MessageWork.BeginConnection();
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
}
