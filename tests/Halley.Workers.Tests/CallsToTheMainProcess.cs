using System.Text;
using Halley.Broker;
using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Workers.Tests;

/// <summary>A worker's broker does what the main process's does, from afar.</summary>
public sealed class CallsToTheMainProcess : IDisposable
{
    private readonly World _world = new();

    private IBroker Broker => _world.Workers[0].Hub.Broker;

    public void Dispose() => _world.Dispose();

    [Fact]
    public void What_a_worker_publishes_is_sequenced_by_the_main_process_and_heard_in_all()
    {
        var clients = _world.Workers.Select(worker => worker.Subscribe("news")).ToList();
        _world.Run();
        _world.Publish("news", "main");

        var result = Done(Broker.Publish(
            "news"u8, new Publication("worker"u8.ToArray()) { Retention = new Retention(0, TimeSpan.FromSeconds(3)) }));

        Assert.Equal(
            (PublishStatus.Published, new StreamPosition(_world.Hub.Find("news"u8)!.Epoch, 2)),
            (result.Status, result.Position));
        Assert.Equal(1, _world.Hub.Find("news"u8)!.Read(Replay.Newest(1))[0].Offset);
        Assert.All(clients, client => Assert.Equal("main worker", client.Text));
    }

    [Fact]
    public void What_a_worker_has_left_to_others_is_inherited_once_it_has_died()
    {
        var inherited = new List<string>();
        _world.Hub.Inherits((left, _) => inherited.AddRange(left.Select(what => Encoding.UTF8.GetString(what))));
        foreach (var (key, what) in (ReadOnlySpan<(string, string?)>)
            [("a", "first"), ("b", "second"), ("c", "third"), ("b", null), ("c", "changed")])
        {
            var kept = Broker.Bequeath(Encoding.UTF8.GetBytes(key), what is null ? null : Encoding.UTF8.GetBytes(what));
            _world.Run();
            Assert.True(kept.IsCompletedSuccessfully);
        }

        Assert.Empty(inherited);
        _world.Workers[0].Down.End("it died");
        _world.Run();
        Assert.Equal(["changed", "first"], inherited.Order());
    }

    [Fact]
    public void Nothing_of_a_publication_is_lost_on_the_way()
    {
        var labels = new MessageLabels("id"u8.ToArray(), null, []);
        var publication = new Publication([0, 255])
        {
            Traits = MessageTraits.JsonEscaped,
            Labels = labels,
            Retention = new Retention(5, null),
        };
        Done(Broker.Publish("news"u8, publication));

        var message = Assert.Single(_world.Hub.Find("news"u8)!.Read(Replay.From(1)));
        Assert.Equal([0, 255], message.Payload.ToArray());
        Assert.Equal(MessageTraits.JsonEscaped, message.Traits);
        Assert.Equal("id"u8, message.Labels!.EventId!);
        Assert.Null(message.Labels.EventType);
        Assert.Equal([], message.Labels.ContentType!);
    }

    [Fact]
    public void A_channel_is_reserved_cleared_told_of_and_closed_from_a_worker()
    {
        var reserved = Done(Broker.Reserve("news"u8, TimeSpan.FromMinutes(5), newest: 10));
        Assert.Equal(_world.Hub.Find("news"u8)!.Position, reserved!.Value.Position);
        _world.Publish("news", "one");
        var client = _world.Workers[1].Subscribe("news");
        _world.Run();

        var info = Done(Broker.Info("news"u8))!.Value;
        Assert.Equal((1, 1, 2), (info.Subscribers, info.Stored, info.Position.Offset));
        Assert.Equal(2, Done(Broker.Clear("news"u8))!.Value.Offset);
        Assert.Equal(0, Done(Broker.Info("news"u8))!.Value.Stored);
        Assert.Equal(1, Done(Broker.Close("news"u8, "bye"u8.ToArray()))!.Value.Subscribers);
        Assert.Equal("bye"u8, Assert.Single(client.Subscriber.Ends).Farewell!);
        Assert.Null(Done(Broker.Info("news"u8)));
        Assert.Null(Done(Broker.Close("news"u8)));
        Assert.Null(Done(Broker.Clear("news"u8)));
    }

