using Halley.Channels;
using Halley.Protocol.Http;

namespace Halley.Engine.Connections;

// What a held answer is told: messages, heartbeats, the end of its channel.
internal sealed partial class Connection
{
    /// <inheritdoc/>
    protected override void Deliver(Message message)
    {
        try
        {
            if (_state == ConnectionState.Held && HasRoom())
            {
                _lastSent = Reactor.Now;
                OutputQueue().Append(Reactor.Encoded.Get(message, Channel!.Name, _format!, SharedFraming));
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
    protected override void End(Channel channel, CloseReason reason, StreamPosition position)
    {
        try
        {
            if (_state == ConnectionState.Held && HasRoom())
            {
                var output = Output();
                _format!.WriteEnd(channel.Name, reason, position, Framing, output);
                Framing.EndAll(output, _format.CloseCodeFor(reason));
                _mustLinger |= IsWebSocket;
                FinishAnswer();
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void Heartbeat(uint now)
    {
        if (EndWhereMessageIsLate(now) || _format!.HeartbeatInterval is null)
        {
            return;
        }

        var interval = Reactor.ToTicks(_format.HeartbeatInterval.Value);
        var quiet = now - _lastSent;
        if (quiet < interval)
        {
            Reactor.Timers.Schedule(this, _lastSent + interval);
            return;
        }

        if (!HasRoom())
        {
            return;
        }

        _lastSent = now;
        var output = Output();
        _format.WriteHeartbeat(Channel!.Name, _heartbeat++, Framing, output);
        if (_format.EndsWithMessage)
        {
            Framing.EndAll(output);
            FinishAnswer();
        }
        else
        {
            SetTimer(_format.HeartbeatInterval.Value);
        }
    }
}
