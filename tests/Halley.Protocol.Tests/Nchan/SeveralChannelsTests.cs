using System.Text.RegularExpressions;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Nchan;

/// <summary>One subscriber, several channels, one id to come back with: nothing may be lost in any of them.</summary>
public sealed class SeveralChannelsTests : IDisposable
{
    private const string Events = "Accept: text/event-stream";

    private readonly NchanNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void What_was_missed_comes_in_the_order_of_ids()
    {
        _node.Publish("b", "1");
        _node.Publish("a", "2");
        _node.Publish("b", "3");
        Assert.Equal("123", DataOf(_node.Ask("/sub/a,b", fields: Events)));
        Assert.Equal("23", DataOf(_node.Ask("/sub/a,b", fields: $"{Events}|Last-Event-Id: {_node.Second}:1")));
    }

    [Fact]
    public void A_poll_walks_through_all_of_them()
    {
        _node.Publish("b", "1");
        _node.Publish("a", "2");
        Assert.Equal("1", _node.Ask("/sub/a,b").Body);
        Assert.Equal("2", _node.Ask("/sub/a,b", fields: $"Last-Event-Id: {_node.Second}:1").Body);
        var waiting = _node.Ask("/sub/a,b", fields: $"Last-Event-Id: {_node.Second}:2");
        Assert.True(waiting.IsHeld);
        _node.Publish("b", "3");
        Assert.Equal("3", waiting.Body);
    }

    [Fact]
    public void A_message_that_another_overtook_on_the_way_is_told_before_it()
    {
        var stream = _node.Ask("/sub/a,b", fields: Events);
        var poll = _node.Ask("/sub/a,b");

        // b's audience is to be told already when a's message comes, and is told the one behind it in the same turn.
        _node.Hub.Broker.Publish("b"u8, new Publication("0"u8.ToArray())).Now();
        _node.Hub.Broker.Publish("a"u8, new Publication("1"u8.ToArray())).Now();
        _node.Hub.Broker.Publish("b"u8, new Publication("2"u8.ToArray())).Now();
        _node.Dispatcher.RunAll();
        Assert.Equal("012", DataOf(stream));
        Assert.Equal("0", poll.Body);

        _node.Publish("a", "3");
        Assert.Equal("0123", DataOf(stream));
    }

    [Fact]
    public void A_poll_is_answered_with_the_earliest_of_what_is_on_the_way()
    {
        // Somebody is still to be told of b's first message when the poll comes; so b's second one, too, is told before
        // a's.
        _node.Ask("/sub/b", fields: Events);
        _node.Hub.Broker.Publish("b"u8, new Publication("0"u8.ToArray())).Now();
        var poll = _node.AskOn(_node.Dispatcher, "/sub/b,a", fields: $"Last-Event-Id: {_node.Second}:1");
        Assert.True(poll.IsHeld);
        _node.Hub.Broker.Publish("a"u8, new Publication("1"u8.ToArray())).Now();
        _node.Hub.Broker.Publish("b"u8, new Publication("2"u8.ToArray())).Now();
        _node.Dispatcher.RunAll();
        Assert.Equal("1", poll.Body);
    }

    [Fact]
    public void A_stream_goes_on_with_those_that_are_left_and_a_poll_ends()
    {
        var stream = _node.Ask("/sub/a,b", fields: Events);
        var poll = _node.Ask("/sub/a,b");
        _node.Ask("DELETE /pub/a");
        Assert.Equal("410 Gone", poll.Status);
        _node.Publish("b", "1");
        Assert.Equal("1", DataOf(stream));
        _node.Ask("DELETE /pub/b");
        Assert.True(stream.IsEnded);
        Assert.Equal(0, _node.Hub.SubscriberCount);
    }

    [Fact]
    public void Who_may_not_have_one_has_none()
    {
        using var node = new NchanNode(options => options.MaxChannelSubscribers = 1);
        node.Ask("/sub/b");
        Assert.Equal("403 Forbidden", node.Ask("/sub/a,b", fields: Events).Status);
        Assert.Equal(1, node.Hub.SubscriberCount);
    }

    private static string DataOf(RecordingExchange answer) =>
        string.Concat(
            Regex.Matches(answer.Body, "^data: (.*)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value));
}