    [Fact]
    public void Channels_are_created_listed_and_counted_from_a_worker()
    {
        Assert.True(Done(Broker.Create("a1"u8, TimeSpan.FromSeconds(9))));
        Assert.True(Done(Broker.Create("b1"u8, TimeSpan.FromSeconds(9))));
        Assert.True(Done(Broker.Create("a2"u8, TimeSpan.FromSeconds(9))));
        _world.Publish("b1", "x");

        Assert.Equal("a1 a2", string.Join(' ', Done(Broker.List("a"u8)).Select(
            named => System.Text.Encoding.UTF8.GetString(named.Name))));
        Assert.Equal(new Counts(3, 0, 0, 1, 1), Done(Broker.Count()));
    }

    [Fact]
    public void A_broadcast_from_a_worker_reaches_every_channel()
    {
        Client[] clients = [_world.Workers[0].Subscribe(
            "a"), _world.Workers[1].Subscribe("b"), _world.Workers[0].Subscribe("c")];
        _world.Run();

        Assert.Equal(3, Done(Broker.PublishToAll("x"u8.ToArray(), _world.Workers[0].Dispatcher)));
        Assert.All(clients, client => Assert.Equal("x", client.Text));
    }

    [Fact]
    public void A_survey_asks_the_main_process_and_every_worker()
    {
        _world.Hub.Answers("who", argument => [0, .. argument]);
        _world.Workers[0].Hub.Answers("who", argument => [1, .. argument]);

        Assert.Equal([[0, 7], [1, 7]], Done(Broker.Survey("who", [7])));
        Assert.Equal([[0, 8], [1, 8]], Done(_world.Broker.Survey("who", [8])));
        var all = Done(Broker.SurveyAll("who", [9]));
        Assert.Equal([[0, 9], [1, 9]], all.Answers);
        Assert.True(all.IsWhole);
    }

    [Fact]
    public async Task A_worker_that_stands_still_does_not_keep_back_what_the_others_answer()
    {
        foreach (var worker in _world.Workers)
        {
            worker.Hub.Answers("who", _ => [(byte)worker.Number]);
        }

        _world.Workers[0].StandsStill = true;
        var first = _world.All.AskEach("who", TimeSpan.FromSeconds(2), _world.Time);
        _world.Run();
        Assert.False(first.IsCompleted);
        _world.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([(2, (byte)2)], (await first).Select(answer => (answer.Number, answer.Answer[0])));

        // It is not asked again before it has answered: the second question is answered without it.
        var second = _world.All.AskEach("who", TimeSpan.FromSeconds(2), _world.Time);
        _world.Run();
        Assert.Equal([2], (await second).Select(answer => answer.Number));
        _world.Workers[0].StandsStill = false;
        _world.Run();
        var third = _world.All.AskEach("who", TimeSpan.FromSeconds(2), _world.Time);
        _world.Run();
        Assert.Equal([1, 2], (await third).Select(answer => answer.Number));
    }

    [Fact]
    public void Comings_and_goings_are_told_in_a_worker_that_follows_them()
    {
        var follower = new RecordingSubscriber();
        var worker = _world.Workers[0];
        Assert.Equal(AttachStatus.Attached, worker.Hub.Broker.FollowPresence(follower, worker.Dispatcher).Status);
        _world.Run();
        _world.Hub.FindOrCreate("news"u8);
        _ = worker.Subscribe("news");
        _world.Run();
        Assert.True(_world.Hub.Close("news"u8, out _));
        _world.Run();

        Assert.Equal(
            ["1news", "0news"],
            follower.Messages.Select(message =>
                $"{message.Payload[0]}{System.Text.Encoding.UTF8.GetString(message.Payload[1..])}"));
    }

    private T Done<T>(ValueTask<T> operation)
    {
        _world.Run();
        return operation.Now();
    }
}
