using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>The one promise again, with threads in earnest.</summary>
public class DeliveryStressTests
{
    private const int PublisherCount = 4;
    private const int MessagesEach = 20_000;
    private const int DispatcherCount = 3;
    private const int SubscribersEach = 4;

    [Fact]
    public async Task With_publishers_and_dispatchers_on_threads_everybody_is_told_everything_once_and_in_order()
    {
        using var hub = new Hub(new HubOptions { HistorySize = 100 }, new ManualTime());
        var channel = hub.FindOrCreate("news"u8)!;
        var dispatchers = Enumerable.Range(0, DispatcherCount).Select(_ => new ThreadDispatcher()).ToArray();
        var stayers = new List<Stayer>();
        var comers = new List<Comer>();
        foreach (var dispatcher in dispatchers)
        {
            for (var i = 0; i < SubscribersEach; i++)
            {
                var stayer = new Stayer();
                var comer = new Comer(channel, dispatcher, stay: 1 + (i * 7));
                stayers.Add(stayer);
                comers.Add(comer);
                channel.Attach(stayer, dispatcher, Replay.From(1), onlyToWait: false);
                dispatcher.Post(comer.Come);
            }
        }

        var cancel = TestContext.Current.CancellationToken;
        await Task.WhenAll(
            Enumerable.Range(0, PublisherCount).Select(_ => Task.Run(() => channel.Publish(MessagesEach), cancel)));
        Array.ForEach(dispatchers, dispatcher => dispatcher.Stop());

        const long Last = PublisherCount * MessagesEach;
        Assert.All(stayers, stayer => Assert.Equal(Last, stayer.Told));
        Assert.All(comers, comer => Assert.Equal(Last, comer.Told));
        Assert.Equal(DispatcherCount * SubscribersEach * 2, hub.SubscriberCount);
    }

    /// <summary>Who is there from the first message on to the last.</summary>
    private sealed class Stayer : Subscription
    {
        public long Told { get; private set; }

        protected internal override void Deliver(Message message)
        {
            Assert.Equal(Told + 1, message.Offset);
            Told++;
        }

        protected internal override void End(Channel channel, in Ending ending) =>
            Assert.Fail("The channel was not closed.");

        protected internal override void OnDue(uint now)
        {
        }
    }

    /// <summary>Who leaves after some messages and comes back at once, asking for what it has not had.</summary>
    private sealed class Comer(Channel channel, ThreadDispatcher dispatcher, int stay) : Subscription
    {
        private int _left;

        public long Told { get; private set; }

        public void Come()
        {
            var result = channel.Attach(this, dispatcher, Replay.From(Told + 1), onlyToWait: false);
            Assert.Equal(AttachStatus.Attached, result.Status);

            // What is no longer kept is lost to it; what is kept reaches up to the position without a gap.
            var first = result.Position.Offset - result.Missed.Count;
            Assert.True(first >= Told + 1, "It is given nothing that it has had.");
            Assert.Equal(
                Enumerable.Range(0, result.Missed.Count).Select(i => first + i),
                result.Missed.Select(message => message.Offset));
            Assert.True(
                first == Told + 1 || result.Missed.Count >= 100, "Only what is older than the history is lost.");
            Told = result.Position.Offset - 1;
            _left = stay;
        }

        protected internal override void Deliver(Message message)
        {
            Assert.Equal(Told + 1, message.Offset);
            Told++;
            if (--_left == 0)
            {
                Detach();
                dispatcher.Post(Come);
            }
        }

        protected internal override void End(Channel channel, in Ending ending) =>
            Assert.Fail("The channel was not closed.");

        protected internal override void OnDue(uint now)
        {
        }
    }
}
