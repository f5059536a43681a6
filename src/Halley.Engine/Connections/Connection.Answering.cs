using System.Diagnostics.CodeAnalysis;
using Halley.Engine.Native;
using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Engine.Connections;

// The host's side of IExchange: how a request is answered, and whether the connection reads the next one or ends.
internal sealed partial class Connection
{
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public void Reply(ResponseHead head, ReadOnlySpan<byte> body)
    {
        if (TryBeginReply(head, body, out var output))
        {
            output.Write(body);
            FinishAnswer();
        }
    }

    /// <inheritdoc/>
    public void ReplyWith(ResponseHead head, Message message)
    {
        if (TryBeginReply(head, message.Payload, out var output))
        {
            LargeMessages.WritePayload(message, output);
            FinishAnswer();
        }
    }

    // False where there is no body to write.
    private bool TryBeginReply(
        ResponseHead head, ReadOnlySpan<byte> body, [NotNullWhen(true)] out ByteBuffer? output)
    {
        output = null;
        if (_state != ConnectionState.Answering)
        {
            // It may have been attached, for an answer that comes too late.
            DetachAll();
            return false;
        }

        NoteAnswer(head, body);
        KeepsAlive &= !head.Closes;
        output = Output;
        ResponseWriter.Write(output, head, IsHttp11, ConnectionField(head), body.Length, Host.Date);
        if (Is(RequestTraits.Head))
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

        NoteAnswer(head, default);

        // Without chunks, only the end of the connection can end the answer.
        KeepsAlive &= IsHttp11 && !head.Closes;
        _state = ConnectionState.Started;
        var output = Output;
        ResponseWriter.Write(output, head, IsHttp11, ConnectionField(head), contentLength: null, Host.Date);
        return output;
    }

    /// <inheritdoc/>
    public ByteBuffer Add(out Framing framing)
    {
        framing = Framing;
        return _state == ConnectionState.Held && !OwesHead ? Output : new ByteBuffer();
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
            Framing.EndAll(Output);
            FinishAnswer();
        }
    }

    /// <inheritdoc/>
    public void Hold(TransportFormat format, int heartbeat) =>
        Hold(format, heartbeat, ConnectionState.Started, owesHead: false);

    /// <inheritdoc/>
    public void Wait(TransportFormat format) =>
        Hold(format, heartbeat: 0, ConnectionState.Answering, owesHead: true);

    private void Hold(TransportFormat format, int heartbeat, ConnectionState from, bool owesHead)
    {
        if (_state != from)
        {
            DetachAll();
            return;
        }

        _state = ConnectionState.Held;
        BeginHolding(format, heartbeat, owesHead);
        if (IsWebSocket && !Is(ConnectionTraits.IsProcessing))
        {
            // Held later than in the handler: what the client has sent since is read now.
            ProcessSentAhead();
        }
    }

    /// <inheritdoc/>
    protected override void Begin(ResponseHead head)
    {
        _state = ConnectionState.Answering;
        Start(head, out _);
    }

    /// <inheritdoc/>
    protected override void ReplyEmpty(ResponseHead head)
    {
        _state = ConnectionState.Answering;
        Reply(head, default);
    }

    /// <inheritdoc/>
    protected override void Finish(bool isWhole)
    {
        KeepsAlive &= isWhole;
        MustLinger |= isWhole && IsWebSocket;
        FinishAnswer();
    }

    private void FinishAnswer()
    {
        StopHolding();
        if (!KeepsAlive)
        {
            CloseWhenSent();
            return;
        }

        // How long the next request may take is counted from when this answer is sent; see OnAllSent.
        _state = ConnectionState.Reading;
        AwaitsRest = false;
        if (Is(ConnectionTraits.IsProcessing))
        {
            return;
        }

        if (_input is not null || IsPaused)
        {
            ProcessSentAhead();
        }

        if (Is(ConnectionTraits.PeerEnded) && !IsPaused)
        {
            OnPeerEnded();
        }
    }

    /// <inheritdoc/>
    protected override void OnAllSent()
    {
        try
        {
            if (_state == ConnectionState.Closing)
            {
                CloseGently();
            }
            else if (_state == ConnectionState.Reading)
            {
                if (!AwaitsRest)
                {
                    SetTimer(Host.Options.KeepAliveTimeout);
                }

                if (IsPaused)
                {
                    ProcessSentAhead();
                }
            }
            else if (_state == ConnectionState.Held)
            {
                OnHeldAllSent();
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void OnHeldAllSent()
    {
        CatchUp();
        if (_state == ConnectionState.Held && IsWebSocket && IsPaused)
        {
            ProcessSentAhead();
        }
    }

    private void CloseWhenSent()
    {
        _state = ConnectionState.Closing;
        MustLinger |= IsPaused;
        if (IsAllSent)
        {
            CloseGently();
        }
    }

    // Closing while the client's bytes lie unread would reset the connection, and the answer might be lost on the way.
    private void CloseGently()
    {
        if (!MustLinger || Is(ConnectionTraits.PeerEnded))
        {
            Close(CloseReason.Done);
            return;
        }

        _state = ConnectionState.Lingering;
        IsPaused = false;
        Socket.ShutdownWrites(Descriptor);
        SetTimer(LingerTime);
    }

    private string? ConnectionField(ResponseHead head)
    {
        if (!KeepsAlive)
        {
            return "close";
        }

        return head.SaysKeepAlive || (!IsHttp11 && Is(RequestTraits.AsksKeepAlive)) ? "keep-alive" : null;
    }
}
