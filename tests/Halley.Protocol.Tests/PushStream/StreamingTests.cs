using Halley.Protocol.Dialects.PushStream;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.PushStream;

public sealed class StreamingTests : IDisposable
{
    private readonly PushStreamNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_subscriber_gets_a_head_at_once_and_then_each_message_as_a_piece()
    {
        var subscriber = _node.Ask("/sub/a", isChunked: true);
        Assert.True(subscriber.IsHeld);
        Assert.StartsWith("Content-Type: text/plain\r\n|\r\nExpires: ", subscriber.Fields, StringComparison.Ordinal);
        Assert.Equal("", subscriber.Body);
        _node.Ask("POST /pub?id=a", "hello", "Event-Id: e 1\r\nEvent-Type: news");
        Assert.Equal("16\r\n[1|a|hello|e 1|news|1]\r\n", subscriber.Body);
    }

    [Fact]
    public void Beside_epoch_a_number_that_is_none_is_refused()
    {
        var refused = _node.Ask("/sub/a?seq=x&epoch=");
        Assert.Equal("400 Bad Request", refused.Status);
        Assert.Contains(
            "Explain: Beside epoch, seq must be a number: that of the message that is wanted next.\r\n",
            refused.Fields,
            StringComparison.Ordinal);
        Assert.True(_node.Ask("/sub/a?seq=x").IsHeld);
        Assert.True(_node.Ask("/sub/a?seq=1&epoch=").IsHeld);
    }

    [Theory]
    [InlineData("Event-Ids: 1")]
    [InlineData("Event-I: 1")]
    public void Only_the_exact_fields_label_a_message(string fields)
    {
        var subscriber = _node.Ask("/sub/a");
        _node.Ask("POST /pub?id=a", "x", fields);
        Assert.Equal("[1|a|x|||1]", subscriber.Body);
    }

    [Theory]
    [InlineData("/sub/a.b2", "a2 a3")]
    [InlineData("/sub/a.b99999999999", "a1 a2 a3")]
    [InlineData("/sub/a.b0", "")]
    [InlineData("/sub/a", "")]
    [InlineData("/sub/b.b1/a.b2", "b1 a2 a3")]
    [InlineData("/sub/a/b.b1", "b1")]
    public void Backtrack_gives_the_newest_of_each_channel(string target, string texts) =>
        Assert.Equal(texts, After(target));

    [Fact]
    public void A_subscriber_that_comes_back_is_given_what_it_missed_in_every_channel()
    {
        _node.Publish("a", "a1", "a2");
        _node.Publish("b", "b1");
        _node.Publish("a", "a3");
        Assert.Equal(
            "a2 a3 b1", Texts(_node.Ask("/sub/a/b", fields: $"If-Modified-Since: {_node.Date}\r\nIf-None-Match: 1")));
        Assert.Equal(
            "a3", Texts(_node.Ask("/sub/a/b", fields: $"If-Modified-Since: {_node.Date}\r\nIf-None-Match: W/3")));
        Assert.Equal("", Texts(_node.Ask("/sub/a/b", fields: $"If-Modified-Since: {_node.Date}")));
        Assert.Equal(
            "a1 a2 a3 b1",
            Texts(_node.Ask("/sub/a/b", fields: $"If-Modified-Since: {_node.Date}\r\nIf-None-Match: 0")));
        Assert.Equal("", Texts(_node.Ask("/sub/a/b", fields: "If-Modified-Since: null\r\nIf-None-Match: 0")));
        Assert.Equal(
            "a3", Texts(_node.Ask("/sub/a.b1", fields: $"If-Modified-Since: {_node.Date}\r\nIf-None-Match: 0")));
    }

    [Fact]
    public void An_event_id_is_a_place_too()
    {
        foreach (var number in new[] { "1", "2", "3" })
        {
            _node.Ask("POST /pub?id=a", "a" + number, "Event-Id: " + number);
        }

        Assert.Equal("a2 a3", Texts(_node.Ask("/sub/a", fields: "Last-Event-Id: 1")));
        Assert.Equal("", Texts(_node.Ask("/sub/a", fields: "Last-Event-Id: 9")));
    }

