using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Halley.Channels;
using Halley.Outbox;
using Halley.Server.Configuration;
using Halley.Server.Webhooks;
using Halley.Testing;
using Halley.Testing.Doubles;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Server.Tests.Webhooks;

/// <summary>What a receiver is told of channels in memory, and when.</summary>
public sealed class WebhookTests : IDisposable
{
    private const string Everything =
        "channel_occupied\", \"channel_vacated\", \"member_joined\", \"member_left\", \"publication";

    private readonly ManualTime _time = new();
    private readonly RawBackend _receiver = new();
    private readonly Hub _hub;
    private readonly ManualDispatcher _dispatcher = new();
    private WebhookTeller? _teller;

    public WebhookTests() => _hub = new Hub(new HubOptions(), _time);

    public void Dispose()
    {
        _teller?.Dispose();
        _hub.Dispose();
        _receiver.Dispose();
    }

    [Fact]
    public async Task Publications_come_in_order_with_their_place_and_only_those_of_its_prefixes()
    {
        Begin("publication");
        Publish("other", "x");
        Publish("chat:1", "one");
        Publish("chat:1", "two");
        Publish("chat:2", [0xBF]);

        var events = await HearAsync(3);

        Assert.Equal(["publication", "publication", "publication"], events.Select(one => Text(one, "event")));
        Assert.Equal(["chat:1", "chat:1", "chat:2"], events.Select(one => Text(one, "channel")));
        Assert.Equal(["one", "two"], events.Take(2).Select(one => Text(one, "data")));
        Assert.Equal("vw==", Text(events[2], "b64data"));
        Assert.Equal([1, 2, 1], events.Select(one => one.GetProperty("offset").GetInt64()));
        Assert.Equal($"{_hub.Find("chat:1"u8)!.Epoch}", Text(events[0], "epoch"));
        Assert.Equal(_time.Start.ToUnixTimeMilliseconds(), events[0].GetProperty("time").GetInt64());
        Assert.Equal(3, events.Select(one => Text(one, "id")).Distinct().Count());
    }

    [Fact]
    public async Task What_is_too_large_is_told_by_its_size()
    {
        Begin("publication");
        Publish("chat:1", new string('x', WebhookRules.MaxDataBytes + 1));

        var one = Assert.Single(await HearAsync(1));

        Assert.Equal(WebhookRules.MaxDataBytes + 1, one.GetProperty("size").GetInt32());
        Assert.False(one.TryGetProperty("data", out _));
    }

    [Fact]
    public async Task A_channel_is_occupied_by_its_first_subscriber_and_vacated_a_while_after_its_last()
    {
        Begin("channel_occupied\", \"channel_vacated");
        var (first, second) = (Attach("chat:1"), Attach("chat:1"));
        Pass(1);
        Assert.Equal(["channel_occupied"], (await HearAsync(1)).Select(one => Text(one, "event")));

        // A poll goes and comes with every message: nobody is told.
        first.Detach();
        second.Detach();
        Pass(Occupancy.Grace.TotalSeconds - 1);
        second = Attach("chat:1");
        Pass(Occupancy.Grace.TotalSeconds + 1);
        second.Detach();
        Pass(Occupancy.Grace.TotalSeconds + 1);

        var events = await HearAsync(1);
        Assert.Equal([("channel_vacated", "chat:1")], events.Select(one => (Text(one, "event"), Text(one, "channel"))));
    }

    [Fact]
    public async Task Comings_and_goings_are_members()
    {
        Begin(
            Everything,
            """ "namespaces": [ { "prefix": "chat:", "presence": "anyone", "join_leave": true } ], """);
        Publish("chat:1:presence", """{"join":{"client":"c","user":"alice","since":5}}""");
        Publish("chat:1:presence", """{"leave":{"client":"c","user":"alice","since":5}}""");
        Publish("chat:1:presence", "no JSON");
        Publish("chat:1:presence", "[]");
        Publish("chat:1", "last");

        var events = await HearAsync(3);

        Assert.Equal(
            ["member_joined chat:1 alice", "member_left chat:1 alice"],
            events.Take(2).Select(one => $"{Text(one, "event")} {Text(one, "channel")} {Text(one, "user")}"));
        Assert.Equal("last", Text(events[2], "data"));
    }

    [Fact]
    public async Task What_fails_is_sent_again_after_a_wait_with_the_same_ids_and_before_what_comes_later()
    {
        Begin("publication");
        Publish("chat:1", "one");
        using var connection = await _receiver.AcceptAsync();
        var first = EventsOf(await connection.ReadRequestAsync());
        Publish("chat:1", "two");
        await FailAsync(connection);
        Pass(1);

        var events = EventsOf(await connection.ReadRequestAsync());
        await AnswerAsync(connection, "204 Fine");
        Assert.Equal(["one", "two"], events.Select(one => Text(one, "data")));
        Assert.Equal(Text(first[0], "id"), Text(events[0], "id"));
        await UntilAsync(() => _teller!.Receivers.Single().Counts is { Delivered: 2, Failed: 1 });
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        using var elsewhere = new RawBackend();
        Begin("publication");
        Publish("chat:1", "one");
        using var connection = await _receiver.AcceptAsync();
        await connection.ReadRequestAsync();
        await connection.AnswerAsync(
            $"HTTP/1.1 307 There\r\nLocation: {elsewhere.Url}/\r\nContent-Length: 0\r\n\r\n");

        await UntilAsync(() => _teller!.Receivers.Single().Counts.Failed == 1);
    }

