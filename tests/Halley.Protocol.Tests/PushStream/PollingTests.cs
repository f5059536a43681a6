using Halley.Channels;
using Halley.Protocol.Dialects.PushStream;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.PushStream;

public sealed class PollingTests : IDisposable
{
    private const string Anything = "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\nIf-None-Match: 0";
    private const string NoCache =
        "Expires: Thu, 01 Jan 1970 00:00:01 GMT\r\nCache-Control: no-cache, no-store, must-revalidate\r\n";

    private readonly PushStreamNode _node = new(new EndpointOptions
    {
        Kind = PushStreamKind.LongPolling,
        MessageTemplate = "<~id~:~channel~:~text~>",
        HeaderTemplate = "H|"u8.ToArray(),
        FooterTemplate = "|F",
        SubscriberConnectionTtl = TimeSpan.FromSeconds(10),
    });

    private static string Now => "X-Nginx-PushStream-Mode: polling\r\n";

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_poll_gets_what_there_is_and_the_place_it_leads_to()
    {
        _node.Publish("a", "1", "2");
        _node.Publish("b", "3");
        var answer = _node.Ask("/sub/b/a", fields: Now + Anything, isChunked: true);
        Assert.Equal("200 OK", answer.Status);
        Assert.Equal(
            $"Content-Type: text/plain\r\nLast-Modified: {_node.Date}\r\n|\r\n{NoCache}Etag: W/3\r\n", answer.Fields);
        Assert.Equal("2\r\nH|\r\n7\r\n<1:b:3>\r\n7\r\n<1:a:1>\r\n7\r\n<2:a:2>\r\n2\r\n|F\r\n0\r\n\r\n", answer.Body);
    }

    [Fact]
    public void A_poll_that_finds_nothing_is_told_so_with_the_place_it_named()
    {
        var answer = _node.Ask("/sub/a", fields: Now + $"If-Modified-Since: {_node.Date}\r\nIf-None-Match: 7");
        Assert.Equal(("304 Not Modified", ""), (answer.Status, answer.Body));
        Assert.Equal(
            $"Content-Type: text/plain\r\nLast-Modified: {_node.Date}\r\n|\r\n{NoCache}Etag: W/7\r\n", answer.Fields);
        Assert.Equal($"Content-Type: text/plain\r\n|\r\n{NoCache}", _node.Ask("/sub/a", fields: Now.TrimEnd()).Fields);
    }

    [Fact]
    public void A_long_poll_that_finds_something_does_not_wait()
    {
        _node.Publish("a", "1", "2");
        Assert.Equal("H|<2:a:2>|F", _node.Ask("/sub/a.b1").Body);
        Assert.Equal(0, _node.Hub.SubscriberCount);
    }

    [Fact]
    public void A_long_poll_waits_for_one_message_and_everybody_gets_it()
    {
        var (first, second) = (_node.Ask("/sub/a"), _node.Ask("/sub/a"));
        Assert.Null(first.Head);
        _node.Publish("a", "x", "y");
        foreach (var poll in new[] { first, second })
        {
            Assert.Equal("H|<1:a:x>|F", poll.Body);
            Assert.True(poll.IsEnded);
            Assert.Equal(
                $"Content-Type: text/plain\r\nLast-Modified: {_node.Date}\r\n|\r\n{NoCache}Etag: W/1\r\n", poll.Fields);
        }

        Assert.Equal(
            "H|<2:a:y>|F", _node.Ask("/sub/a", fields: $"If-Modified-Since: {_node.Date}\r\nIf-None-Match: W/1").Body);
    }

