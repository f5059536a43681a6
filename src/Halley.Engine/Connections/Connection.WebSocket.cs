using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Engine.Connections;

// A connection that a handshake has made a WebSocket: what its client says, and how it ends. What it is told goes the way of every held answer.
internal sealed partial class Connection
{
    // Bytes. A client that does not take what it was sent is not listened to: its pings and its messages would only make more.
    private const int MaxUntakenToListen = 16 * 1024;

    private bool IsWebSocket => _request.HasFlag(RequestTraits.WebSocket);

    private bool ReadsLater => _request.HasFlag(RequestTraits.ReadsLater);

    private bool IsDeaf => _output is not null && _output.Length > MaxUntakenToListen;

    // For what many are told, as against what this client alone is.
    private Framing SharedFraming => _request.HasFlag(RequestTraits.Compresses) ? Framing.Deflated : Framing;

    /// <inheritdoc/>
    public ByteBuffer Upgrade(ResponseHead head, in Handshake handshake, out Framing framing)
    {
        framing = Framing.WebSocket;
        if (_state != ConnectionState.Answering)
        {
            return new ByteBuffer();
        }

        _keepAlive = false;
        _request |= RequestTraits.WebSocket
            | (handshake.Deflate.IsTaken ? RequestTraits.Deflate : 0)
            | (handshake.Deflate.MayCompress ? RequestTraits.Compresses : 0);
        _state = ConnectionState.Started;
        var output = Output();
        handshake.WriteAnswer(head, output);
        return output;
    }

    /// <summary>What it has sent beyond what is read in a turn, or before what it said was told, may be read now.</summary>
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
            if (Is(ConnectionTraits.PeerEnded) && !_isPaused && _state != ConnectionState.Closed)
            {
                OnPeerEnded();
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    // What one client publishes and nobody has been told yet lies in memory: no more than may wait for one that does not read.
    private bool IsAhead
    {
        get
        {
            if (!_format!.Receiver.Options.Publishes)
            {
                return false;
            }

            return Is(ConnectionTraits.HasFurther)
                ? Channels.Any(channel => channel.UntoldBytes > Reactor.Options.MaxQueuedBytes)
                : Channel is { } channel && channel.UntoldBytes > Reactor.Options.MaxQueuedBytes;
        }
    }

    private bool MustReadLater => Reactor.MessageWork.IsSpent || IsAhead;

    private void ReadLater()
    {
        _isPaused = true;
        if (!ReadsLater)
        {
            _request |= RequestTraits.ReadsLater;
            Reactor.MessageWork.ReadLater(this);
        }
    }

    // Takes what has come up to the next message that is not whole. That stays with its reader, and the reader with the input.
    private void ReadMessages(ReceiveBuffer input)
    {
        // Not left with the input: that may be let go while what the reader holds is heard.
        var reader = input.Messages ?? Reactor.Readers.Rent();
        var began = input.Messages is null ? Reactor.Now : input.MessageBegan;
        input.Messages = null;
        var options = _format!.Receiver.Options;
        var rules = new FrameRules(options, Listener.Options.MaxRequestBodyBytes, _request.HasFlag(RequestTraits.Deflate));
        while (_state == ConnectionState.Held && input.Length > 0 && !IsDeaf)
        {
            if (MustReadLater)
            {
                ReadLater();
                break;
            }

            var incoming = reader.Read(input.Unread, rules, out var consumed);
            Hear(incoming);
            Reactor.MessageWork.Spend(reader.TakeWork() + WorkOf(incoming, options));
            input.Consume(consumed);
            if (incoming.Kind is IncomingKind.Text or IncomingKind.Binary or IncomingKind.Dropped)
            {
                began = Reactor.Now;
            }
        }

        if (_state == ConnectionState.Held && !reader.IsIdle)
        {
            (input.Messages, input.MessageBegan) = (reader, began);
        }
        else
        {
            Reactor.Readers.Return(reader);
        }
    }

    // In the work of nanoseconds, as MessageReader has it; publishing includes that it is told to the client itself.
    private static int WorkOf(in Incoming incoming, WebSocketOptions options) => incoming.Kind switch
    {
        IncomingKind.Text or IncomingKind.Binary => options.Publishes ? 4000 + (4 * Math.Min(incoming.Content.Length, MessageWork.PerTurn)) : 200,
        IncomingKind.Ping => 200,
        _ => 0,
    };

    private void Hear(in Incoming incoming)
    {
        switch (incoming.Kind)
        {
            case IncomingKind.Text:
                _format!.Receiver.OnText(incoming.Content, this);
                break;
            case IncomingKind.Binary:
                _format!.Receiver.OnBinary(incoming.Content, this);
                break;
            case IncomingKind.Ping:
                Framing.WritePong(Output(), incoming.Content);
                break;
            case IncomingKind.Close:
                Answer(incoming.Code, default);

                // It is for us to close the connection first (RFC 6455, 7.1.1), and nothing more will come.
                _mustLinger = false;
                break;
            case IncomingKind.Fault:
                Answer(incoming.Code, incoming.Content);
                break;
        }
    }

    // That something is too long is always said: what else is wrong may be no secret either, but the originals' clients do not expect a word.
    private void Answer(CloseCode code, ReadOnlySpan<byte> reason) =>
        EndWebSocket(_format!.Receiver.Options.SaysWhy || code == CloseCode.TooBig ? code : CloseCode.None, reason);

    private void EndWebSocket(CloseCode code, ReadOnlySpan<byte> reason)
    {
        Framing.EndAll(Output(), code, reason);
        _mustLinger = true;
        FinishAnswer();
    }

    // As long after its first byte as a request may take.
    private uint? MessageIsLateAt =>
        _input is { Messages: not null } ? _input.MessageBegan + Reactor.ToTicks(Reactor.Options.RequestTimeout) : null;

    // True when that was the end.
    private bool EndWhereMessageIsLate(uint now)
    {
        if (MessageIsLateAt is not { } late || unchecked((int)(now - late)) < 0)
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
