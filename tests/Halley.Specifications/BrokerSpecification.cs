using System.Text;
using Halley.Broker;
using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Specifications;

/// <summary>What every broker promises, whatever lies behind it. Each broker's tests derive from this.</summary>
public abstract partial class BrokerSpecification : IDisposable
{
    protected abstract SharedChannels Channels { get; }

    public void Dispose()
    {
        Channels.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_message_is_heard_in_every_process_once_and_in_order()
    {
        var listeners = await Listening("news");
        for (var n = 1; n <= 20; n++)
        {
            await Publish(n % 2, "news", $"{n}");
        }

        var all = string.Join(' ', Enumerable.Range(1, 20));
        await Channels.Until(() => listeners.All(listener => listener.Text == all), "all are told all");
        Assert.All(
            listeners, listener => Assert.Equal(
                Enumerable.Range(1, 20).Select(n => (long)n), listener.All.Select(message => message.Offset)));
    }

    [Fact]
    public async Task Publishing_says_where_the_message_lies()
    {
        var first = await Publish(0, "news", "one");
        var second = await Publish(1, "news", "two");

        Assert.Equal(1, first.Position.Offset);
        Assert.Equal(second.Position, new StreamPosition(first.Position.Epoch, 2));
        Assert.True(second.Stamp > first.Stamp);
    }

    [Fact]
    public async Task Who_comes_later_is_given_what_is_kept_from_its_place_on()
    {
        for (var n = 1; n <= 5; n++)
        {
            await Publish(0, "news", $"{n}");
        }

        var listener = await Listen(1, "news", Replay.From(3));
        await Publish(0, "news", "6");

        await Channels.Until(() => listener.Text == "3 4 5 6", "it has what it missed and what is new");
    }

    [Fact]
    public async Task Who_comes_back_with_its_place_is_given_what_it_missed_in_any_process()
    {
        var listener = await Listen(0, "news", Replay.From(1));
        await Publish(0, "news", "1");
        await Channels.Until(() => listener.Text == "1", "it hears");
        var place = new StreamPosition(listener.Result!.Value.Position.Epoch, 2);
        listener.Leave();
        await Publish(0, "news", "2");
        await Publish(1, "news", "3");

        var back = await Listen(1, "news", Replay.Resume(place));

        Assert.Equal("2 3", back.Text);
        Assert.Equal(
            [PositionNoticeKind.Exact], Resumption.Steps(place, back.Result!.Value)
                .Where(step => step.Message is null)
                .Select(step => step.Notice.Kind));
    }

    [Fact]
    public async Task Every_field_of_a_message_is_carried()
    {
        var listeners = await Listening("news");
        var trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\na=1"u8.ToArray();
        MessageLabels?[] labels =
        [
            null, new(null, null, null), new([], "e"u8.ToArray(), null), new("i"u8.ToArray(), [], "t"u8.ToArray()),
            new(null, null, null, "{}"u8.ToArray()), new("i"u8.ToArray(), null, "t"u8.ToArray(), []),
            MessageLabels.WithTrace(null, trace), MessageLabels.WithTrace(new([], null, null, []), trace),
        ];
        foreach (var label in labels)
        {
            await Channels.Done(Channels.BrokerOf(1).Publish(
                "news"u8, new Publication([0, 255]) { Traits = MessageTraits.JsonEscaped, Labels = label }));
        }

        await Channels.Until(() => listeners.All(listener => listener.All.Count() == labels.Length), "all are told");
        Assert.All(listeners, listener =>
        {
            foreach (var (label, message) in labels.Zip(listener.All))
            {
                Assert.Equal([0, 255], message.Payload.ToArray());
                Assert.Equal(MessageTraits.JsonEscaped, message.Traits);
                Assert.Equal(label is null, message.Labels is null);
                Assert.Equal(label?.EventId, message.Labels?.EventId);
                Assert.Equal(label?.EventType, message.Labels?.EventType);
                Assert.Equal(label?.ContentType, message.Labels?.ContentType);
                Assert.Equal(label?.Details, message.Labels?.Details);
                Assert.Equal(label?.Trace, message.Labels?.Trace);
            }
        });
        Assert.Equal(
            listeners[0].All.Select(message => message.Stamp), listeners[1].All.Select(message => message.Stamp));
    }

    [Fact]
    public async Task What_is_published_again_under_its_idempotency_key_is_published_once_and_answered_alike()
    {
        var listeners = await Listening("news");
        var first = await PublishAs("key", 0, "news", "one");
        await Publish(0, "news", "two");

        var again = await PublishAs("key", 1, "news", "one");
        var elsewhere = await PublishAs("key", 1, "sport", "one");
        await Publish(1, "news", "three");

        Assert.Equal(first with { IsRepeat = true }, again);
        Assert.False(first.IsRepeat || elsewhere.IsRepeat);
        await Channels.Until(() => listeners.All(listener => listener.Text == "one two three"), "all hear each once");
    }

    [Fact]
    public async Task Publishers_that_use_one_idempotency_key_at_once_publish_one_message()
    {
        var publishing = Enumerable.Range(0, 20)
            .Select(n => Channels.BrokerOf(n % 2).Publish("news"u8, Publication("key", "one")).AsTask())
            .ToArray();
        await Channels.Until(() => publishing.All(task => task.IsCompleted), "all are answered");

        var results = await Task.WhenAll(publishing);
        Assert.Single(results, result => !result.IsRepeat);
        Assert.Single(results.Select(result => result.Position).Distinct());
        Assert.Equal("one", (await Listen(1, "news", Replay.From(1))).Text);
    }

    [Fact]
    public async Task An_idempotency_key_of_another_message_is_refused()
    {
        await PublishAs("key", 0, "news", "one");

        Assert.Equal(PublishStatus.KeyReused, (await PublishAs("key", 1, "news", "two")).Status);
        var withLabel = Publication("key", "one") with { Labels = new MessageLabels(null, "type"u8.ToArray(), null) };
        Assert.Equal(
            PublishStatus.KeyReused, (await Channels.Done(Channels.BrokerOf(1).Publish("news"u8, withLabel))).Status);
        Assert.Equal("one", (await Listen(1, "news", Replay.From(1))).Text);
    }

    [Fact]
    public async Task A_message_is_given_to_nobody_after_its_time()
    {
        await Channels.Done(Channels.BrokerOf(0).Publish(
            "news"u8, new Publication("old"u8.ToArray()) { Retention = new Retention(9, TimeSpan.FromSeconds(1)) }));
        await Channels.Pass(3);

        Assert.Equal("", (await Listen(1, "news", Replay.From(1))).Text);
    }

    [Fact]
    public async Task A_channel_that_is_closed_ends_for_everybody_with_its_farewell_and_begins_anew()
    {
        var listeners = await Listening("news");
        var before = await Publish(0, "news", "one");
        await Channels.Until(() => listeners.All(listener => listener.Text == "one"), "all hear it");

        var last = await Channels.Done(Channels.BrokerOf(1).Close("news"u8, "bye"u8.ToArray()));

        Assert.Equal(2, last!.Value.Position.Offset);
        await Channels.Until(
            () => listeners.All(listener => listener.Subscriber.Ends.Count == 1), "all are told the end");
        Assert.All(listeners, listener => Assert.Equal("bye"u8, listener.Subscriber.Ends[0].Farewell!));
        var after = await Publish(0, "news", "two");
        Assert.Equal(1, after.Position.Offset);
        Assert.NotEqual(before.Position.Epoch, after.Position.Epoch);
        var back = await Listen(1, "news", Replay.Resume(before.Position with { Offset = 2 }));
        Assert.Equal(
            [PositionNoticeKind.Reset],
            Resumption.Steps(before.Position with { Offset = 2 }, back.Result!.Value)
                .Where(step => step.Message is null)
                .Select(step => step.Notice.Kind));
    }

    [Fact]
    public async Task What_is_cleared_is_given_to_nobody_and_numbers_go_on()
    {
        var listeners = await Listening("news");
        await Publish(0, "news", "one");
        Assert.Equal(2, (await Channels.Done(Channels.BrokerOf(1).Clear("news"u8)))!.Value.Offset);
        await Publish(0, "news", "two");
        await Channels.Until(() => listeners.All(listener => listener.Text == "one two"), "all are told");

        Assert.Equal("two", (await Listen(1, "news", Replay.From(1))).Text);
    }

    [Fact]
    public async Task Of_a_channel_that_there_is_not_nothing_is_said()
    {
        Assert.Null(await Channels.Done(Channels.BrokerOf(1).Info("none"u8)));
        Assert.Null(await Channels.Done(Channels.BrokerOf(1).Close("none"u8)));
        Assert.Null(await Channels.Done(Channels.BrokerOf(1).Clear("none"u8)));
        var refused = new Listener(Channels, 1, "none", Replay.Nothing, mayCreate: false);
        await Channels.Until(() => refused.Result is not null, "it is refused");
        Assert.Equal(AttachStatus.NoSuchChannel, refused.Result!.Value.Status);
    }

    [Fact]
    public async Task A_channel_is_told_of_as_it_is()
    {
        var listeners = await Listening("news");
        await Publish(0, "news", "one");
        await Channels.Until(() => listeners.All(listener => listener.Text == "one"), "all are told");

        var info = (await Channels.Done(Channels.BrokerOf(1).Info("news"u8)))!.Value;

        Assert.Equal((2, 1, 2), (info.Position.Offset, info.Stored, info.Subscribers));
        Assert.Equal(listeners[0].All.Single().Stamp, info.Newest);
    }

    [Fact]
    public async Task A_reserved_channel_is_there_and_says_where_its_oldest_message_lies()
    {
        ValueTask<Reservation?> Reserve(int node) =>
            Channels.BrokerOf(node).Reserve("news"u8, TimeSpan.FromMinutes(1), newest: 2);
        Assert.Equal(1, (await Channels.Done(Reserve(0)))!.Value.Oldest);
        for (var n = 1; n <= 5; n++)
        {
            await Publish(0, "news", $"{n}");
        }

        var reserved = (await Channels.Done(Reserve(1)))!.Value;
        Assert.Equal((4, 6), (reserved.Oldest, reserved.Position.Offset));
    }

    [Fact]
    public async Task Channels_are_listed_by_the_beginning_of_their_names_and_counted()
    {
        Assert.True(await Channels.Done(Channels.BrokerOf(0).Create("a1"u8, TimeSpan.FromMinutes(1))));
        Assert.True(await Channels.Done(Channels.BrokerOf(1).Create("b1"u8, TimeSpan.FromMinutes(1))));
        Assert.True(await Channels.Done(Channels.BrokerOf(1).Create("a2"u8, TimeSpan.FromMinutes(1))));

        Assert.Equal(
            ["a1", "a2"],
            (await Channels.Done(Channels.BrokerOf(1).List("a"u8))).Select(one => Encoding.UTF8.GetString(one.Name)));
        Assert.Equal(3, (await Channels.Done(Channels.BrokerOf(1).Count())).Channels);
    }

    [Fact]
    public async Task A_broadcast_reaches_every_channel()
    {
        var (here, there) = (await Listen(0, "a", Replay.From(1)), await Listen(1, "b", Replay.From(1)));
        Listener[] listeners = [here, there, await Listen(1, "c", Replay.From(1))];
        Assert.Equal(
            3, await Channels.Done(Channels.BrokerOf(1).PublishToAll("x"u8.ToArray(), Channels.DispatcherOf(1))));

        await Channels.Until(() => listeners.All(listener => listener.Text == "x"), "all are told");
    }

    [Fact]
    public async Task Comings_and_goings_are_told_to_whoever_follows_them()
    {
        var follower = new RecordingSubscriber();
        Assert.Equal(
            AttachStatus.Attached, Channels.BrokerOf(1).FollowPresence(follower, Channels.DispatcherOf(1)).Status);
        await Channels.Settle();
        await Publish(0, "news", "one");
        await Channels.Done(Channels.BrokerOf(0).Close("news"u8));

        await Channels.Until(() => follower.Messages.Count >= 2, "both are told");
        Assert.Equal(
            ["1news", "0news"], follower.Messages.Select(
                message => $"{message.Payload[0]}{Encoding.UTF8.GetString(message.Payload[1..])}"));
    }

    [Fact]
    public async Task Nobody_who_comes_while_others_publish_misses_a_message_or_hears_it_twice()
    {
        var listeners = new List<Listener>();
        for (var n = 1; n <= 60; n++)
        {
            await Publish(n % 2, "news", $"{n}");
            listeners.Add(new Listener(Channels, n % 2, "news", Replay.From(n)));
        }

        await Channels.Until(
            () => listeners.All(listener => listener.All.LastOrDefault()?.Offset == 60), "all are told the last");
        Assert.All(listeners.Index(), one =>
            Assert.Equal(
                Enumerable.Range(one.Index + 1, 60 - one.Index).Select(n => (long)n),
                one.Item.All.Select(message => message.Offset)));
    }

    private async Task<Listener[]> Listening(string channel) =>
        [await Listen(0, channel, Replay.From(1)), await Listen(1, channel, Replay.From(1))];

    private async Task<Listener> Listen(int process, string channel, Replay replay)
    {
        var listener = new Listener(Channels, process, channel, replay);
        await Channels.Until(() => listener.Result is not null, "a subscriber is attached");
        Assert.Equal(AttachStatus.Attached, listener.Result!.Value.Status);
        return listener;
    }

    private Task<PublishResult> PublishAs(string key, int process, string channel, string text) =>
        Channels.Done(Channels.BrokerOf(process).Publish(Encoding.UTF8.GetBytes(channel), Publication(key, text)));

    private static Publication Publication(string key, string text) =>
        new(Encoding.UTF8.GetBytes(text)) { IdempotencyKey = Encoding.UTF8.GetBytes(key) };

    private async Task<PublishResult> Publish(int process, string channel, string text)
    {
        var result = await Channels.Done(
            Channels.BrokerOf(process).Publish(
                Encoding.UTF8.GetBytes(channel), new Publication(Encoding.UTF8.GetBytes(text))));
        Assert.Equal(PublishStatus.Published, result.Status);
        return result;
    }
}