    [Fact]
    public void A_long_poll_of_several_channels_leaves_nothing_behind_the_place_it_is_given()
    {
        var poll = _node.Ask("/sub/a/b");
        Assert.Equal(2, _node.Hub.SubscriberCount);

        // Both are on their way before either is told: the order in which the channels tell is not that of the
        // messages.
        _node.Broker.Publish("b"u8, new Publication("1"u8.ToArray()) { Retention = new Retention(10, null) }).Now();
        _node.Broker.Publish("a"u8, new Publication("2"u8.ToArray()) { Retention = new Retention(10, null) }).Now();
        _node.Dispatcher.RunAll();
        var next = _node.Ask(
            "/sub/a/b",
            fields: $"If-Modified-Since: {_node.Date}\r\nIf-None-Match: {poll.Fields.Split("W/")[1].TrimEnd()}");
        Assert.Contains("<1:b:1>", poll.Body + next.Body, StringComparison.Ordinal);
        Assert.Contains("<1:a:2>", poll.Body + next.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_that_is_told_late_is_not_left_out()
    {
        // Told of the later message first, the poll of two channels says the earlier one too.
        List<Channel> channels = [_node.Hub.FindOrCreate("a"u8)!, _node.Hub.FindOrCreate("b"u8)!];
        var several = new SeveralChannels(
            [.. channels.Select(channel => new AttachResult(default, channel, channel.Position, []))]);
        _node.Publish("b", "earlier");
        _node.Publish("a", "later");
        var later = channels[0].Read(Replay.From(1))[0];
        Assert.Equal(["earlier"], several.Before(later.Stamp).Select(pair => pair.Message.Payload.Latin1()));
    }

    [Fact]
    public void A_long_poll_whose_time_is_up_hears_nothing_but_a_place()
    {
        var poll = _node.Ask("/sub/a");
        poll.Expire();
        Assert.Equal(("304 Not Modified", ""), (poll.Status, poll.Body));
        Assert.Equal(
            $"Content-Type: text/plain\r\nLast-Modified: {_node.Date}\r\n|\r\n{NoCache}Etag: W/0\r\n", poll.Fields);
    }

    [Fact]
    public void Where_it_is_configured_it_hears_that_its_time_is_up()
    {
        using var node = new PushStreamNode(
            new EndpointOptions
            {
                Kind = PushStreamKind.LongPolling,
                MessageTemplate = "<~id~:~text~:~channel~:~time~>",
                FooterTemplate = "|F",
            },
            new PushStreamOptions { TimeoutWithBody = true });
        var poll = node.Ask("/sub/a");
        poll.Expire();
        Assert.Equal("200 OK", poll.Status);
        Assert.Equal("<-3:Timed out::Thu, 01 Jan 1970 00:00:00 GMT>|F", poll.Body);
    }

    [Fact]
    public void The_first_channel_that_is_deleted_answers_a_long_poll()
    {
        var poll = _node.Ask("/sub/a/b");
        _node.Ask("DELETE /pub?id=b", "bye");
        Assert.Equal("H|<-2:b:bye>|F", poll.Body);
        Assert.EndsWith("Etag: W/0\r\n", poll.Fields, StringComparison.Ordinal);
        Assert.Equal(0, _node.Hub.SubscriberCount);
    }

    [Fact]
    public void A_script_gets_an_array_in_a_call()
    {
        _node.Publish("a", "1", "2");
        var answer = _node.Ask("/sub/a.b2?CALLBACK=f%2Eg&callback=other", isChunked: true);
        Assert.StartsWith("Content-Type: application/javascript\r\n", answer.Fields, StringComparison.Ordinal);
        Assert.Equal(
            "2\r\nH|\r\n3\r\nf.g\r\n2\r\n([\r\n7\r\n<1:a:1>\r\n1\r\n,\r\n7\r\n<2:a:2>\r\n3\r\n]);\r\n2\r\n|F\r\n"
                + "0\r\n\r\n",
            answer.Body);
        var (first, second) = (_node.Ask("/sub/a?callback=f"), _node.Ask("/sub/a?callback=g"));
        _node.Publish("a", "3");
        Assert.Equal("H|f([<3:a:3>]);|F", first.Body);
        Assert.Equal("H|g([<3:a:3>]);|F", second.Body);
        Assert.StartsWith(
            "Content-Type: application/javascript\r\n",
            _node.Ask("/sub/b?callback=f", fields: Now.TrimEnd()).Fields,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alert(1)%3C")]
    [InlineData("")]
    public void A_callback_that_is_no_name_is_refused(string callback)
    {
        var answer = _node.Ask("/sub/a?callback=" + callback);
        Assert.Equal("400 Bad Request", answer.Status);
        Assert.Equal(0, _node.Hub.SubscriberCount);
    }
}
