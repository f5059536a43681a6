using System.Text;
using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Workers.Tests;

/// <summary>What is published in the main process reaches the subscribers of every worker, once and in order.</summary>
public sealed class FollowingChannels
{
    [Fact]
    public void A_message_reaches_the_subscribers_of_every_worker()
    {
        using var world = new World();
        var clients = world.Workers.Select(worker => worker.Subscribe("news")).ToList();
        world.Run();

        world.Publish("news", "one");
        world.Publish("news", "two");
        world.Publish("other", "none");
        world.Run();

        Assert.All(clients, client => Assert.Equal("one two", client.Text));
        Assert.Equal(2, world.Subscribers("news"));
    }

    [Fact]
    public void Who_comes_later_is_given_what_is_kept_and_then_what_is_new()
    {
        using var world = new World();
        world.Publish("news", "one");
        world.Publish("news", "two");
        var first = world.Workers[0].Subscribe("news", from: 2);
        world.Run();
        world.Publish("news", "three");
        var second = world.Workers[0].Subscribe("news", from: 1);
        world.Run();

        Assert.Equal("two three", first.Text);
        Assert.Equal("one two three", second.Text);
    }

    [Fact]
    public void A_replica_keeps_exactly_what_its_channel_keeps()
    {
        using var world = new World(limits: new HubOptions { HistorySize = 4 });
        _ = world.Workers[0].Subscribe("news");
        for (var n = 1; n <= 40; n++)
        {
            world.Publish("news", $"{n}");
            world.Run();
            var copy = world.Workers[0].Hub.Find("news"u8);
            Assert.Equal(
                world.Hub.Find("news"u8)!.Read(Replay.From(1)).Select(message => message.Offset),
                copy!.Read(Replay.From(1)).Select(message => message.Offset));
        }
    }

    [Fact]
    public void What_is_not_kept_is_not_kept_by_a_replica_either()
    {
        using var world = new World();
        _ = world.Workers[0].Subscribe("news");
        world.Run();
        foreach (var keep in new[] { 3, 0, 3, 2 })
        {
            world.Broker.Publish("news"u8, new Publication([1]) { Retention = new Retention(keep, null) }).Now();
        }

        world.Run();

        Assert.Equal([3, 4], world.Workers[0].Subscribe("news").Offsets);
    }

    [Fact]
    public void A_message_expires_in_a_replica_too()
    {
        using var world = new World();
        var retention = new Retention(10, TimeSpan.FromSeconds(3));
        world.Broker.Publish("news"u8, new Publication("old"u8.ToArray()) { Retention = retention }).Now();
        var first = world.Workers[0].Subscribe("news");
        world.Run();
        world.Broker.Publish("news"u8, new Publication("new"u8.ToArray()) { Retention = retention }).Now();
        world.Pass(2);
        Assert.Equal("old new", world.Workers[0].Subscribe("news").Text);
        world.Pass(4);

        Assert.Equal("", world.Workers[0].Subscribe("news").Text);
        Assert.Equal("old new", first.Text);
    }

    [Fact]
    public void Every_field_of_a_message_is_carried()
    {
        using var world = new World();
        var client = world.Workers[0].Subscribe("news");
        world.Run();
        MessageLabels?[] labels =
            [null, new(null, null, null), new([], "e"u8.ToArray(), null), new("i"u8.ToArray(), [], "t"u8.ToArray())];
        foreach (var label in labels)
        {
            world.Broker.Publish(
                "news"u8, new Publication([0, 255]) { Traits = MessageTraits.JsonEscaped, Labels = label }).Now();
        }

        world.Run();

        var published = world.Hub.Find("news"u8)!.Read(Replay.From(1));
        Assert.Equal(labels.Length, client.Subscriber.Messages.Count);
        foreach (var (sent, received) in published.Zip(client.Subscriber.Messages))
        {
            Assert.Equal(sent.Offset, received.Offset);
            Assert.Equal(sent.Payload, received.Payload);
            Assert.Equal(sent.Traits, received.Traits);
            Assert.Equal(sent.Stamp, received.Stamp);
            Assert.Equal(sent.Labels is null, received.Labels is null);
            Assert.Equal(sent.Labels?.EventId, received.Labels?.EventId);
            Assert.Equal(sent.Labels?.EventType, received.Labels?.EventType);
            Assert.Equal(sent.Labels?.ContentType, received.Labels?.ContentType);
        }
    }

