using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.AspNetCore.Hosting;

// How a request is answered. A client that has gone meanwhile is answered to no effect.
internal sealed partial class HttpExchange
{
    /// <inheritdoc/>
    public void Reply(ResponseHead head, ReadOnlySpan<byte> body)
    {
        if (TryAnswer(Answer.Of(head, body.Length, options.AnswersOrigins)))
        {
            NoteAnswer(head, body);
            Output.Write(body);
            Complete();
        }
    }

    /// <inheritdoc/>
    public ByteBuffer Start(ResponseHead head, out Framing framing)
    {
        framing = Framing;
        if (!TryAnswer(Answer.Of(head, null, options.AnswersOrigins)))
        {
            return new ByteBuffer();
        }

        NoteAnswer(head, default);
        return Output;
    }

    /// <inheritdoc/>
    public ByteBuffer Upgrade(ResponseHead head, in Handshake handshake, out Framing framing)
    {
        var written = new ByteBuffer();
        handshake.WriteAnswer(head, written);
        Compresses = handshake.Deflate.MayCompress;
        _ = TryAnswer(Answer.OfHandshake(written.Written, handshake.Deflate.IsTaken));
        framing = Framing;
        return _state == State.Started ? Output : new ByteBuffer();
    }

    /// <inheritdoc/>
    public ByteBuffer Add(out Framing framing)
    {
        framing = Framing;
        return _state == State.Held && !OwesHead ? Output : new ByteBuffer();
    }

    /// <inheritdoc/>
    public void End(CloseCode code = CloseCode.None, ReadOnlySpan<byte> reason = default)
    {
        if (_state == State.Started || (_state == State.Held && Framing.IsWebSocket))
        {
            NoteClosing(code, reason);
            Framing.EndAll(Output, code, reason);
            Complete();
        }
    }

    /// <inheritdoc/>
    public void Hold(TransportFormat format, int heartbeat)
    {
        if (_state == State.Started)
        {
            _state = State.Held;
            BeginHolding(format, heartbeat, owesHead: false);
        }
        else
        {
            DetachAll();
        }
    }

    /// <inheritdoc/>
    public void Wait(TransportFormat format)
    {
        if (_state == State.Answering)
        {
            _state = State.Held;
            BeginHolding(format, heartbeat: 0, owesHead: true);
        }
        else
        {
            DetachAll();
        }
    }

    /// <summary>Has the application answer in its own words. On its dispatcher.</summary>
    public void LeaveToApplication()
    {
        DetachAll();
        if (_state == State.Answering)
        {
            EndTrace(CloseReason.Done, unsent: 0);
            _state = State.Ended;
            IsLeftToApplication = true;
            Pieces.Complete();
            _answered.TrySetResult();
        }
    }

    private bool TryAnswer(Answer answer)
    {
        if (_state != State.Answering)
        {
            DetachAll();
            return false;
        }

        _state = State.Started;
        _answer = answer;
        _answered.TrySetResult();
        return true;
    }

    private void Complete()
    {
        _state = State.Ended;
        EndTrace(CloseReason.Done, unsent: 0);
        StopHolding();

        // Completed with the flush, behind all that was written.
        _ = Output;
    }
}
