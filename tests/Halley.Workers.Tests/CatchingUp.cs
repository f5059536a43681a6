using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Workers.Tests;

/// <summary>
/// A subscriber may have received more elsewhere than its worker's copy has: the worker asks, and catches up.
/// </summary>
public sealed class CatchingUp
{
    [Fact]
    public void Who_has_heard_more_elsewhere_waits_until_its_worker_has_too()
    {
        using var world = new World();
        var (behind, ahead) = (world.Workers[0], world.Workers[1]);
        _ = behind.Subscribe("news");
        var client = ahead.Subscribe("news");
        world.Run();
        world.Publish("news", "one");
        world.Publish("news", "two");
        ahead.Step();
        ahead.Step();
        Assert.Equal("one two", client.Text);
        client.Leave();

        var back = behind.Subscribe("news", from: 3);
        Assert.Null(back.Answer);
        world.Run();
        world.Publish("news", "three");
        world.Run();

        Assert.Equal("three", back.Text);
    }

    [Fact]
    public void Who_looks_at_a_channel_first_and_then_attaches_does_not_wait_for_ever()
    {
        using var world = new World();
        _ = world.Workers[0].Subscribe("news");
        world.Run();
        world.Publish("news", "one");
        world.Run();

        // It may have heard of more than its worker has: the worker asks.
        var looker = new Looker(world.Workers[0]);
        for (var turn = 0; turn < 20 && looker.Result is null; turn++)
        {
            world.Workers[0].Step();
        }

        Assert.Equal(AttachStatus.Attached, looker.Result);
        Assert.InRange(looker.TimesHandled, 1, 3);
    }

    [Fact]
    public void Who_knows_more_than_the_channel_is_not_kept_waiting()
    {
        using var world = new World();
        _ = world.Workers[0].Subscribe("news");
        world.Run();

        var client = world.Workers[0].Subscribe("news", from: 100);
        world.Run();

        Assert.Equal(AttachStatus.Attached, client.Answer);
    }

    /// <summary>
    /// A request for several channels, as far as one of them goes: it looks whether it is there, and then attaches.
    /// </summary>
    private sealed class Looker : IPostponable
    {
        private readonly Worker _worker;
        private Again? _postponed;

        public Looker(Worker worker)
        {
            _worker = worker;
            Handle();
        }

        public AttachStatus? Result { get; private set; }

        public int TimesHandled { get; private set; }

        public IDispatcher Dispatcher => _worker.Dispatcher;

        public Postponement? Postponed => _postponed;

        public Postponement Postpone() => _postponed ??= new Again(this);

        private void Handle()
        {
            TimesHandled++;
            if (_worker.Hub.Read("news"u8, new AttachOptions(), this).Status != AttachStatus.Pending
                && _worker.Hub.Attach(
                    "news"u8,
                    new RecordingSubscriber(),
                    new AttachOptions { Replay = Replay.After(0, null) },
                    this).Status
                    is var status and not AttachStatus.Pending)
            {
                Result = status;
            }
        }

        private sealed class Again(Looker looker) : Postponement, IWork
        {
            public bool Run(ref int budget)
            {
                looker.Handle();
                return true;
            }

            protected override void Resume() => looker.Dispatcher.Post(this);
        }
    }
}