    [Fact]
    public async Task A_broadcast_crosses_once_and_reaches_every_channel()
    {
        using var world = new World(workers: 1);
        var clients = Enumerable.Range(0, 50).Select(n => world.Workers[0].Subscribe($"channel {n}")).ToList();
        world.Run();
        var before = world.Workers[0].Down.BytesCarried;

        var reached = world.Broker.PublishToAll(new byte[10_000], world.Dispatcher).AsTask();
        world.Dispatcher.RunAll();
        Assert.Equal(50, await reached);
        world.Run();

        Assert.All(clients, client => Assert.Equal(10_000, Assert.Single(client.Subscriber.Messages).Payload.Length));
        Assert.InRange(world.Workers[0].Down.BytesCarried - before, 10_000, 20_000);
    }

    [Fact]
    public void What_is_cleared_is_forgotten_by_the_replicas_and_what_came_after_is_not()
    {
        using var world = new World();
        var client = world.Workers[0].Subscribe("news");
        world.Run();
        world.Publish("news", "one");
        world.Run();
        world.Hub.Find("news"u8)!.Clear();
        world.Publish("news", "two");
        world.Run();

        Assert.Equal("one two", client.Text);
        Assert.Equal("two", world.Workers[0].Subscribe("news").Text);
    }

    [Fact]
    public void A_clearing_under_way_when_a_replica_begins_does_not_take_what_came_after_it()
    {
        using var world = new World();
        _ = world.Workers[1].Subscribe("news");
        world.Run();
        world.Publish("news", "one");
        _ = world.Workers[0].Subscribe("news");
        world.Hub.Find("news"u8)!.Clear();
        world.Publish("news", "two");
        world.Run();

        Assert.Equal("two", world.Workers[0].Subscribe("news").Text);
    }

    [Fact]
    public void A_closed_channel_ends_for_the_subscribers_of_every_worker()
    {
        using var world = new World();
        var clients = world.Workers.Select(worker => worker.Subscribe("news")).ToList();
        world.Run();
        world.Publish("news", "one");

        Assert.True(world.Hub.Close("news"u8, out _, "bye"u8.ToArray()));
        world.Run();

        Assert.All(clients, client =>
        {
            var ending = Assert.Single(client.Subscriber.Ends);
            Assert.Equal(
                (CloseReason.ChannelClosed, 2, "bye"),
                (ending.Reason, ending.Position.Offset, Encoding.UTF8.GetString(ending.Farewell!)));
        });
        var next = world.Workers[0].Subscribe("news");
        world.Run();
        world.Publish("news", "new");
        world.Run();
        Assert.Equal("new", next.Text);
        Assert.Equal([1L], next.Offsets);
    }

    [Fact]
    public void Who_leaves_a_channel_that_has_ended_is_not_taken_from_the_one_that_has_its_id_now()
    {
        using var world = new World(workers: 1);
        var worker = world.Workers[0];
        _ = worker.Subscribe("old");
        world.Run();
        Assert.True(world.Hub.Close("old"u8, out _));
        world.Dispatcher.RunAll();
        while (worker.Hub.Find("old"u8) is not null)
        {
            worker.StepMain();
        }

        // Its subscriber has not been told yet, and the id is free.
        var next = worker.Subscribe("new");
        world.Run();

        Assert.Null(worker.WhyDeskEnded);
        Assert.Equal(AttachStatus.Attached, next.Answer);
        Assert.Equal(1, world.Subscribers("new"));
    }