    [Fact]
    public async Task What_waits_for_too_long_is_given_up_and_that_is_told()
    {
        Begin("publication", more: "", keep: ", \"keep\": 60");
        Publish("chat:1", "one");
        Publish("chat:1", "two");
        using (var connection = await _receiver.AcceptAsync())
        {
            await connection.ReadRequestAsync();
            _time.AdvanceSeconds(61);
            Publish("chat:1", "three");
            await FailAsync(connection);
        }

        Pass(1);
        var events = await HearAsync(2);
        Assert.Equal(("events_lost", 2), (Text(events[0], "event"), events[0].GetProperty("count").GetInt32()));
        Assert.Equal("three", Text(events[1], "data"));
        Assert.Equal(2, _teller!.Receivers.Single().Counts.Lost);
    }

    [Fact]
    public async Task A_queue_has_an_end_and_whoever_empties_it_is_told_how_much_is_missing()
    {
        var outbox = new MemoryOutbox(["app"], new OutboxLimits(2, 1000), _time);
        for (var i = 0; i < 5; i++)
        {
            outbox.Add(new OutboxEntry(["app"], Encoding.ASCII.GetBytes($"{{\"n\":{i}")), position: null);
        }

        var batch = await outbox.Read("app", 10);
        Assert.Equal(["{\"n\":0}", "{\"n\":1}"], batch!.Events.Select(one => Encoding.ASCII.GetString(one.Text)));
        Assert.Equal((2, 3), (batch.Waiting, batch.Lost));

        await outbox.Remove("app", batch, 2);
        outbox.Add(new OutboxEntry(["app"], "{\"n\":5"u8.ToArray()), position: null);
        var next = await outbox.Read("app", 10);
        Assert.Equal(3, WebhookBody.LostIn(next!.Events.Take(1)));
        Assert.Equal("{\"n\":5}", Encoding.ASCII.GetString(next.Events[1].Text));
    }

    private void Begin(string events, string more = "", string keep = "")
    {
        var options = HalleyConfiguration.Read(
            Encoding.UTF8.GetBytes($$"""
                { {{more}} "webhooks": [ { "name": "app", "url": "{{_receiver.Url}}/h",
                  "secret": "0123456789abcdef0123456789abcdef", "events": ["{{events}}"], "prefixes": ["chat:"]
                  {{keep}} } ] }
                """),
            "h.json");
        _teller = WebhookTeller.Begin(
            options, WebhookTeller.RulesOf(options, _time), _hub, null, null, _time, NullLogger.Instance);
    }

    private void Publish(string channel, string text) => Publish(channel, Encoding.UTF8.GetBytes(text));

    private void Publish(string channel, byte[] payload) =>
        Assert.True(
            _hub.Broker.Publish(Encoding.UTF8.GetBytes(channel), new Publication(payload)).AsTask().IsCompleted);

    private RecordingSubscriber Attach(string channel)
    {
        var subscriber = new RecordingSubscriber();
        _hub.Attach(
            Encoding.UTF8.GetBytes(channel),
            subscriber,
            new AttachOptions { MayCreate = true },
            new RequestAtOnce(_dispatcher));
        return subscriber;
    }

    private void Pass(double seconds) => _time.AdvanceSeconds(seconds);

    // So many events, whatever the requests that they come in.
    private async Task<List<JsonElement>> HearAsync(int count)
    {
        var events = new List<JsonElement>();
        using var connection = await _receiver.AcceptAsync();
        while (events.Count < count)
        {
            events.AddRange(EventsOf(await connection.ReadRequestAsync()));
            await AnswerAsync(connection, "200 OK");
        }

        Assert.Equal(count, events.Count);
        return events;
    }

    // Until it waits to send again.
    private async Task FailAsync(RawQuestions connection)
    {
        var timers = _time.TimerCount;
        await AnswerAsync(connection, "500 No");
        await UntilAsync(() => _time.TimerCount > timers);
        Assert.Equal(1, _teller!.Receivers.Single().Counts.Failed);
    }

    private static Task AnswerAsync(RawQuestions connection, string status) =>
        connection.AnswerAsync($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");

    private static List<JsonElement> EventsOf(string request)
    {
        Assert.StartsWith("POST /h HTTP/1.1\r\n", request, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        return [.. json.RootElement.GetProperty("events").EnumerateArray().Select(one => one.Clone())];
    }

    private static string Text(JsonElement one, string name) => one.GetProperty(name).GetString()!;

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var started = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < RawHttpClient.Patience, "it never is so");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
