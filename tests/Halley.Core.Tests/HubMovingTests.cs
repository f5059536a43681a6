using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>Channels that another node has from now on, and epochs of nodes that share channels.</summary>
public class HubMovingTests
{
    [Fact]
    public void Channels_that_move_are_let_go_in_slices_and_all_others_stay()
    {
        using var hub = new Hub(new HubOptions(), new ManualTime());
        var dispatcher = new ManualDispatcher();
        var subscriber = new Listening();
        for (var n = 0; n < 100; n++)
        {
            hub.FindOrCreate([(byte)n]);
        }

        hub.Find([7])!.Attach(subscriber, dispatcher, Replay.From(1), onlyToWait: false);
        int? moved = null;
        dispatcher.Post(hub.MoveWhere(name => name[0] < 40, count => moved = count));
        dispatcher.RunSlice(10);
        Assert.InRange(hub.ChannelCount, 61, 99);
        Assert.Null(moved);
        dispatcher.RunAll(slice: 10);

        Assert.Equal(40, moved);
        Assert.Equal(60, hub.ChannelCount);
        Assert.Equal(CloseReason.Moved, subscriber.Reason);
    }

    [Fact]
    public void Nodes_that_started_together_give_out_different_epochs()
    {
        var time = new ManualTime();
        using var one = new Hub(new HubOptions { EpochMark = 1 }, time);
        using var other = new Hub(new HubOptions { EpochMark = 200 }, time);
        var epochs = Enumerable.Range(0, 200).SelectMany(n => new[] { one.FindOrCreate([(byte)n])!.Epoch, other.FindOrCreate([(byte)n])!.Epoch }).ToList();

        Assert.Equal(400, epochs.Distinct().Count());
        Assert.All(epochs, epoch => Assert.InRange(epoch, 1, long.MaxValue));
    }

    private sealed class Listening : Subscription
    {
        public CloseReason? Reason { get; private set; }

        protected internal override void Deliver(Message message)
        {
        }

        protected internal override void End(Channel channel, in Ending ending) => Reason = ending.Reason;

        protected internal override void OnDue(uint now)
        {
        }
    }
}
