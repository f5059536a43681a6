using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;
using Halley.Time;

namespace Halley.Engine.Connections;

// A connection that a handshake has made a WebSocket: its client's messages, and its end. What it receives goes the way
// of every held answer.
internal sealed partial class Connection
{
    // Bytes. Nothing is read from a client that does not take what it was sent: its pings and messages would only make
    // more.
    private const int MaxUntakenToListen = 16 * 1024;

    private bool IsWebSocket => Is(RequestTraits.WebSocket);

    private bool ReadsLater => Is(RequestTraits.ReadsLater);

    private bool LeavesTooMuchUnread => UnsentBytes > MaxUntakenToListen;

    /// <inheritdoc/>
    protected override uint? HostDue => TickClock.Sooner(MessageIsLateAt, UnsentWantedBy);

    /// <inheritdoc/>
    public ByteBuffer Upgrade(ResponseHead head, in Handshake handshake, out Framing framing)
    {
        framing = Framing.WebSocket;
        if (_state != ConnectionState.Answering)
        {
            return new ByteBuffer();
        }

        KeepsAlive = false;
        Compresses = handshake.Deflate.MayCompress;
        _request |= RequestTraits.WebSocket | (handshake.Deflate.IsTaken ? RequestTraits.Deflate : 0);
        _state = ConnectionState.Started;
        var output = Output;
        handshake.WriteAnswer(head, output);
        return output;
    }

    /// <summary>
    /// Reads on, in a later turn, what the client has sent beyond what is read in one, or ahead of what was delivered.
    /// </summary>
    public void ReadOn()
    {
        _request &= ~RequestTraits.ReadsLater;
        if (_state != ConnectionState.Held)
        {
            return;
        }

        try
        {
            ProcessSentAhead();
            if (Is(ConnectionTraits.PeerEnded) && !IsPaused && _state != ConnectionState.Closed)
            {
                OnPeerEnded();
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    // What one client publishes and nobody has received yet lies in memory: no more than may wait for one that does not
    // read.
    private bool IsAhead
    {
        get
        {
            if (!Format!.Receiver.Options.Publishes)
            {
                return false;
            }

            return IsHeldBack(Host.Options.MaxQueuedBytes);
        }
    }

    private bool MustReadLater => Receiving.Work.IsSpent || IsAhead;

    private void ReadLater()
    {
        IsPaused = true;
        if (!ReadsLater)
        {
            _request |= RequestTraits.ReadsLater;
            Receiving.Work.ReadLater(this);
        }
    }

    // Reads up to the next message that is not whole. That stays with its reader, and the reader with the input.
    private void ReadMessages(ReceiveBuffer input)
    {
        // Not left with the input, which may be dropped while a message of the reader is handled.
        var reader = input.Messages ?? Receiving.Readers.Rent();
        var began = input.Messages is null ? Host.Clock.Now : input.MessageBegan;
        input.Messages = null;
        var options = Format!.Receiver.Options;
        var rules = new FrameRules(options, Listener.Options.MaxRequestBodyBytes, Is(RequestTraits.Deflate));
        while (_state == ConnectionState.Held && input.Length > 0 && !LeavesTooMuchUnread)
        {
            if (MustReadLater)
            {
                ReadLater();
                break;
            }

            var incoming = reader.Read(input.Unread, rules, out var consumed);
            OnMessage(incoming);
            Receiving.Work.Spend(reader.TakeWork() + MessageWork.Of(incoming, options));
            input.Consume(consumed);
            if (incoming.Kind is IncomingKind.Text or IncomingKind.Binary or IncomingKind.Dropped)
            {
                began = Host.Clock.Now;
            }
        }

        if (_state == ConnectionState.Held && !reader.IsIdle)
        {
            (input.Messages, input.MessageBegan) = (reader, began);
        }
        else
        {
            Receiving.Readers.Return(reader);
        }
    }

    private void OnMessage(in Incoming incoming)
    {
        Hear(incoming, this);
        if (incoming.Kind == IncomingKind.Close)
        {
            // The server closes the connection first (RFC 6455, 7.1.1), and nothing more will come.
            MustLinger = false;
        }
    }

    /// <inheritdoc/>
    protected override void EndWebSocket(CloseCode code, ReadOnlySpan<byte> reason)
    {
        NoteClosing(code, reason);
        Framing.EndAll(Output, code, reason);
        MustLinger = true;
        FinishAnswer();
    }

    // As long after its first byte as a request may take.
    private uint? MessageIsLateAt =>
        _input is { Messages: not null } ? _input.MessageBegan + Host.Clock.ToTicks(Host.Options.RequestTimeout) : null;

    /// <inheritdoc/>
    protected override bool EndsForHost(uint now)
    {
        if (MessageIsLateAt is not { } late || !TickClock.IsPast(late, now))
        {
            return false;
        }

        if (HasRoom())
        {
            EndWebSocket(CloseCode.PolicyViolation, "The message did not come whole in time."u8);
        }

        return true;
    }
}