    [Fact]
    public void A_replica_is_kept_for_who_comes_straight_back_and_then_let_go()
    {
        using var world = new World(limits: new HubOptions { IdleTimeout = TimeSpan.FromSeconds(60) });
        var client = world.Workers[0].Subscribe("news");
        world.Run();
        client.Leave();
        var back = world.Workers[0].Subscribe("news");

        // Without asking.
        Assert.Equal(AttachStatus.Attached, back.Answer);
        back.Leave();
        world.Pass(8);
        var later = world.Workers[0].Subscribe("news");
        Assert.Null(later.Answer);
        world.Run();
        Assert.Equal(AttachStatus.Attached, later.Answer);
    }

    [Fact]
    public void A_channel_is_forgotten_when_no_worker_follows_it_any_more()
    {
        using var world = new World(limits: new HubOptions { IdleTimeout = TimeSpan.FromSeconds(3) });
        var client = world.Workers[0].Subscribe("news");
        world.Run();
        world.Pass(30);
        Assert.Equal(1, world.Subscribers("news"));
        client.Leave();
        world.Pass(7);

        Assert.Null(world.Hub.Find("news"u8));
    }

    [Fact]
    public void A_channel_closed_while_a_worker_lets_it_go_is_no_trouble()
    {
        using var world = new World(workers: 1);
        var client = world.Workers[0].Subscribe("news");
        world.Run();
        client.Leave();
        world.Time.Advance(TimeSpan.FromSeconds(8));
        Assert.True(world.Hub.Close("news"u8, out _));
        var next = world.Workers[0].Subscribe("other");
        world.Run();
        world.Publish("other", "x");
        world.Run();

        Assert.Equal("x", next.Text);
        Assert.Null(world.Workers[0].WhyEnded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_happens_when_nobody_misses_a_message_or_hears_it_twice(int seed)
    {
        var random = new Random(seed);
        using var world = new World(
            workers: 3, limits: new HubOptions { HistorySize = 10_000 }, options: new(1 << 20, long.MaxValue));
        var all = new List<(Client Client, long From)>();
        var live = new List<(Client Client, long From)>();
        for (var step = 0; step < 4000; step++)
        {
            switch (random.Next(10))
            {
                case 0 or 1 or 2:
                    world.Publish("news", $"{step}");
                    break;
                case 3:
                    // From where it knows to be, or from the beginning.
                    var from = random.Next(2) == 0
                        ? 1
                        : random.NextInt64(1, Math.Max(2, world.Hub.Find("news"u8)?.Position.Offset ?? 2));
                    live.Add((world.Workers[random.Next(3)].Subscribe("news", from), from));
                    all.Add(live[^1]);
                    break;
                case 4 when live.Count > 5:
                    var leaving = live[random.Next(live.Count)];
                    leaving.Client.HasGone = true;
                    leaving.Client.Leave();
                    live.Remove(leaving);
                    break;
                case 5 when random.Next(20) == 0:
                    world.Time.Advance(TimeSpan.FromSeconds(random.Next(8)));
                    break;
                default:
                    // Few bytes at a time: frames come in pieces.
                    world.Workers[random.Next(3)].Step(random.Next(1, 200));
                    break;
            }
        }

        world.Run();
        var end = world.Hub.Find("news"u8)!.Position.Offset;
        Assert.All(all.Where(one => one.Client.Channel is not null), one =>
            Assert.Equal(
                Enumerable.Range(0, one.Client.Offsets.Count()).Select(n => one.From + n), one.Client.Offsets));
        Assert.All(live, one => Assert.Equal(end - one.From, one.Client.Offsets.Count()));
        world.Pass(1);
        Assert.Equal(live.Count, world.Subscribers("news"));
        Assert.All(world.Workers, worker => Assert.Null(worker.WhyEnded));
    }

}
