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
        if (Is(ConnectionTraits.HasFurther))
        {
            Reactor.Further.TellLater(this, channel, message);
        }
        else
        {
            Tell(channel, message);
        }
    }

    /// <summary>A message of one of its channels, whose turn has come.</summary>
    public void Tell(Channel channel, Message message)
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

                if (_format!.IsShared)
                {
                    OutputQueue().Append(Reactor.Encoded.Get(message, channel.Identity, _format, SharedFraming));
                }
                else
                {
                    WriteOwn(channel, message);
                }

                if (_format.EndsWithMessage)
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

    private void WriteOwn(Channel channel, Message message)
    {
        var output = Output();
        _format!.WriteMessage(channel.Identity, message, Framing, output);
        if (_format.EndsWithMessage)
        {
            Framing.EndAll(output, _format.CloseCodeFor(CloseReason.Done));
        }
    }

    /// <inheritdoc/>
    protected override void End(Channel channel, in Ending ending) => OnChannelEnded(channel, ending);

    /// <summary>One of its channels has ended, and is attached to no more.</summary>
    public void OnChannelEnded(Channel channel, in Ending ending)
    {
        // What was published before comes before.
        Reactor.Further.TellInOrder();
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
            if (IsHeld && !IsBackedUp && EndsWhole(CloseReason.Shutdown))
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
        if (EndWhereTooSlow(now))
        {
            return;
        }

        if (_endsAt != 0 && unchecked((int)(now - _endsAt)) >= 0)
        {
            if (HasRoom())
            {
                EndAnswer([], new Ending(CloseReason.Expired, default), isLast: true);
            }

            return;
        }

        if (!EndWhereMessageIsLate(now))
        {
            Heartbeat(now);
        }

        if (IsHeld)
        {
            SetHeldTimer();
        }
    }

    private void Heartbeat(uint now)
    {
        if (_format!.HeartbeatInterval is not { } interval || now - _lastSent < Reactor.ToTicks(interval))
        {
            return;
        }

        _lastSent = now;
        if (IsBackedUp)
        {
            // What it has not taken yet is sign of life enough.
            return;
        }

        var output = Output();
        _format.WriteHeartbeat(Channel is { } channel ? channel.Identity : default, Next, _heartbeat++, Framing, output);
        if (_format.EndsWithMessage)
        {
            Framing.EndAll(output);
            FinishAnswer();
        }
    }

    // For whichever comes first: the next heartbeat, the end of the answer's time, that of a WebSocket's message that is not whole, or when the client
    // must have taken some of what waits.
    private void SetHeldTimer()
    {
        var due = _format!.HeartbeatInterval is { } interval ? _lastSent + Reactor.ToTicks(interval) : (uint?)null;
        due = Sooner(due, _endsAt != 0 ? _endsAt : null);
        due = Sooner(due, MessageIsLateAt);
        due = Sooner(due, _output?.WantedBy);
        if (due is { } tick)
        {
            Reactor.Timers.Schedule(this, tick);
        }
        else
        {
            ClearTimer();
        }
    }

    private static uint? Sooner(uint? one, uint? other) =>
        one is null || (other is not null && unchecked((int)(other.Value - one.Value)) < 0) ? other : one;

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

        if (EndsWhole(ending.Reason))
        {
            Framing.EndAll(output, _format.CloseCodeFor(ending.Reason));
            _mustLinger |= IsWebSocket;
        }
        else
        {
            _keepAlive = false;
        }

        FinishAnswer();
    }

    // A WebSocket's close frame has a code, so that who reads it knows to come again where another transport is just cut off.
    private bool EndsWhole(CloseReason reason) => IsWebSocket || _format!.IsWholeAfter(reason);

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
