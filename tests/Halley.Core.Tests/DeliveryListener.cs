using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>Somebody who listens, and checks each thing it is told when it is told.</summary>
internal sealed class DeliveryListener(DeliveryWorld world, ManualDispatcher dispatcher) : Subscription
{
    private DeliveryStream _stream = world.Stream;

    // What it has to be told next.
    private long _expected;
    private bool _left;
    private bool _ended;

    public ManualDispatcher Dispatcher { get; } = dispatcher;

    public Action? OnMessage { get; set; }

    public bool IsAttached => Channel is not null;

    public void Attach(DeliveryStream stream, long from)
    {
        _stream = stream;
        var missed = stream.MissedFrom(from).ToArray();
        var result = stream.Channel.Attach(this, Dispatcher, Replay.From(from), onlyToWait: false);
        Assert.Equal(AttachStatus.Attached, result.Status);
        Assert.Equal(stream.Position, result.Position);
        Assert.Equal(missed, result.Missed.Select(message => message.Offset));
        _expected = result.Position.Offset;
    }

    public void Leave()
    {
        Detach();
        _left = true;
    }

    /// <summary>Leaves and asks for the next message, until there is nothing to answer at once with.</summary>
    public void PollAgain()
    {
        Detach();
        if (world.Stream != _stream)
        {
            // Closed meanwhile: what is attached to is the next incarnation.
            Attach(world.Stream, from: 0);
            return;
        }

        while (true)
        {
            var missed = _stream.MissedFrom(_expected).ToArray();
            var result = _stream.Channel.Attach(this, Dispatcher, Replay.From(_expected), onlyToWait: true);
            Assert.Equal(missed, result.Missed.Select(message => message.Offset));
            Assert.Equal(missed.Length > 0 ? AttachStatus.AnswerNow : AttachStatus.Attached, result.Status);
            _expected = result.Position.Offset;
            if (result.Status == AttachStatus.Attached)
            {
                return;
            }
        }
    }

    public void AssertToldEverything()
    {
        Assert.True(_left || _ended || IsAttached);
        if (!_left)
        {
            Assert.Equal(_stream.Position.Offset, _expected);
            Assert.Equal(_stream != world.Stream, _ended);
        }
    }

    protected internal override void Deliver(Message message)
    {
        Assert.False(_left || _ended, "It is told nothing once it left.");
        Assert.Equal(_expected, message.Offset);
        _expected++;
        OnMessage?.Invoke();
    }

    protected internal override void End(Channel channel, in Ending ending)
    {
        Assert.False(_left || _ended, "It is told of the end once.");
        Assert.False(IsAttached);
        Assert.Equal(CloseReason.ChannelClosed, ending.Reason);
        Assert.Same(_stream.Channel, channel);
        Assert.Equal(_stream.Position, ending.Position);
        Assert.Equal(ending.Position.Offset, _expected);
        _ended = true;
    }

    protected internal override void OnDue(uint now)
    {
    }
}
