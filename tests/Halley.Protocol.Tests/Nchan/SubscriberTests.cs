using Halley.Protocol.Dialects.Nchan;

namespace Halley.Protocol.Tests.Nchan;

/// <summary>Which transport a subscriber gets at one address, what it is told there, and how it comes back.</summary>
public sealed class SubscriberTests : IDisposable
{
    private const string Events = "Accept: text/event-stream";
    private const string Parts = "Accept: multipart/mixed";
    private const string Chunks = "TE: chunked";

    private readonly NchanNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_poll_walks_through_the_messages_one_request_each()
    {
        _node.Publish("a", "one", "two");
        _node.Time.AdvanceSeconds(1);
        _node.Publish("a", "three");
        var (texts, fields) = (new List<string>(), "");
        for (var i = 0; i < 3; i++)
        {
            var answer = _node.Ask("/sub/a", fields: fields);
            texts.Add(answer.Body);
            fields = $"If-Modified-Since: {ValueOf(answer.Fields, "Last-Modified")}|"
                + $"If-None-Match: {ValueOf(answer.Fields, "Etag")}";
        }

        Assert.Equal(["one", "two", "three"], texts);
        var last = _node.Ask("/sub/a", fields: fields);
        Assert.True(last.IsHeld);
        _node.Publish("a", "four");
        Assert.Equal("four", last.Body);
        Assert.True(last.IsEnded);
    }

    [Fact]
    public void Beside_epoch_a_number_that_is_none_is_refused()
    {
        var refused = _node.Ask("/sub/a?seq=x&epoch=");
        Assert.Equal("400 Bad Request", refused.Status);
        Assert.Contains(
            "Beside epoch, seq must be a number: that of the message that is wanted next.",
            refused.Body,
            StringComparison.Ordinal);
        Assert.True(_node.Ask("/sub/a?seq=x").IsHeld);
    }

    [Fact]
    public void A_polls_answer_says_its_id_and_its_type()
    {
        _node.Ask("POST /pub/a", "x", "Content-Type: text/x-foo");
        var atOnce = _node.Ask("/sub/a");
        Assert.Equal(
            $"Content-Type: text/x-foo\r\nLast-Modified: {_node.Date}\r\n|\r\nEtag: W/\"1\"\r\n"
                + "Vary: If-None-Match, If-Modified-Since\r\n",
            atOnce.Fields);
        var waiting = _node.Ask("/sub/b");
        _node.Ask("POST /pub/b", "x", "Content-Type: text/x-foo");
        Assert.Equal(atOnce.Fields.Replace("W/\"1\"", "W/\"2\"", StringComparison.Ordinal), waiting.Fields);
    }

