using Halley.Protocol.Clients;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>What each command is answered with.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly CentrifugoServer _server = new(namespaces:
    [
        new ChannelNamespace("open:"u8.ToArray()) { Presence = WhoMay.Anyone, TellsPresence = true },
        new ChannelNamespace("closed:"u8.ToArray()) { Subscribe = WhoMay.Nobody, Publish = WhoMay.Users },
        new ChannelNamespace("bare:"u8.ToArray()) { Retention = new Retention(0, null) },
    ]);

    public void Dispose() => _server.Dispose();

    [Fact]
    public void A_client_connects_and_is_told_its_id_and_how_often_it_will_be_pinged()
    {
        var answer = _server.Open().Ask("""{"id":7,"connect":{"name":"js"}}""");
        Assert.Matches(
            """^\{"id":7,"connect":\{"client":"[A-Za-z0-9_-]{22}","version":"test","ping":25,"pong":true\}\}$""",
            answer);
    }

    [Fact]
    public void A_subscriber_hears_what_is_published_by_whatever_way()
    {
        var caller = _server.Connect();
        Assert.Equal("""{"id":2,"subscribe":{}}""", caller.Ask("""{"id":2,"subscribe":{"channel":"news"}}"""));
        _server.Publish("news", """{"a":1}""");
        _server.Publish("news", "plain");
        Assert.Equal(
            """
            {"push":{"channel":"news","pub":{"data":{"a":1},"offset":1}}}
            {"push":{"channel":"news","pub":{"data":"plain","offset":2}}}
            """,
            caller.Heard());
    }

    [Fact]
    public void What_a_client_publishes_says_who_it_is()
    {
        var (listener, speaker) = (_server.Connect(), _server.Connect());
        listener.Ask("""{"id":2,"subscribe":{"channel":"news"}}""");
        Assert.Equal(
            """{"id":2,"publish":{}}""", speaker.Ask("""{"id":2,"publish":{"channel":"news","data":{"a":1}}}"""));
        Assert.Matches(
            """^\{"push":\{"channel":"news","pub":\{"data":\{"a":1\},"info":\{"user":"","client":".{22}"\},"off""",
            listener.Heard());
    }

    [Fact]
    public void Several_commands_in_a_frame_are_answered_in_one_in_their_order()
    {
        var caller = _server.Open();
        var frame = caller.Ask(
            """
            {"id":1,"connect":{}}
            {"id":2,"subscribe":{"channel":"a"}}
            {"id":3,"unsubscribe":{"channel":"a"}}
            {"id":4,"rpc":{"method":"x"}}
            """);
        Assert.Equal([1, 2, 3, 4], [.. frame.Split('\n').Select(line => line[6] - '0')]);
        Assert.EndsWith(
            """{"id":4,"error":{"code":108,"message":"not available"}}""", frame, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_unsubscribed_hears_nothing_more()
    {
        var caller = _server.Connect();
        caller.Ask("""{"id":2,"subscribe":{"channel":"news"}}""");
        Assert.Equal("""{"id":3,"unsubscribe":{}}""", caller.Ask("""{"id":3,"unsubscribe":{"channel":"news"}}"""));
        _server.Publish("news", "1");
        Assert.Equal("", caller.Heard());
        Assert.Equal(0, _server.Hub.SubscriberCount);
    }

    [Fact]
    public void The_history_is_read_forward_and_backward_from_a_place()
    {
        var caller = _server.Connect();
        for (var i = 1; i <= 4; i++)
        {
            _server.Publish("news", i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        var epoch = _server.Hub.Find("news"u8)!.Epoch;
        Assert.Equal(
            $$$"""{"id":2,"history":{"publications":[],"epoch":"{{{epoch}}}","offset":4}}""",
            caller.Ask("""{"id":2,"history":{"channel":"news"}}"""));
        Assert.Contains(
            """[{"data":1,"offset":1},{"data":2,"offset":2}]""",
            caller.Ask("""{"id":3,"history":{"channel":"news","limit":2}}"""),
            StringComparison.Ordinal);
        Assert.Contains(
            """[{"data":2,"offset":2},{"data":1,"offset":1}]""",
            caller.Ask("""{"id":4,"history":{"channel":"news","limit":-1,"reverse":true,"since":{"offset":3}}}"""),
            StringComparison.Ordinal);
        Assert.Contains(
            "\"code\":112",
            caller.Ask("""{"id":5,"history":{"channel":"news","limit":-1,"since":{"offset":3,"epoch":"x"}}}"""),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_there_is_listed_and_counted_and_said_when_it_changes()
    {
        var (first, second) = (_server.Connect(), _server.Connect());
        first.Ask("""{"id":2,"subscribe":{"channel":"open:a","join_leave":true}}""");
        second.Ask("""{"id":2,"subscribe":{"channel":"open:a"}}""");
        Assert.Equal(
            """{"id":3,"presence_stats":{"num_clients":2,"num_users":1}}""",
            first.Ask("""{"id":3,"presence_stats":{"channel":"open:a"}}"""));
        Assert.Equal(2, first.Ask("""{"id":4,"presence":{"channel":"open:a"}}""").Split("\"client\":").Length - 1);
        _server.Time.AdvanceSeconds(1);
        var joins = first.Heard();
        Assert.Equal(2, joins.Split("\"join\":").Length - 1);
        Assert.StartsWith(
            """{"push":{"channel":"open:a","join":{"info":{"user":"",""", joins, StringComparison.Ordinal);
        Assert.Equal((3, 2), (_server.Hub.SubscriberCount, _server.Hub.ReceiverCount));
        second.Exchange.Disconnect();
        _server.Time.AdvanceSeconds(1);
        Assert.Contains("""{"channel":"open:a","leave":{"info":""", first.Heard(), StringComparison.Ordinal);
        Assert.Equal("", second.Heard());
        first.Ask("""{"id":5,"unsubscribe":{"channel":"open:a"}}""");
        Assert.Equal((0, 0), (_server.Hub.SubscriberCount, _server.Hub.ReceiverCount));
    }

    [Theory]
    [InlineData("""{"subscribe":{"channel":"closed:a"}}""", 103)]
    [InlineData("""{"subscribe":{"channel":"$own"}}""", 103)]
    [InlineData("""{"subscribe":{"channel":"a","type":1}}""", 108)]
    [InlineData("""{"publish":{"channel":"closed:a","data":1}}""", 103)]
    [InlineData("""{"publish":{"channel":"a"}}""", 107)]
    [InlineData("""{"presence":{"channel":"a"}}""", 108)]
    [InlineData("""{"presence_stats":{"channel":"a"}}""", 108)]
    [InlineData("""{"history":{"channel":"closed:a"}}""", 103)]
    [InlineData("""{"history":{"channel":"bare:a"}}""", 108)]
    [InlineData("""{"rpc":{}}""", 108)]
    [InlineData("""{"ping":{}}""", 108)]
    [InlineData("""{"sub_refresh":{"channel":"a","token":"t"}}""", 103)]
    public void What_may_not_be_is_an_error_and_the_session_goes_on(string command, int code)
    {
        var caller = _server.Connect();
        Assert.StartsWith(
            "{\"id\":2,\"error\":{\"code\":" + code, caller.Ask("{\"id\":2," + command[1..]), StringComparison.Ordinal);
        Assert.False(caller.IsEnded);
    }

    [Theory]
    [InlineData("not json", 3501)]
    [InlineData("[]", 3501)]
    [InlineData("""{"id":-1,"rpc":{}}""", 3501)]
    [InlineData("""{"id":2}""", 3501)]
    [InlineData("""{"id":2,"what":{}}""", 3501)]
    [InlineData("""{"rpc":{}}""", 3501)]
    [InlineData("""{"id":2,"connect":{}}""", 3501)]
    [InlineData("""{"id":2,"subscribe":{}}""", 3501)]
    [InlineData("""{"id":2,"subscribe":{"channel":"a","delta":"x"}}""", 3501)]
    [InlineData("""{"id":2,"unsubscribe":{}}""", 3501)]
    [InlineData("""{"id":2,"publish":{"data":1}}""", 3501)]
    [InlineData("""{"id":2,"history":{}}""", 3501)]
    [InlineData("""{"id":2,"presence":{}}""", 3501)]
    [InlineData("""{"id":2,"refresh":{}}""", 3501)]
    [InlineData("""{"id":2,"refresh":{"token":"x"}}""", 3500)]
    [InlineData("""{"send":{"data":1}}""", 3508)]
    [InlineData("{}", 3501)]
    public void What_no_client_says_ends_the_session(string frame, int code)
    {
        var caller = _server.Connect();
        caller.Say(frame);
        Assert.Equal(code, caller.Ended().Code);
    }

    [Fact]
    public void Before_it_has_connected_a_client_may_say_nothing_else()
    {
        var caller = _server.Open();
        caller.Say("""{"id":1,"subscribe":{"channel":"a"}}""");
        Assert.Equal((3501, "bad request"), caller.Ended());
    }

    [Fact]
    public void What_was_answered_before_the_end_is_heard()
    {
        var caller = _server.Connect();
        Assert.Equal(
            """{"id":2,"publish":{}}""",
            caller.Ask("{\"id\":2,\"publish\":{\"channel\":\"a\",\"data\":1}}\nnonsense"));
        Assert.Equal(3501, caller.Ended().Code);
    }

    [Fact]
    public void A_field_that_is_not_known_is_passed_over() => Assert.Equal(
        """{"id":2,"subscribe":{}}""",
        _server.Connect().Ask("""{"id":2,"new":[1],"subscribe":{"channel":"a","newer":{"b":[{}]}}}"""));
}
