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

    private Receiving Receiving => Host.Receiving;

    private void Receive(bool untilEnd)
    {
        if (IsPaused)
        {
            // A subscriber that has ended its side is gone. Anybody else may still take the answers that are due, and
            // what it sent is read then.
            if (untilEnd && ((IsHeld && !ReadsLater) || EndsWithClient))
            {
                Close(CloseReason.ClientGone);
            }

            return;
        }

        Debug.Assert(Receiving.Inbox.Capacity == Receiving.InboxBytes, "what is large is its connection's own");
        var input = OpenInput();
        Receiving.Work.BeginConnection();
        for (var reads = 0; !IsPaused; reads++)
        {
            if (IsWebSocket && _state == ConnectionState.Held && MustReadLater)
            {
                ReadLater();
                break;
            }

            if (reads == MaxReadsPerTurn)
            {
                // Others have their turn; the kernel tells us again.
                WatchAgain();
                break;
            }

            if (_input is null && input.IsFull)
            {
                input = _input = ReceiveBuffer.TakeFrom(input, Receiving.Unfinished);
            }

            if (input.IsFull && Receiving.Unfinished.IsOver(isLarge: true))
            {
                RefuseUnfinished(input);
                break;
            }

            var room = input.Room();
            var received = Socket.Receive(Descriptor, room);
            if (received > 0)
            {
                input.Advance(received);
                OnReceived(input);
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
                Set(ConnectionTraits.PeerEnded, true);
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

        KeepInput(input);
        if (Is(ConnectionTraits.PeerEnded))
        {
            OnPeerEnded();
        }
    }

    // What the bytes are for depends on what the connection is doing.
    private void OnReceived(ReceiveBuffer input)
    {
        if (_state is ConnectionState.Closing or ConnectionState.Lingering)
        {
            MustLinger = true;
            input.Clear();
            return;
        }

        Process(input);
        IsPaused = MustPause(input.Length);
    }

    // Sent ahead of an answer: kept for later, up to the size of a request. And who does not take answers need not ask
    // for more.
    private bool MustPause(int sentAhead)
    {
        var most = Options.MaxRequestHeadBytes;
        return _state switch
        {
            ConnectionState.Reading => IsBackedUp,
            ConnectionState.Held when IsWebSocket => LeavesTooMuchUnread || ReadsLater,
            ConnectionState.Answering or ConnectionState.Started or ConnectionState.Held => sentAhead > most,
            ConnectionState.Postponed => sentAhead - Host.Postponed[this].Length > most,
            _ => false,
        };
    }

    // Handles one request after another, as long as each is answered at once and the answers are taken.
    private void Process(ReceiveBuffer input)
    {
        Set(ConnectionTraits.IsProcessing, true);
        while (_state == ConnectionState.Reading && input.Length > 0 && !IsBackedUp && TryHandleNext(input))
        {
        }

        if (_state == ConnectionState.Held && IsWebSocket)
        {
            ReadMessages(input);
        }

        Set(ConnectionTraits.IsProcessing, false);
        if (_state == ConnectionState.Closed)
        {
            // Until here what it said may have been looked at.
            DropInput();
        }
    }

    private bool TryHandleNext(ReceiveBuffer input)
    {
        switch (RequestReader.Read(input, Options, this, out var request))
        {
            case OperationStatus.Done:
                MustLinger |= request.IsBodyRefused;
                Handle(request, input);
                if (_state == ConnectionState.Postponed)
                {
                    Host.Postponed[this].Length = request.Length;
                    return false;
                }

                ForgetPostponed();
                if (_state != ConnectionState.Closed)
                {
                    input.Consume(request.Length);
                }

                return true;
            case OperationStatus.NeedMoreData:
                if (request.Head.ExpectsContinue && request.Head.IsHttp11 && !input.ToldToContinue)
                {
                    input.ToldToContinue = true;
                    Output.Write("HTTP/1.1 100 Continue\r\n\r\n"u8);
                }

                return false;
            default:
                Refuse(request.Error!, request.Head);
                return false;
        }
    }

    private void Handle(in ReceivedRequest request, ReceiveBuffer input)
    {
        ref readonly var head = ref request.Head;
        BeginNoting();
        _state = ConnectionState.Answering;
        _request = (head.IsHttp11 ? RequestTraits.Http11 : 0)
            | (head.Method == RequestMethod.Head ? RequestTraits.Head : 0)
            | (head.AsksKeepAlive ? RequestTraits.AsksKeepAlive : 0)
            | (head.KeepAlive && !request.IsBodyRefused && !Host.State.IsDraining ? RequestTraits.KeepsAlive : 0);
        var isEncoded = UrlEncoding.IsEncoded(head.Path, plusIsSpace: false);
        var path = isEncoded ? UrlEncoding.Decode(head.Path, plusIsSpace: false) : head.Path;
        var body = RequestReader.Body(input, request.HeadLength, request.Length);
        Host.HandledPath = Host.State.Incidents.AreWanted ? PathForOperators(path) : "";
        try
        {
            Options.Handler.Handle(new HttpRequest(head, path, body), this);
        }
        catch (BrokerException refused) when (_state == ConnectionState.Answering)
        {
            DetachAll();
            Reply(RequestRefusals.HeadFor(refused), Encoding.UTF8.GetBytes(refused.Message + "\n"));
        }

        WriteNoted(head);
        if (_state is ConnectionState.Answering or ConnectionState.Started)
        {
            // The answer comes later: no fault of the client's.
            ClearTimer();
        }
    }

    // Answers what cannot be understood, and closes: where the next request would begin, nobody knows.
    private void Refuse(RequestError error, in RequestHead head)
    {
        BeginNoting();
        _state = ConnectionState.Answering;
        _request = RequestTraits.Http11 | (head.Method == RequestMethod.Head ? RequestTraits.Head : 0);
        MustLinger = true;
        Reply(RequestRefusals.HeadFor(error), RequestRefusals.BodyFor(error));
        WriteNoted(head);
    }

    // There is too much of what has not come whole, of all connections together. What comes behind a request that is
    // being answered waits with the kernel.
    private bool RefuseUnfinished(ReceiveBuffer input)
    {
        switch (_state)
        {
            case ConnectionState.Reading:
                Refuse(RequestError.NoRoom, default);
                return true;
            case ConnectionState.Held when IsWebSocket && input.Messages is not null:
                EndWebSocket(
                    CloseCode.TryAgainLater,
                    "There is no room for messages that have not come whole. Send it again later."u8);
                return true;
            default:
                IsPaused = true;
                return false;
        }
    }

    private void DropInput()
    {
        _input?.Dispose();
        _input = null;
    }

    // Where to receive: its own buffer where something was left in it, or the inbox that all share. What has come of a
    // message lies in its reader, and more of it goes through the inbox as everything does.
    private ReceiveBuffer OpenInput()
    {
        if (_input is { Length: 0 } input)
        {
            Receiving.Inbox.TakeMessages(input);
            DropInput();
        }

        return _input ?? Receiving.Inbox;
    }

    // Keeps what is left for later, or gives the buffer back.
    private void KeepInput(ReceiveBuffer input)
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

        _input ??= ReceiveBuffer.TakeFrom(input, Receiving.Unfinished);
        if (Receiving.Unfinished.IsOver(_input.IsLarge) && RefuseUnfinished(_input))
        {
            _input?.Clear();
            DropInput();
            return;
        }

        if (_state == ConnectionState.Reading && !AwaitsRest)
        {
            // From its first byte on, and not again with each further one.
            AwaitsRest = true;
            SetTimer(Host.Options.RequestTimeout);
        }
        else if (_state == ConnectionState.Held && _input.Messages is not null)
        {
            ScheduleNext();
        }
    }

    private void OnPeerEnded()
    {
        switch (_state)
        {
            case ConnectionState.Answering or ConnectionState.Postponed when EndsWithClient:
                Close(CloseReason.ClientGone);
                break;
            case ConnectionState.Answering or ConnectionState.Started or ConnectionState.Postponed:
                // The answer comes later; then we are here again.
                break;
            case ConnectionState.Reading when !IsAllSent:
                // It has ended its side after its last request: it still gets the answer.
                CloseWhenSent();
                break;
            case ConnectionState.Closing when !IsAllSent:
                MustLinger = false;
                break;
            default:
                Close(_state == ConnectionState.Lingering ? CloseReason.Done : CloseReason.ClientGone);
                break;
        }
    }

    // The answer came later than its request, or was not taken at once: what was sent behind it has waited.
    private void ProcessSentAhead()
    {
        var wasPaused = IsPaused;
        Receiving.Work.BeginConnection();
        if (_input is { } input)
        {
            Process(input);
            if (_state == ConnectionState.Closed)
            {
                return;
            }

            KeepInput(input);
        }

        IsPaused = MustPause(_input?.Length ?? 0);
        if (wasPaused && !IsPaused)
        {
            Receive(untilEnd: true);
        }
    }
}