    [Fact]
    public void Where_the_query_says_the_place_the_fields_do_not()
    {
        using var node = new PushStreamNode(new EndpointOptions
        {
            MessageTemplate = PushStreamNode.Template,
            LastReceivedMessageTime = "$arg_time",
            LastReceivedMessageTag = "$arg_tag",
            LastEventId = "$arg_eventid",
        });
        node.Publish("a", "a1", "a2");
        node.Ask("POST /pub?id=a", "a3", "Event-Id: e3");
        node.Publish("a", "a4");
        var date = Uri.EscapeDataString(node.Date);
        Assert.Equal("a2 a3 a4", Texts(node.Ask($"/sub/a?time={date}&tag=1&eventid=")));
        Assert.Equal("a4", Texts(node.Ask("/sub/a?eventid=e3")));
        Assert.Equal(
            "", Texts(
                node.Ask(
                    "/sub/a?time=&tag=&eventid=",
                    fields: $"If-Modified-Since: {node.Date}\r\nIf-None-Match: 0\r\nLast-Event-Id: e3")));
    }

    [Fact]
    public void A_message_whose_time_is_over_is_given_to_nobody()
    {
        using var node = new PushStreamNode(options: new PushStreamOptions { MessageTtl = TimeSpan.FromSeconds(2) });
        node.Publish("a", "a1");
        Assert.NotEqual("", node.Ask("/sub/a.b1").Body);
        node.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("", node.Ask("/sub/a.b1").Body);
    }

