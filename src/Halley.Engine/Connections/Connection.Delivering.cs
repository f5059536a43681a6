using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Engine.Connections;

// What a held answer is told: messages, heartbeats, the end of a channel or of its own time.
internal sealed partial class Connection
{
    /// <inheritdoc/>
    protected override void Deliver(Message message) => Deliver(Channel!, message);

    /// <summary>A message of one of its channels.</summary>
    public void Deliver(Channel channel, Message message)
    {
        try
        {
            if (IsHeld && HasRoom())
            {
                _lastSent = Reactor.Now;
                if (_state == ConnectionState.Waiting)
                {
                    BeginOwed(_format!.HeadFor(message));
                }

                OutputQueue().Append(Reactor.Encoded.Get(message, channel.Name, _format!, Framing));
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
    protected override void End(Channel channel, in Ending ending) => OnChannelEnded(channel, ending);

    /// <summary>One of its channels has ended, and is attached to no more.</summary>
    public void OnChannelEnded(Channel channel, in Ending ending)
    {
        try
        {
            if (IsHeld && HasRoom())
            {
                _lastSent = Reactor.Now;
                EndAnswer(channel.Name, ending, isLast: !IsAttached || _format!.EndsWithMessage);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <summary>The node stops: what is held is told, as far as its transport has words for it and the kernel takes them at once.</summary>
    public void Shut()
    {
        try
        {
            if (IsHeld && !IsBackedUp && _format!.IsWholeAfter(CloseReason.Shutdown))
            {
                EndAnswer([], new Ending(CloseReason.Shutdown, default), isLast: true);
                Flush();
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        Close(CloseReason.Shutdown);
    }

    private void OnHeldDue(uint now)
    {
        if (_endsAt != 0 && unchecked((int)(now - _endsAt)) >= 0)
        {
            if (HasRoom())
            {
                EndAnswer([], new Ending(CloseReason.Expired, default), isLast: true);
            }

            return;
        }

        Heartbeat(now);
        if (IsHeld)
        {
            SetHeldTimer();
        }
    }

    private void Heartbeat(uint now)
    {
        if (_format!.HeartbeatInterval is not { } interval || now - _lastSent < Reactor.ToTicks(interval) || !HasRoom())
        {
            return;
        }

        _lastSent = now;
        var output = Output();
        _format.WriteHeartbeat(Channel is { } channel ? channel.Name : [], _heartbeat++, Framing, output);
        if (_format.EndsWithMessage)
        {
            Framing.EndAll(output);
            FinishAnswer();
        }
    }

    // For whichever comes first: the next heartbeat, or the end of the answer's time.
    private void SetHeldTimer()
    {
        var heartbeat = _format!.HeartbeatInterval is { } interval ? _lastSent + Reactor.ToTicks(interval) : (uint?)null;
        if (heartbeat is null && _endsAt == 0)
        {
            ClearTimer();
            return;
        }

        var due = _endsAt != 0 && (heartbeat is null || unchecked((int)(_endsAt - heartbeat.Value)) < 0) ? _endsAt : heartbeat!.Value;
        Reactor.Timers.Schedule(this, due);
    }

    private void EndAnswer(ReadOnlySpan<byte> channel, in Ending ending, bool isLast)
    {
        if (_state == ConnectionState.Waiting)
        {
            AnswerOwed(channel, ending);
            return;
        }

        var output = Output();
        _format!.WriteEnd(channel, ending, isLast, Framing, output);
        if (!isLast)
        {
            return;
        }

        if (_format.IsWholeAfter(ending.Reason))
        {
            Framing.EndAll(output);
        }
        else
        {
            _keepAlive = false;
        }

        FinishAnswer();
    }

    private void BeginOwed(ResponseHead head)
    {
        _state = ConnectionState.Answering;
        Start(head, out _);
    }

    // Whether there is a body, and so what the head says of it, shows only when the body is written.
    private void AnswerOwed(ReadOnlySpan<byte> channel, in Ending ending)
    {
        var body = new ByteBuffer();
        var head = _format!.HeadFor(ending);
        _format.WriteEnd(channel, ending, isLast: true, Framing, body);
        _state = ConnectionState.Answering;
        if (body.Length == 0)
        {
            Reply(head, default);
            return;
        }

        Start(head, out _).Write(body.Written);
        End();
    }
}