    [Theory]
    [InlineData("If-Modified-Since: DATE|If-None-Match: 1", "two")]
    [InlineData("If-Modified-Since: DATE|If-None-Match: W/\"1\"", "two")]
    [InlineData("If-Modified-Since: DATE|If-None-Match: \"1\"", "two")]
    [InlineData("If-Modified-Since: DATE|If-None-Match: W/1", "two")]
    [InlineData("If-Modified-Since: DATE|If-None-Match: W/\"1-gzip\"", "two")]
    [InlineData("If-Modified-Since: DATE|If-None-Match: \"1;gzip\"", "two")]
    [InlineData("If-Modified-Since: DATE|If-None-Match: \"1\", \"7\"", "two")]
    [InlineData("If-Modified-Since: DATE|If-None-Match: -,[1]", "two")]
    [InlineData("If-Modified-Since: DATE|If-None-Match: [1],-", "two")]
    [InlineData("If-Modified-Since: DATE|If-None-Match: 1x", "one")]
    [InlineData("If-Modified-Since: DATE|If-None-Match: *", "one")]
    [InlineData("If-None-Match: SECOND:1", "two")]
    [InlineData("Last-Event-Id: SECOND:W/\"1\"", "two")]
    [InlineData("Last-Event-Id: SECOND:[1],-", "two")]
    [InlineData("If-Modified-Since: DATE", "one")]
    [InlineData("If-Modified-Since: DATE|If-None-Match: garbage", "one")]
    [InlineData("If-None-Match: 1", "one")]
    [InlineData("Last-Event-Id: SECOND:1", "two")]
    [InlineData("Last-Event-Id: SECOND", "one")]
    [InlineData("Last-Event-Id: garbage", "one")]
    [InlineData("Last-Event-Id: -1:1", "one")]
    public void Who_comes_back_says_where_it_was_in_any_of_nchans_ways(string fields, string first)
    {
        _node.Publish("a", "one", "two");
        var said = fields.Replace("DATE", _node.Date, StringComparison.Ordinal).Replace(
            "SECOND", _node.Second, StringComparison.Ordinal);
        Assert.Equal(first, _node.Ask("/sub/a", fields: said).Body);
        Assert.Contains(
            $"data: {first}\n", _node.Ask("/sub/a", fields: said + "|" + Events).Body, StringComparison.Ordinal);
        Assert.StartsWith(first, _node.Ask("/sub/a", fields: said + "|" + Chunks).Body, StringComparison.Ordinal);
        Assert.Contains(
            first, _node.Ask("/sub/a", fields: said + "|" + Parts).Body.Split("\r\n--")[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("last_event_id=SECOND%3A1")]
    [InlineData("lastEventId=SECOND%3A1")]
    [InlineData("Last-Event-ID=SECOND:1")]
    [InlineData("last_event_id=SECOND%3AW%2F%221%22")]
    public void The_id_may_be_an_argument(string query)
    {
        _node.Publish("a", "one", "two", "three");
        var target = "/sub/a?" + query.Replace("SECOND", _node.Second, StringComparison.Ordinal);
        Assert.Equal("two", _node.Ask(target).Body);
        Assert.StartsWith(
            $": hi\n\nid: {_node.Second}:2\ndata: two\n\n",
            _node.Ask(target, fields: Events).Body,
            StringComparison.Ordinal);
        Assert.Equal("three", _node.Ask(target, fields: $"Last-Event-ID: {_node.Second}:2").Body);
    }

    [Fact]
    public void Where_a_location_names_its_events_all_are_called_so()
    {
        using var node = new NchanNode(
            options => options.EventsourceEvent = options.Kind == NchanKind.Publisher ? "" : "tock");
        node.Ask("POST /pub/a", "one", "X-EventSource-Event: own");
        node.Ask("POST /pub/a", "two");
        Assert.Equal(
            $": hi\n\nevent: tock\nid: {node.Second}:1\ndata: one\n\nevent: tock\nid: {node.Second}:2\ndata: two\n\n",
            node.Ask("/sub/a", fields: Events).Body);
    }

    [Fact]
    public void An_event_stream_says_hi_then_messages_with_event_id_and_lines()
    {
        _node.Ask("POST /pub/a", "1\n\n2\r\n3\r4", "X-EventSource-Event: tick");
        var answer = _node.Ask("/sub/a", fields: "Accept: text/html, text/event-stream;q=0.5");
        _node.Publish("a", "");
        Assert.Equal("Content-Type: text/event-stream; charset=utf-8\r\n|\r\n", answer.Fields);
        Assert.Equal(
            $": hi\n\nevent: tick\nid: {_node.Second}:1\ndata: 1\ndata: \ndata: 2\ndata: 3\ndata: 4\n\n"
                + $"id: {_node.Second}:2\ndata: \n\n",
            answer.Body);
    }

    [Fact]
    public void An_event_stream_is_pinged_as_its_location_says()
    {
        using var node = new NchanNode(options =>
        {
            options.EventsourcePingInterval = TimeSpan.FromSeconds(1);
            options.EventsourcePingComment = "c";
            options.EventsourcePingEvent = "ping";
            options.EventsourcePingData = "d";
            options.EventsourceEvent = "usual";
        });
        var answer = node.Ask("/sub/a", fields: Events);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.HeartbeatInterval);
        answer.Beat();
        node.Publish("a", "x");
        Assert.Equal(
            $": hi\n\n:c\nevent: ping\ndata: d\n\nevent: usual\nid: {node.Second}:1\ndata: x\n\n", answer.Body);
    }

    [Theory]
    [InlineData("", "ping", "", "event: ping\n\n")]
    [InlineData("", "", "d", "data: d\n\n")]
    [InlineData("", "", "", ":\n\n")]
    public void A_ping_has_only_what_its_location_says(string comment, string name, string data, string ping)
    {
        using var node = new NchanNode(options =>
        {
            options.EventsourcePingInterval = TimeSpan.FromSeconds(1);
            (options.EventsourcePingComment, options.EventsourcePingEvent, options.EventsourcePingData) = (
                comment, name, data);
        });
        var answer = node.Ask("/sub/a", fields: Events);
        answer.Beat();
        Assert.Equal(": hi\n\n" + ping, answer.Body);
        Assert.Equal("ping", new NchanOptions().EventsourcePingEvent);
    }

    [Fact]
    public void Parts_have_id_and_type_and_the_boundary_behind_them()
    {
        _node.Ask("POST /pub/a", "one", "Content-Type: text/x-foo");
        var answer = _node.Ask("/sub/a", fields: Parts);
        var boundary = ValueOf(answer.Fields, "Content-Type").Split("boundary=")[1];
        _node.Publish("a", "two");
        Assert.Equal(
            $"--{boundary}\r\nLast-Modified: {_node.Date}\r\nEtag: 1\r\nContent-Type: text/x-foo\r\n\r\none\r\n"
                + $"--{boundary}"
                + $"\r\nLast-Modified: {_node.Date}\r\nEtag: 2\r\n\r\ntwo\r\n--{boundary}",
            answer.Body);
        _node.Ask("DELETE /pub/a");
        Assert.EndsWith($"two\r\n--{boundary}--\r\n", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void No_two_subscribers_have_the_same_boundary() =>
        Assert.NotEqual(_node.Ask("/sub/a", fields: Parts).Fields, _node.Ask("/sub/a", fields: Parts).Fields);

    [Fact]
    public void Chunks_are_messages_and_an_empty_one_is_left_out()
    {
        _node.Publish("a", "one", "", "three");
        var answer = _node.Ask("/sub/a", fields: Chunks, isChunked: true);
        _node.Publish("a", "");
        _node.Publish("a", "five");
        Assert.Equal("3\r\none\r\n5\r\nthree\r\n4\r\nfive\r\n", answer.Body);
        Assert.True(answer.IsHeld);
    }

    [Fact]
    public void A_raw_stream_is_messages_with_a_separator_and_no_framing()
    {
        using var node = new NchanNode(options => options.Transports = NchanTransport.RawStream);
        node.Publish("a", "one", "");
        var answer = node.Ask("/sub/a", fields: Events);
        node.Publish("a", "three");
        Assert.Equal("one\n\nthree\n", answer.Body);
        Assert.True(answer.Head!.EndsWithConnection);
        Assert.True(answer.Head.Closes);
    }

    [Theory]
    [InlineData(NchanTransport.EventSource, "", "403 Forbidden")]
    [InlineData(NchanTransport.EventSource, Parts, "403 Forbidden")]
    [InlineData(NchanTransport.EventSource, Events, "200 OK")]
    [InlineData(NchanTransport.LongPoll, Events, "200 OK")]
    [InlineData(NchanTransport.LongPoll, "Upgrade: websocket", "403 Forbidden")]
    public void What_a_location_does_not_allow_is_403_or_what_asks_for_nothing(
        NchanTransport allowed, string fields, string status)
    {
        using var node = new NchanNode(options => options.Transports = allowed);
        node.Publish("a", "x");
        Assert.Equal(status, node.Ask("/sub/a", fields: fields).Status);
    }

    [Theory]
    [InlineData("", "", "408 Request Timeout")]
    [InlineData(Events, ": hi\n\n:408: 408 Request Timeout\n\n", "200 OK")]
    public void Whose_time_is_up_is_told(string fields, string body, string status)
    {
        using var node = new NchanNode(options => options.SubscriberTimeout = TimeSpan.FromSeconds(5));
        var answer = node.Ask("/sub/a", fields: fields);
        answer.Expire();
        Assert.Equal(status, answer.Status);
        Assert.Equal(body, answer.Body);
    }

    [Theory]
    [InlineData("", "", "410 Gone")]
    [InlineData(Events, ": hi\n\n:410: 410 Gone\n\n", "200 OK")]
    public void Whose_channel_is_deleted_is_told(string fields, string body, string status)
    {
        var answer = _node.Ask("/sub/a", fields: fields);
        _node.Ask("DELETE /pub/a");
        Assert.Equal(status, answer.Status);
        Assert.Equal(body, answer.Body);
        Assert.True(answer.IsEnded);
    }

    [Theory]
    [InlineData("oldest", "1234")]
    [InlineData("newest", "")]
    [InlineData("1", "1234")]
    [InlineData("3", "34")]
    [InlineData("9", "")]
    [InlineData("-1", "4")]
    [InlineData("-9", "1234")]
    public void Who_says_nothing_begins_where_its_location_says(string first, string expected)
    {
        using var node = new NchanNode(options => options.SubscriberFirstMessage = first);
        node.Publish("a", "1", "2", "3", "4");
        var stream = node.Ask("/sub/a", fields: Chunks);
        Assert.Equal(expected, stream.Body);
        var poll = node.Ask("/sub/a");
        Assert.Equal(expected.Length == 0, poll.IsHeld);
        Assert.Equal(expected.Length == 0 ? "" : expected[..1], poll.Body);
    }

    [Fact]
    public void An_interval_poll_never_waits()
    {
        using var node = new NchanNode(options => options.Transports = NchanTransport.IntervalPoll);
        Assert.Equal("304 Not Modified", node.Ask("/sub/a").Status);
        node.Publish("a", "x");
        Assert.Equal("x", node.Ask("/sub/a").Body);
        Assert.Equal("304 Not Modified", node.Ask("/sub/a", fields: $"Last-Event-Id: {node.Second}:1").Status);
    }

    [Fact]
    public void HEAD_never_waits()
    {
        Assert.Equal("304 Not Modified", _node.Ask("HEAD /sub/a").Status);
        var stream = _node.Ask("HEAD /sub/a", fields: Events);
        Assert.True(stream.IsEnded);
        Assert.Equal("Content-Type: text/event-stream; charset=utf-8\r\n|\r\n", stream.Fields);
        Assert.Equal(0, _node.Hub.SubscriberCount);
    }

    [Fact]
    public void Only_channels_that_there_are_may_be_demanded()
    {
        using var node = new NchanNode(options => options.SubscribeExistingChannelsOnly = true);
        Assert.Equal("403 Forbidden", node.Ask("/sub/a").Status);
        Assert.Equal(0, node.Hub.ChannelCount);
        node.Publish("a", "x");
        Assert.Equal("x", node.Ask("/sub/a").Body);
    }

    [Fact]
    public void A_location_may_limit_the_subscribers_of_a_channel()
    {
        using var node = new NchanNode(options => options.MaxChannelSubscribers = 1);
        var first = node.Ask("/sub/a");
        Assert.Equal("403 Forbidden", node.Ask("/sub/a").Status);
        Assert.True(node.Ask("/sub/b").IsHeld);
        first.Disconnect();
        Assert.True(node.Ask("/sub/a").IsHeld);
    }

    private static string ValueOf(string fields, string name) =>
        fields.Split("\r\n").First(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];
}