    [Fact]
    public void A_channel_named_twice_is_heard_twice()
    {
        var subscriber = _node.Ask("/sub/a/a");
        _node.Publish("a", "x");
        Assert.Equal("[1|a|x|||1][1|a|x|||1]", subscriber.Body);
        Assert.Contains("\"subscribers\": 2", _node.Ask("/pub?id=a").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_channel_that_is_deleted_ends_the_answer_and_those_before_do_not()
    {
        using var node = new PushStreamNode(new EndpointOptions
        {
            MessageTemplate = "[~id~:~channel~:~text~:~size~:~tag~:~time~]",
            FooterTemplate = "<FOOT>",
        });
        var subscriber = node.Ask("/sub/a/b");
        node.Ask("DELETE /pub?id=a");
        const string First = "[-2:a:Channel deleted:15:0:Thu, 01 Jan 1970 00:00:00 GMT]";
        Assert.Equal(First, subscriber.Body);
        Assert.True(subscriber.IsHeld);
        node.Ask("DELETE /pub?id=b", "bye");
        Assert.Equal(First + "[-2:b:bye:3:0:Thu, 01 Jan 1970 00:00:00 GMT]<FOOT>", subscriber.Body);
        Assert.True(subscriber.IsEnded);
    }

    [Fact]
    public void Header_pings_and_footer_stand_around_the_messages()
    {
        using var node = new PushStreamNode(
            new EndpointOptions
            {
                MessageTemplate = "[~id~:~channel~:~text~]",
                HeaderTemplate = "<HEAD>"u8.ToArray(),
                FooterTemplate = "<FOOT>",
                PingMessageInterval = TimeSpan.FromSeconds(1),
            },
            new PushStreamOptions { PingMessageText = "PING" });
        node.Publish("a", "old");
        var subscriber = node.Ask("/sub/a.b1");
        Assert.Equal(TimeSpan.FromSeconds(1), subscriber.HeartbeatInterval);
        subscriber.Beat();
        node.Publish("a", "new");
        subscriber.Expire();
        Assert.Equal("<HEAD>[1:a:old][-1::PING][2:a:new]<FOOT>", subscriber.Body);
    }

    [Fact]
    public void A_template_that_gives_nothing_writes_no_empty_piece_which_would_end_the_answer()
    {
        using var node = new PushStreamNode(new EndpointOptions { MessageTemplate = "~event-id~" });
        var subscriber = node.Ask("/sub/a", isChunked: true);
        node.Publish("a", "x");
        Assert.Equal("", subscriber.Body);
        node.Ask("POST /pub?id=a", "y", "Event-Id: 7");
        Assert.Equal("1\r\n7\r\n", subscriber.Body);
    }

    [Theory]
    [InlineData("/sub/", "400 Bad Request", "No channel id provided.")]
    [InlineData("/sub/.b0", "400 Bad Request", "No channel id provided.")]
    [InlineData("/sub/%252F", "200 OK", null)]
    [InlineData("/sub/ALL", "403 Forbidden", "Channel id not authorized for this method.")]
    [InlineData("/sub/a/b*", "403 Forbidden", "Channel id not authorized for this method.")]
    [InlineData("/sub/123456789012345678901", "400 Bad Request", "Channel id is too large.")]
    [InlineData("/sub/full", "403 Forbidden", "Subscribers limit per channel has been exceeded.")]
    [InlineData("/sub/events", "403 Forbidden", "Subscription to events channel is not allowed.")]
    [InlineData("/sub/b_1", "403 Forbidden", "Subscribed too much wildcard channels.")]
    [InlineData("/sub/a/b_1/b_2/b_3", "403 Forbidden", "Subscribed too much wildcard channels.")]
    [InlineData("/sub/a/b_1/b_2", "200 OK", null)]
    [InlineData("/sub/a/b/c/d/e/f/g/h/i/j/k", "400 Bad Request", "Too many channels in one request.")]
    public void Whoever_may_not_subscribe_is_told_why_and_nothing_is_created(
        string target, string status, string? explain)
    {
        using var node = new PushStreamNode(
            new EndpointOptions { WildcardChannelMaxQtd = 2 },
            new PushStreamOptions
            {
                MaxChannelIdLength = 20,
                MaxSubscribersPerChannel = 1,
                WildcardChannelPrefix = "b_",
                EventsChannelId = "events",
                MaxChannelsPerRequest = 10,
            });
        node.Ask("/sub/full");
        var before = node.Hub.ChannelCount;
        var answer = node.Ask(target);
        Assert.Equal(status, answer.Status);
        if (explain is not null)
        {
            Assert.EndsWith($"X-Nginx-PushStream-Explain: {explain}\r\n", answer.Fields, StringComparison.Ordinal);
            Assert.Equal(before, node.Hub.ChannelCount);
        }
    }

    [Fact]
    public void Where_only_authorized_channels_are_open_others_are_not()
    {
        using var node = new PushStreamNode(
            new EndpointOptions { AuthorizedChannelsOnly = true },
            new PushStreamOptions { WildcardChannelPrefix = "b_", MessageTtl = TimeSpan.FromSeconds(5) });
        node.Publish("a", "x");
        Assert.Equal("200 OK", node.Ask("/sub/a").Status);
        Assert.Equal("200 OK", node.Ask("/sub/a/b_1").Status);
        Assert.Equal("403 Forbidden", node.Ask("/sub/unknown").Status);
        Assert.Equal("403 Forbidden", node.Ask("/sub/a/unknown").Status);
        node.Time.Advance(TimeSpan.FromSeconds(6));
        var answer = node.Ask("/sub/a");
        Assert.Equal("403 Forbidden", answer.Status);
        Assert.EndsWith(
            "X-Nginx-PushStream-Explain: Subscriber could not create channels.\r\n",
            answer.Fields,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Only_get_subscribes_and_options_only_asks()
    {
        using var node = new PushStreamNode(new EndpointOptions { AllowedOrigins = "http://a.example" });
        Assert.Equal("405 Not Allowed", node.Ask("POST /sub/a", "x").Status);
        var preflight = node.Ask("OPTIONS /sub/a");
        Assert.Equal("200 OK", preflight.Status);
        Assert.Equal(
            "|\r\nAllow: GET\r\nAccess-Control-Allow-Origin: http://a.example\r\nAccess-Control-Allow-Methods: GET\r\n"
            + "Access-Control-Allow-Headers: If-Modified-Since,If-None-Match,Etag,Event-Id,Event-Type,Last-Event-Id\r\n"
            + "Access-Control-Expose-Headers: Etag,Last-Modified,X-Nginx-PushStream-Explain\r\n",
            preflight.Fields);
    }

    [Theory]
    [InlineData("Test 1", 1100, 600)]
    [InlineData("Test 2", 4097, 0)]
    [InlineData("Other", 0, 0)]
    public void Browsers_that_need_it_get_padding(string agent, int header, int message)
    {
        using var node = new PushStreamNode(new EndpointOptions
        {
            HeaderTemplate = "<HEAD>"u8.ToArray(),
            MessageTemplate = "[1:m]",
            PaddingByUserAgent = "Test 1,1024,508:Test 2,4097,0",
        });
        var subscriber = node.Ask("/sub/a", fields: "User-Agent: " + agent);
        Assert.Equal(6 + header, subscriber.BodyBytes.Length);
        node.Publish("a", "x");
        Assert.Equal(6 + header + 5 + message, subscriber.BodyBytes.Length);
    }

    [Fact]
    public void What_iComet_publishes_reaches_push_stream()
    {
        var subscriber = _node.Ask("/sub/a");
        _node.Broker.Publish("a"u8, new Publication("x"u8.ToArray())).Now();
        _node.Dispatcher.RunAll();
        Assert.Equal("[1|a|x|||1]", subscriber.Body);
    }

    private string After(string target)
    {
        _node.Publish("a", "a1", "a2", "a3");
        _node.Publish("b", "b1");
        return Texts(_node.Ask(target));
    }

    private static string Texts(RecordingExchange subscriber) =>
        string.Join(
            ' ',
            subscriber.Body.Split('[', StringSplitOptions.RemoveEmptyEntries).Select(message => message.Split('|')[2]));
}
