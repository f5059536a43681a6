using System.Diagnostics.CodeAnalysis;
using Halley.Engine.Native;
using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Engine.Connections;

// How a request is answered, and how the connection goes on or ends after that: the host's side of IExchange.
internal sealed partial class Connection
{
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public void Reply(ResponseHead head, ReadOnlySpan<byte> body)
    {
        if (TryBeginReply(head, body.Length, out var output))
        {
            output.Write(body);
            FinishAnswer();
        }
    }

    /// <inheritdoc/>
    public void ReplyWith(ResponseHead head, Message message)
    {
        if (TryBeginReply(head, message.Payload.Length, out var output))
        {
            LargeMessages.WritePayload(message, output);
            FinishAnswer();
        }
    }

    // False where there is no body to write.
    private bool TryBeginReply(ResponseHead head, int length, [NotNullWhen(true)] out ByteBuffer? output)
    {
        output = null;
        if (_state != ConnectionState.Answering)
        {
            // It may have been attached, for an answer that comes too late.
            DetachAll();
            return false;
        }

        _keepAlive &= !head.Closes;
        output = Output();
        ResponseWriter.Write(output, head, IsHttp11, ConnectionField(head), length, Reactor.Date);
        if (_request.HasFlag(RequestTraits.Head))
        {
            FinishAnswer();
            return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public ByteBuffer Start(ResponseHead head, out Framing framing)
    {
        _request |= head.EndsWithConnection ? RequestTraits.Raw : 0;
        framing = Framing;
        if (_state != ConnectionState.Answering)
        {
            DetachAll();
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
    public ByteBuffer Add(out Framing framing)
    {
        framing = Framing;
        return _state == ConnectionState.Held ? Output() : new ByteBuffer();
    }

    /// <inheritdoc/>
    public void End(CloseCode code = CloseCode.None, ReadOnlySpan<byte> reason = default)
    {
        if (IsWebSocket && _state is ConnectionState.Started or ConnectionState.Held)
        {
            EndWebSocket(code, reason);
        }
        else if (_state == ConnectionState.Started)
        {
            Framing.EndAll(Output());
            FinishAnswer();
        }
    }

    /// <inheritdoc/>
    public void Hold(TransportFormat format, int heartbeat)
    {
        _heartbeat = heartbeat;
        Hold(format, ConnectionState.Started, ConnectionState.Held);
    }

    /// <inheritdoc/>
    public void Wait(TransportFormat format) => Hold(format, ConnectionState.Answering, ConnectionState.Waiting);

    private void Hold(TransportFormat format, ConnectionState from, ConnectionState to)
    {
        if (_state != from)
        {
            DetachAll();
            return;
        }

        _state = to;
        _format = format;
        _lastSent = Reactor.Now;

        // A tick more, since this one may be nearly over: never 0, which means without end.
        _endsAt = format.TimeToLive is { } life ? Math.Max(1, Reactor.Now + Reactor.ToTicks(life) + 1) : 0;
        SetHeldTimer();
        if (IsWebSocket && !Is(ConnectionTraits.IsProcessing))
        {
            // Held later than in the handler: what the client has said since is heard now.
            ProcessSentAhead();
        }
    }

    private void FinishAnswer()
    {
        DetachAll();
        _format = null;
        if (!_keepAlive)
        {
            CloseWhenSent();
            return;
        }

        // How long the next request may take is counted from when this answer is sent; see AfterSending.
        _state = ConnectionState.Reading;
        _awaitsRest = false;
        if (Is(ConnectionTraits.IsProcessing))
        {
            return;
        }

        if (_input is not null || _isPaused)
        {
            ProcessSentAhead();
        }

        if (Is(ConnectionTraits.PeerEnded) && !_isPaused)
        {
            OnPeerEnded();
        }
    }

    private void CloseWhenSent()
    {
        _state = ConnectionState.Closing;
        _mustLinger |= _isPaused;
        if (_output is null)
        {
            CloseGently();
        }
    }

    // Closing while the client's bytes lie unread would reset the connection, and the answer might be lost on the way.
    private void CloseGently()
    {
        if (!_mustLinger || Is(ConnectionTraits.PeerEnded))
        {
            Close(CloseReason.Done);
            return;
        }

        _state = ConnectionState.Lingering;
        _isPaused = false;
        Socket.ShutdownWrites(_fd);
        SetTimer(LingerTime);
    }

    private string? ConnectionField(ResponseHead head) =>
        !_keepAlive ? "close" : head.SaysKeepAlive || (!IsHttp11 && _request.HasFlag(RequestTraits.AsksKeepAlive)) ? "keep-alive" : null;
}
