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

    private bool IsDeaf => _output is not null && _output.Length > MaxUntakenToListen;

    // For what many are told, as against what this client alone is.
    private Framing SharedFraming => _request.HasFlag(RequestTraits.Deflate) ? Framing.Deflated : Framing;

    /// <inheritdoc/>
    public ByteBuffer Upgrade(ResponseHead head, in Handshake handshake, out Framing framing)
    {
        framing = Framing.WebSocket;
        if (_state != ConnectionState.Answering)
        {
            return new ByteBuffer();
        }

        _keepAlive = false;
        _request |= RequestTraits.WebSocket | (handshake.IsDeflateAgreed ? RequestTraits.Deflate : 0);
        _state = ConnectionState.Started;
        var output = Output();
        handshake.WriteAnswer(head, output);
        return output;
    }

    // Takes what has come up to the next message that is not whole. That stays with its reader, and the reader with the input.
    private void ReadMessages(ReceiveBuffer input)
    {
        var reader = input.Messages ?? Reactor.RentReader();
        var rules = new FrameRules(_format!.Receiver.Options, Listener.Options.MaxRequestBodyBytes, _request.HasFlag(RequestTraits.Deflate));
        var began = input.Messages is null ? Reactor.Now : input.MessageBegan;
        while (_state == ConnectionState.Held && input.Length > 0 && !IsDeaf)
        {
            var incoming = reader.Read(input.Unread, rules, out var consumed);
            Hear(incoming);
            if (_state == ConnectionState.Closed)
            {
                return;
            }

            input.Consume(consumed);
            if (incoming.Kind is IncomingKind.Text or IncomingKind.Binary)
            {
                began = Reactor.Now;
            }
        }

        if (_state == ConnectionState.Held && !reader.IsIdle)
        {
            (input.Messages, input.MessageBegan) = (reader, began);
            return;
        }

        input.Messages = null;
        if (reader.IsIdle)
        {
            Reactor.ReturnReader(reader);
        }
    }

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

    private void Answer(CloseCode code, ReadOnlySpan<byte> reason) =>
        EndWebSocket(_format!.Receiver.Options.SaysWhy ? code : CloseCode.None, reason);

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
